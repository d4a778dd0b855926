import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const EVERY_MS = 2500

/** What an operator did to the log, and the texts of his own that he left there. */
export interface Operations {
  moved: number
  readonly foreign: string[]
}

/** Moves the log away now and then, until the signal; every other time with a file of his own in its place, with and without a last line end. */
export async function operate(log: string, operations: Operations, signal: AbortSignal): Promise<void> {
  for (let number = 1; ; number++) {
    const isOver = await pause(EVERY_MS * (0.5 + Math.random()), false, { signal }).catch(() => true)
    if (isOver) return
    if (!existsSync(log)) continue
    renameSync(log, join(dirname(log), `moved-${number}.log`))
    operations.moved++
    if (number % 2 === 0) leaveFile(log, number, operations)
  }
}

function leaveFile(log: string, number: number, { foreign }: Operations): void {
  const text = `a line of the operator, number ${number}`
  const draft = join(dirname(log), `.draft-${number}`)
  writeFileSync(draft, number % 4 === 0 ? text : `${text}\n`)
  try {
    linkSync(draft, log)
    foreign.push(text)
  } catch {
    // the writer was quicker: what it has made stays
  }
  rmSync(draft)
}
