import type { Clock } from '../clock.js'

/** A moment after which nobody waits any more. */
export class Deadline {
  readonly #cancelTimer: () => void
  #fail: (error: Error) => void = () => undefined
  readonly #over: Promise<never>
  readonly #clock: Clock
  readonly #end: number
  readonly delayMs: number
  isOver = false

  /** @param options `keepAlive`: its timer keeps the process alive until it is cancelled */
  constructor(clock: Clock, delayMs: number, options: { readonly keepAlive: boolean }) {
    this.#clock = clock
    this.#end = clock.monotonic() + delayMs
    this.delayMs = delayMs
    this.#over = new Promise<never>((_resolve, reject) => {
      this.#fail = reject
    })
    // without a race under way nobody listens, and that is no error
    this.#over.catch(() => undefined)
    const run = (): void => {
      this.isOver = true
      this.#fail(new TimeoutError(delayMs))
    }
    this.#cancelTimer = clock.after(delayMs, run, options)
  }

  get leftMs(): number {
    return this.isOver ? 0 : this.#end - this.#clock.monotonic()
  }

  /** Settles as the promise does, or rejects with a `TimeoutError` when the time is up. A late rejection is ignored. */
  async race<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined)
    return Promise.race([promise, this.#over])
  }

  cancel(): void {
    this.#cancelTimer()
  }
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly code = 'TIMEOUT'

  constructor(delayMs: number) {
    super(`Expected an answer within ${delayMs} ms, got none.`)
  }
}
