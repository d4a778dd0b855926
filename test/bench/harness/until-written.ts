import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { callNumber } from '../workload.js'

const TAIL_BYTES = 4096
const LOOK_MS = 3
const PATIENCE_MS = 60_000
const AMOUNT = /"amount":(-?[\d.]+)/

/** Resolves once the last line of a file is that of a call: what everybody understands who says that it is written. */
export async function untilWritten(file: string, index: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (lastNumber(file) !== index) {
    if (performance.now() > deadline)
      throw new Error(`Expected call ${index} to be the last one in ${file}, got ${lastNumber(file)}.`)
    await setTimeout(LOOK_MS)
  }
}

/** The number of the call behind the last whole line of a file. */
export function lastNumber(path: string): number | undefined {
  if (!existsSync(path)) return undefined
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const start = Math.max(0, size - TAIL_BYTES)
    const tail = Buffer.alloc(TAIL_BYTES)
    const text = tail.toString('utf8', 0, readSync(file, tail, 0, TAIL_BYTES, start))
    const line = text.endsWith('\n') ? text.slice(text.lastIndexOf('\n', text.length - 2) + 1) : ''
    const amount = AMOUNT.exec(line)?.[1]
    return amount === undefined ? undefined : callNumber(Number(amount))
  } finally {
    closeSync(file)
  }
}
