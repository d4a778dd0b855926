import type { LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import { MemoryAdapter, type SpyOptions } from './memory-adapter.js'

/** How much of a batch a `PartialAdapter` takes. */
export interface PartialOptions extends SpyOptions {
  /** Most records that one call accepts; the rest is rejected, and worth another try. @default Infinity */
  readonly perCall?: number
  /** Records that are never accepted: the call ends there, and says so. @default none */
  readonly refuses?: (record: LogRecord) => boolean
}

/** Accepts the head of a batch and rejects from there on, with an `AdapterError` that says how far it came. */
export class PartialAdapter extends MemoryAdapter {
  readonly #perCall: number
  readonly #refuses: (record: LogRecord) => boolean

  constructor(options: PartialOptions = {}) {
    super({ name: 'partial', ...options })
    this.#perCall = options.perCall ?? Number.POSITIVE_INFINITY
    this.#refuses = options.refuses ?? (() => false)
  }

  protected override take(batch: readonly LogRecord[]): void {
    this.offer(batch)
    const refused = batch.findIndex(this.#refuses)
    const end = refused === -1 ? batch.length : refused
    const accepted = Math.min(end, this.#perCall)
    this.accept(batch.slice(0, accepted))
    if (accepted === batch.length) return
    const retryable = accepted < end
    const code = retryable ? 'PARTIAL' : 'REFUSED'
    throw new AdapterError(`Accepted ${accepted} of ${batch.length} records.`, { accepted, retryable, code })
  }
}
