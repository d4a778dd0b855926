import { callsOf } from './count-calls.js'
import type { LogLine } from './log-line.js'
import type { LoggerUnderTest } from './loggers.js'
import type { WorkerSummary } from './worker-pool.js'

/** What became of the log calls of one worker. */
export interface Audit {
  readonly worker: WorkerSummary
  /** Calls that returned, by the worker's own count. */
  readonly calls: number
  /** Of these, how many the log file holds. */
  readonly written: number
  readonly lost: number
}

/** Looks for each call of each worker in a log file. */
export function auditWorkers(
  workers: readonly WorkerSummary[],
  { lines, counters, callOf }: { lines: readonly LogLine[]; counters: string; callOf: LoggerUnderTest['callOf'] },
): readonly Audit[] {
  const found = new Map<number, Set<number>>(workers.map(({ pid }) => [pid, new Set()]))
  for (const line of lines) {
    const { pid, call } = callOf(line)
    if (call > 0) found.get(pid)?.add(call)
  }
  return workers.map((worker) => {
    const calls = callsOf(counters, worker.pid)
    let written = 0
    for (let call = 1; call <= calls; call++) if (found.get(worker.pid)?.has(call) === true) written++
    return { worker, calls, written, lost: calls - written }
  })
}

/** The same for the events of this process, which it has counted itself. */
export function auditOwn(lines: readonly LogLine[], { origin, emitted }: { origin: string; emitted: number }): Audit {
  const seqs = new Set(lines.filter((line) => line['origin'] === origin).map((line) => line['seq']))
  const worker = { name: 'this process', pid: process.pid, files: 0, signal: '' }
  return { worker, calls: emitted, written: seqs.size, lost: emitted - seqs.size }
}

export function sumOf(audits: readonly Audit[]): Omit<Audit, 'worker'> {
  const sum = (key: 'calls' | 'written' | 'lost'): number => audits.reduce((total, audit) => total + audit[key], 0)
  return { calls: sum('calls'), written: sum('written'), lost: sum('lost') }
}
