import { takeNodeTime } from './node-time.js'

/** Time and timers, in one place so that tests can hold them. */
export interface Clock {
  /** Milliseconds since 1970 with microseconds as decimals; follows the wall clock, also when that is set. */
  now(): number
  /** Milliseconds from an arbitrary start; never goes back. For durations. */
  monotonic(): number
  /** Runs once after a delay; the timer does not keep the process alive unless asked. Returns its cancellation. */
  after(delayMs: number, run: () => void, options?: { readonly keepAlive?: boolean }): () => void
  /** Blocks this thread. */
  sleepSync(ms: number): void
}

const ANCHOR_INTERVAL_MS = 1000
/** `Date.now()` is cut to a millisecond, so that a difference of up to one means nothing. */
const ANCHOR_SLACK_MS = 1

const time = takeNodeTime()
const failureListeners = new Set<(error: unknown) => void>()

/**
 * `performance.now()` has microseconds but drifts from the wall clock and stops while a machine sleeps:
 * it is anchored to `Date.now()` at the first look, and again whenever the two disagree, looked at once a second.
 */
class SystemClock implements Clock {
  #offset = time.timeOrigin
  #nextLook = 0
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4))

  now(): number {
    const elapsed = time.now()
    if (elapsed >= this.#nextLook) this.#anchor(elapsed)
    return this.#offset + elapsed
  }

  monotonic(): number {
    return time.now()
  }

  after(delayMs: number, run: () => void, options?: { readonly keepAlive?: boolean }): () => void {
    return time.setTimer(() => harmless(run), delayMs, options?.keepAlive === true)
  }

  sleepSync(ms: number): void {
    Atomics.wait(this.#sleeper, 0, 0, ms)
  }

  #anchor(elapsed: number): void {
    this.#nextLook = elapsed + ANCHOR_INTERVAL_MS
    const ahead = this.#offset + elapsed - time.dateNow()
    if (ahead < 0 || ahead > ANCHOR_SLACK_MS) this.#offset -= ahead
  }
}

/**
 * The clock of the process. Wall time has microseconds and follows `Date.now()` when that is set. What a timer throws never reaches the
 * application: `onTimerFailure` tells it. Fakes of timers and dates change nothing here, see `docs/testing.md`.
 */
export const systemClock: Clock = new SystemClock()

/** Runs when the current turn of the event loop is over, before timers of the next. Keeps the process alive until then. */
export function atEndOfTick(run: () => void): void {
  time.setImmediate(() => harmless(run))
}

/** Tells what timers of the system clock throw, whoever set them. Returns the end of it. */
export function onTimerFailure(listener: (error: unknown) => void): () => void {
  failureListeners.add(listener)
  return () => failureListeners.delete(listener)
}

/** The event loop has nobody to give an error to but the application, which cannot do anything about it. */
function harmless(run: () => void): void {
  try {
    run()
  } catch (error) {
    for (const tell of failureListeners) tell(error)
  }
}
