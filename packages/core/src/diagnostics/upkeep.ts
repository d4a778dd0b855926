import { systemClock } from '../clock.js'
import type { Report } from './catalogue.js'
import { describeError, errorCode } from './hub.js'

/**
 * What the runtime does by itself, outside of any call of the application.
 *
 * - `supervision`: looking whether the writer lives, starting it anew, hearing what it has to say.
 * - `delivery`: writing in the application's own thread, at the end of a tick or after a pause.
 * - `exit`: last words, when the process exits, an exception goes uncaught or a signal comes.
 * - `bookkeeping`: noting how children and threads end, handing files to the next runtime.
 * - `timer`: a timer of an adapter.
 */
export type Upkeep = 'supervision' | 'delivery' | 'exit' | 'bookkeeping' | 'timer'

/** One `upkeep_failed` for each kind of work and code in this time. */
const INTERVAL_MS = 10_000

interface Told {
  nextAt: number
  untold: number
}

const told = new WeakMap<Report, Map<string, Told>>()

/**
 * Runs what the event loop or the process calls: timers, listeners, exit handlers. There an exception would end the application, which can do
 * nothing about it; so it becomes a diagnostic, and whatever failed is done again at its next occasion.
 *
 * @returns what `run` returns; `undefined` when it threw
 */
export function upkeep<T>(report: Report, what: Upkeep, run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    tellUpkeepFailure(report, what, error)
    return undefined
  }
}

/** Tells what failed: the first of each kind and code at once, later ones together. */
export function tellUpkeepFailure(report: Report, what: Upkeep, error: unknown): void {
  const code = errorCode(error)
  const all = told.get(report) ?? new Map<string, Told>()
  told.set(report, all)
  const key = `${what} ${code}`
  const state = all.get(key) ?? { nextAt: Number.NEGATIVE_INFINITY, untold: 0 }
  all.set(key, state)
  state.untold++
  const now = systemClock.monotonic()
  if (now < state.nextAt) return
  const count = state.untold
  state.nextAt = now + INTERVAL_MS
  state.untold = 0
  report('upkeep_failed', { what, error: describeError(error), code, count })
}
