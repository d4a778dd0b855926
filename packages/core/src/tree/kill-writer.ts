import type { Clock } from '../clock.js'
import { errorCode } from '../diagnostics/hub.js'
import { ownProcessId } from './process-id.js'
import { isGone, stateOf } from './process-state.js'
import type { WriterHolder } from './writer-lock.js'

/** What became of it. `refused`: it is not ours to kill; `surviving`: it was still there at the end of the budget. */
export type KillOutcome = 'gone' | 'refused' | 'surviving'

const FIRST_LOOK_MS = 0.2
const LONGEST_PAUSE_MS = 5
/** 0 is one's own group, 1 is init, which in a container is the application. */
const LOWEST_PID = 2

/**
 * Ends a writer by SIGKILL, which reaches a stopped one too, and returns when it was seen gone: not before its last write(2) has returned.
 * An application that writes for itself is never killed, nor is this process, nor one of another PID namespace.
 *
 * @param budgetMs how long to wait; a process in the middle of a call to a dead network disk may take for ever
 */
export function killWriter({ process: id, role }: WriterHolder, clock: Clock, budgetMs: number): KillOutcome {
  if (id === undefined || isGone(id)) return 'gone'
  if (role !== 'writer' || id.pid < LOWEST_PID || id.pid === ownProcessId().pid || stateOf(id) === 'unknown') return 'refused'
  try {
    process.kill(id.pid, 'SIGKILL')
  } catch (error) {
    return errorCode(error) === 'ESRCH' ? 'gone' : 'refused'
  }
  const deadline = clock.monotonic() + budgetMs
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    if (isGone(id)) return 'gone'
    const left = deadline - clock.monotonic()
    if (left <= 0) return 'surviving'
    clock.sleepSync(Math.min(pause, left))
  }
}
