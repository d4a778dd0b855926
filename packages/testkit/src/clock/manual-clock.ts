import type { Clock } from '@holdfast/core'

/** Where a manual clock starts. */
export interface ManualClockOptions {
  /** What `now` starts at, milliseconds since 1970. @default 2026-11-20T12:34:56.789Z */
  readonly nowMs?: number
}

interface Timer {
  readonly dueMs: number
  readonly run: () => void
  readonly keepAlive: boolean
}

/** Time that moves only when told to. Starts at a fixed instant; `monotonic` starts at 0. */
export class ManualClock implements Clock {
  #wallOffsetMs: number
  #elapsedMs = 0
  #timers: readonly Timer[] = []

  constructor(options: ManualClockOptions = {}) {
    this.#wallOffsetMs = options.nowMs ?? Date.UTC(2026, 10, 20, 12, 34, 56, 789)
  }

  /** Timers that wait, in the order in which they will run: milliseconds from now, and whether they keep the process alive. */
  get pending(): readonly { readonly inMs: number; readonly keepAlive: boolean }[] {
    return this.#timers.map(({ dueMs, keepAlive }) => ({ inMs: Math.max(0, dueMs - this.#elapsedMs), keepAlive }))
  }

  now(): number {
    return this.#wallOffsetMs + this.#elapsedMs
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  after(delayMs: number, run: () => void, options?: { readonly keepAlive?: boolean }): () => void {
    const timer: Timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), run, keepAlive: options?.keepAlive === true }
    // behind its equals, so that timers of one instant run in the order in which they were set
    const place = this.#timers.findIndex(({ dueMs }) => dueMs > timer.dueMs)
    this.#timers = place === -1 ? [...this.#timers, timer] : this.#timers.toSpliced(place, 0, timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves time without running timers, as a blocked thread would; they are due at the next `advance`. */
  sleepSync(ms: number): void {
    this.#elapsedMs += ms
  }

  /** Sets the wall clock alone, as a user or a time server would; durations and timers are untouched. */
  setNow(nowMs: number): void {
    this.#wallOffsetMs = nowMs - this.#elapsedMs
  }

  /** Moves time and runs every timer that is due on the way, each at its own instant, also those set by others on the way. */
  advance(ms: number): void {
    const endMs = this.#elapsedMs + ms
    for (let timer = this.#takeDue(endMs); timer !== undefined; timer = this.#takeDue(endMs)) timer.run()
    this.#elapsedMs = Math.max(this.#elapsedMs, endMs)
  }

  /** The same, and lets promises and immediates settle before the first timer and after each. */
  async advanceAsync(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms
    await settle()
    for (let timer = this.#takeDue(endMs); timer !== undefined; timer = this.#takeDue(endMs)) {
      timer.run()
      await settle()
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, endMs)
  }

  #takeDue(endMs: number): Timer | undefined {
    const [first, ...others] = this.#timers
    if (first === undefined || first.dueMs > endMs) return undefined
    this.#timers = others
    this.#elapsedMs = Math.max(this.#elapsedMs, first.dueMs)
    return first
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
