import type { LogRecord } from '@holdfast/api'
import { MemoryAdapter, type SpyOptions } from './memory-adapter.js'

/** How a `StallingAdapter` stalls. */
export interface StallingOptions extends SpyOptions {
  /** Whether a stalled call rejects when its signal is aborted, without accepting anything. @default true */
  readonly honoursSignal?: boolean
}

/** Its `write` stays pending until `release()`. A `writeSync` is accepted at once: it cannot wait. */
export class StallingAdapter extends MemoryAdapter {
  readonly #honoursSignal: boolean
  readonly #waiting = new Set<() => void>()
  #isStalled = true

  constructor(options: StallingOptions = {}) {
    super({ name: 'stalling', ...options })
    this.#honoursSignal = options.honoursSignal ?? true
  }

  /** Calls that are pending. */
  get stalled(): number {
    return this.#waiting.size
  }

  /** Stalls calls that come from now on. */
  stall(): void {
    this.#isStalled = true
  }

  /** Accepts and resolves what is pending, in the order of the calls, and lets later calls pass. */
  release(): void {
    this.#isStalled = false
    for (const proceed of this.#waiting) proceed()
    this.#waiting.clear()
  }

  override write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> | void {
    if (!this.#isStalled) return this.take(batch)
    this.offer(batch)
    const records = [...batch]
    return new Promise((resolve, reject) => {
      const proceed = (): void => {
        this.accept(records)
        resolve()
      }
      this.#waiting.add(proceed)
      if (!this.#honoursSignal) return
      const giveUp = (): void => {
        if (this.#waiting.delete(proceed)) reject(signal.reason)
      }
      if (signal.aborted) giveUp()
      else signal.addEventListener('abort', giveUp, { once: true })
    })
  }
}
