import type { ChildProcess } from 'node:child_process'
import { channel } from 'node:diagnostics_channel'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import type { Report } from '../diagnostics/catalogue.js'
import { upkeep } from '../diagnostics/upkeep.js'
import { PRIVATE_FILE_MODE } from './private-directory.js'
import { runPaths } from './run-paths.js'

/** How a process or a thread ended, as far as the one that started it could see. */
export interface Death {
  readonly code: number | null
  readonly signal: string | null
}

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
        if (child.pid !== undefined && code !== 0) note(run, child.pid, 0, { code, signal })
      })
    })
  const onWorker = (message: unknown): void =>
    upkeep(report, 'bookkeeping', () => {
      const { worker } = message as { readonly worker: Worker }
      // gone by the time it has ended
      const { threadId } = worker
      worker.once('exit', (code) => note(run, process.pid, threadId, { code, signal: null }))
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
    const death = JSON.parse(readFileSync(path, 'utf8')) as Death
    rmSync(path, { force: true })
    return { code: death.code ?? null, signal: death.signal ?? null }
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
