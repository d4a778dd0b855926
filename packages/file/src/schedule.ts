import type { RotateEvery } from './options.js'

/**
 * The first moment after `now` at which a new local day or hour begins, milliseconds since 1970.
 * By the calendar: a day has 23 or 25 hours when the clocks change, and in zones that change at midnight it begins at 1 o'clock.
 */
export function nextBoundary(now: number, every: RotateEvery): number {
  const at = new Date(now)
  switch (every) {
    case 'day':
      return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getTime()
    case 'hour':
      // counted from the minutes of this hour, not built from its number: the hour that a clock change repeats has one number and two beginnings
      return Math.floor(now) - at.getMilliseconds() - at.getSeconds() * 1000 + (60 - at.getMinutes()) * 60_000
  }
}

/** Whether a moment has come; also when the clock was set back, so that nothing waits for as long as that. */
export function isDue(now: number, due: number, interval: number): boolean {
  return now >= due || now < due - interval
}
