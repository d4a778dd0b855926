/** A process that logs, and is killed or starved by the tests. Takes its orders as JSON in its only argument; answers with JSON. */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogEvent, LogRecord } from '@holdfast/api'
import { AdapterError, systemClock } from '@holdfast/core'
import { FileAdapter, type FileOptions, resolveFileOptions } from '@holdfast/file'

export interface Orders {
  readonly options: FileOptions
  /** Records in all, and in a batch. */
  readonly count: number
  readonly batch: number
  /** Marks the lines of this process. */
  readonly life?: number
  /** Where to store, outside the log, how many records were accepted. */
  readonly counterPath?: string
  /** Makes a file of this size first, and removes it after the third failure. */
  readonly ballast?: { readonly path: string; readonly bytes: number }
  /** Renames the log file after the third failure. */
  readonly moveTo?: string
  /** Uses up all descriptors before the first record, and gives them back after the third failure. */
  readonly isStarved?: boolean
}

export interface Answer {
  readonly errors: Readonly<Record<string, number>>
  readonly health: string
  /** Every reason that `health` gave. */
  readonly reasons: readonly string[]
  readonly lines: string
}

const RETRY_MS = 20
const ATTEMPTS_MAX = 200

async function run(orders: Orders): Promise<Answer> {
  const { options, count, batch, ballast, moveTo, counterPath } = orders
  if (ballast !== undefined) writeFileSync(ballast.path, Buffer.alloc(ballast.bytes, 1))
  const counter = counterPath === undefined ? undefined : openSync(counterPath, 'w')
  const hoard = orders.isStarved === true ? takeAllDescriptors() : []
  const adapter = new FileAdapter(resolveFileOptions(options))
  const errors: Record<string, number> = {}
  const reasons = new Set<string>()
  let failures = 0

  for (let first = 1; first <= count; first += batch) {
    let rest: readonly LogRecord[] = makeRecords(orders.life ?? 0, first, Math.min(count, first + batch - 1))
    while (rest.length > 0) {
      let accepted = rest.length
      try {
        adapter.writeSync(rest)
      } catch (error) {
        if (!(error instanceof AdapterError)) throw error
        accepted = error.accepted
        errors[error.code] = (errors[error.code] ?? 0) + 1
        if (++failures > ATTEMPTS_MAX) throw error
        if (failures === 3 && ballast !== undefined) rmSync(ballast.path)
        if (failures === 3 && moveTo !== undefined) renameSync(options.path ?? '', moveTo)
        if (failures === 3) for (const fd of hoard) closeSync(fd)
        systemClock.sleepSync(RETRY_MS)
      }
      rest = rest.slice(accepted)
      const { reason } = adapter.health()
      if (reason !== undefined) reasons.add(reason)
      if (counter !== undefined && rest.length === 0) writeSync(counter, String(first + batch - 1).padStart(12), 0)
    }
    if (counter !== undefined) await nextTurn()
  }
  const { state } = adapter.health()
  await adapter.close()
  const paths = [...(moveTo === undefined ? [] : [moveTo]), ...(options.path === undefined ? [] : [options.path])]
  return { errors, health: state, reasons: [...reasons], lines: paths.map((path) => readFileSync(path, 'utf8')).join('') }
}

function makeRecords(life: number, from: number, to: number): readonly LogRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const event = { seq: from + index, life, pad: 'p'.repeat(60 + ((from + index) % 50)) }
    return { level: 20, time: Date.now(), json: JSON.stringify(event), event: event as unknown as LogEvent }
  })
}

function takeAllDescriptors(): readonly number[] {
  const taken: number[] = []
  for (;;) {
    try {
      taken.push(openSync('/dev/null', 'r'))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EMFILE') return taken
      throw error
    }
  }
}

const answer = await run(JSON.parse(process.argv[2] ?? '') as Orders)
// not `writeSync`, which may take only part of it: a natural end waits for the rest
process.stdout.write(JSON.stringify(answer))
