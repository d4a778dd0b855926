import type { ChildProcess } from 'node:child_process'
import { channel } from 'node:diagnostics_channel'
import { errorMonitor } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { systemClock } from '../clock.js'
import type { Report } from '../diagnostics/catalogue.js'
import { upkeep } from '../diagnostics/upkeep.js'
import { PRIVATE_FILE_MODE } from './private-directory.js'
import { readObject } from './run-facts.js'
import { runPaths } from './run-paths.js'

/** How a process or a thread ended, as far as the one that started it could see. */
export interface Death {
  readonly code: number | null
  readonly signal: string | null
  /** Whoever started it has ended it, or somebody has asked it to end by a signal that is meant for that. */
  readonly isOrdered?: boolean
  /** Milliseconds since 1970. */
  readonly at?: number
}

/** What operators, service managers and terminals end processes with. */
const ORDERS: readonly string[] = ['SIGTERM', 'SIGINT', 'SIGHUP']
/** The exit code of a thread after `terminate()`; of one that threw, too, but that says so before. */
const TERMINATED = 1

/**
 * Notes for the writer of a run how the children and the threads of this process end: only who started them learns it. Those that end with
 * code 0 are not noted. Returns the end of it.
 *
 * Node publishes each child and each worker on a diagnostics channel when it is made.
 */
export function noteDeaths(run: string, report: Report): () => void {
  const onChild = (message: unknown): void =>
    upkeep(report, 'bookkeeping', () => {
      const child = (message as { readonly process: ChildProcess }).process
      child.once('exit', (code, signal) => {
        if (child.pid === undefined || code === 0) return
        const isOrdered = signal !== null && (child.killed || ORDERS.includes(signal))
        note(run, child.pid, 0, { code, signal, isOrdered, at: systemClock.now() })
      })
    })
  const onWorker = (message: unknown): void =>
    upkeep(report, 'bookkeeping', () => {
      const { worker } = message as { readonly worker: Worker }
      // gone by the time it has ended
      const { threadId } = worker
      let hasFailed = false
      // it takes no error away from whoever listens for one, or does not
      worker.once(errorMonitor, () => {
        hasFailed = true
      })
      worker.once('exit', (code) => {
        const isOrdered = code === TERMINATED && !hasFailed
        note(run, process.pid, threadId, { code, signal: null, isOrdered, at: systemClock.now() })
      })
    })
  const children = channel('child_process')
  const workers = channel('worker_threads')
  children.subscribe(onChild)
  workers.subscribe(onWorker)
  return () => {
    children.unsubscribe(onChild)
    workers.unsubscribe(onWorker)
  }
}

/** What was noted about a process or a thread, once. */
export function takeDeath(run: string, pid: number, thread: number): Death | undefined {
  const path = file(run, pid, thread)
  try {
    const { code, signal, isOrdered, at } = (readObject(path) ?? {}) as Partial<Death>
    if (code === undefined) return undefined
    rmSync(path, { force: true })
    return { code, signal: signal ?? null, isOrdered: isOrdered === true, ...(typeof at === 'number' ? { at } : undefined) }
  } catch {
    // nobody has noted anything, or not yet
    return undefined
  }
}

/** As people write it: `SIGKILL`, `code 3`. */
export function describeDeath(death: Death | undefined): string {
  return death === undefined ? 'unknown' : (death.signal ?? `code ${death.code}`)
}

function note(run: string, pid: number, thread: number, death: Death): void {
  try {
    writeFileSync(file(run, pid, thread), JSON.stringify(death), { mode: PRIVATE_FILE_MODE })
  } catch {
    // the run is over, or its disk is full: how it ended stays unknown
  }
}

function file(run: string, pid: number, thread: number): string {
  return join(runPaths(run).told, thread === 0 ? `${pid}` : `${pid}-${thread}`)
}
