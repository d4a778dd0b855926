import type { LogRecord } from '@holdfast/api'
import { MemoryAdapter, type SpyOptions } from './memory-adapter.js'

/** When an `AcceptThenThrowAdapter` throws. */
export interface AcceptThenThrowOptions extends SpyOptions {
  /** How many calls do so; later ones just succeed. @default 1 */
  readonly times?: number
}

/** Accepts the whole batch and then throws as if it had not, like a connection that breaks before the answer. */
export class AcceptThenThrowAdapter extends MemoryAdapter {
  readonly #times: number

  constructor(options: AcceptThenThrowOptions = {}) {
    super({ name: 'accept-then-throw', ...options })
    this.#times = options.times ?? 1
  }

  protected override take(batch: readonly LogRecord[]): void {
    super.take(batch)
    if (this.writes <= this.#times) throw new Error('The answer was lost after all records had been accepted.')
  }
}
