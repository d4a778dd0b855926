import { type Clock, systemClock } from '@holdfast/core'

/** A clock whose wall time stands still. Durations and timers are real, so that a lane or a flush never waits for ever. */
export function frozenClock(nowMs: number): Clock {
  return {
    now: () => nowMs,
    monotonic: () => systemClock.monotonic(),
    after: (delayMs, run, options) => systemClock.after(delayMs, run, options),
    sleepSync: (ms) => systemClock.sleepSync(ms),
  }
}
