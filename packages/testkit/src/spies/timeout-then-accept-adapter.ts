import type { LogRecord } from '@holdfast/api'
import { MemoryAdapter, type SpyOptions } from './memory-adapter.js'

/** When a `TimeoutThenAcceptAdapter` answers too late. */
export interface TimeoutThenAcceptOptions extends SpyOptions {
  /** How many calls of `write` do so; later ones just succeed. @default 1 */
  readonly times?: number
}

/** Stays silent until its signal is aborted, and only then accepts the batch and resolves: the late result of a call that was given up. */
export class TimeoutThenAcceptAdapter extends MemoryAdapter {
  readonly #times: number

  constructor(options: TimeoutThenAcceptOptions = {}) {
    super({ name: 'timeout-then-accept', ...options })
    this.#times = options.times ?? 1
  }

  override write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> | void {
    if (this.writes >= this.#times) return this.take(batch)
    this.offer(batch)
    const records = [...batch]
    return new Promise((resolve) => {
      const acceptLate = (): void => {
        this.accept(records)
        resolve()
      }
      if (signal.aborted) acceptLate()
      else signal.addEventListener('abort', acceptLate, { once: true })
    })
  }
}
