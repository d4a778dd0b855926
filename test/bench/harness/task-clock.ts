import { readdirSync, readFileSync } from 'node:fs'
import { pid as ownPid } from 'node:process'
import type { TaskClock } from '../bench.js'

const NS_PER_MS = 1e6
const sleeper = new Int32Array(new SharedArrayBuffer(4))

/** The CPU time of all threads of another process. */
export function processClock(pid: number): TaskClock {
  return { isInside: false, read: () => sum(tasks(pid), pid) }
}

/** The CPU time of the threads that this process starts from now on. */
export function threadsClock(): TaskClock {
  const before = new Set(tasks(ownPid))
  return {
    isInside: true,
    read: () =>
      sum(
        tasks(ownPid).filter((task) => !before.has(task)),
        ownPid,
      ),
  }
}

/** The CPU time of the main thread of this process in milliseconds, of which `process.cpuUsage()` tells nothing. */
export function callerMs(): number {
  // what runs now is only counted when it pauses
  Atomics.wait(sleeper, 0, 0, 0.01)
  return sum([String(ownPid)], ownPid)
}

function tasks(pid: number): readonly string[] {
  return process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`) : []
}

/** Linux counts nanoseconds in `schedstat`; elsewhere nothing does, and what is measured is no number. */
function sum(ids: readonly string[], pid: number): number {
  if (process.platform !== 'linux') return Number.NaN
  return ids.reduce((total, id) => total + runMs(`/proc/${pid}/task/${id}/schedstat`), 0)
}

function runMs(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ', 1)[0]) / NS_PER_MS
  } catch (error) {
    // it ended between being listed and being read
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return 0
    throw error
  }
}
