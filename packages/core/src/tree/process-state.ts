import { ownProcessId, type ProcessId } from './process-id.js'
import { processTable } from './process-table.js'

/**
 * What can be known of a process from here.
 *
 * - `running`, `stopped`: it lives; a stopped one (SIGSTOP, a debugger) does nothing until it goes on.
 * - `zombie`: nothing of it will run again, only its parent has not asked for its exit code.
 * - `gone`: there is no such process, or its pid belongs to a later one, or the machine was started anew since.
 * - `unknown`: it belongs to another PID namespace, so that its pid says nothing here. Neither dead nor alive may be concluded.
 */
export type ProcessState = 'running' | 'stopped' | 'zombie' | 'gone' | 'unknown'

/** One look; on Linux one short file. */
export function stateOf(id: ProcessId): ProcessState {
  const own = ownProcessId()
  if (differ(id.bootId, own.bootId)) return 'gone'
  if (id.namespace !== own.namespace) return 'unknown'
  const status = processTable().look(id.pid)
  if (status === undefined || differ(id.startTime, status.startTime)) return 'gone'
  return status.state
}

/** Surely alive. False for what is not known: ask `isGone` before anything is done that only a death allows. */
export function isAlive(id: ProcessId): boolean {
  const state = stateOf(id)
  return state === 'running' || state === 'stopped'
}

/** Surely dead: never again will it write a byte. */
export function isGone(id: ProcessId): boolean {
  const state = stateOf(id)
  return state === 'gone' || state === 'zombie'
}

/** What one of the two does not tell is no difference. */
function differ<T extends string | number>(one: T, other: T): boolean {
  return one !== other && Boolean(one) && Boolean(other)
}
