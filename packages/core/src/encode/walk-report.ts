import type { DiagnosticPayloads, Report } from '../diagnostics/catalogue.js'

/** What a value was doing when it threw. */
export type Unreadable = DiagnosticPayloads['value_unreadable']['what']

/** Tells what a walk could not write, and of which logger. Payloads never carry what a user logged. */
export class WalkReport {
  readonly #report: Report
  #logger = ''
  #place: 'extra' | 'context' = 'extra'

  constructor(report: Report) {
    this.#report = report
  }

  begin(logger: string, place: 'extra' | 'context'): void {
    this.#logger = logger
    this.#place = place
  }

  valueCut(reason: 'length' | 'depth' | 'items' | 'total', length: number, limit: number): void {
    const payload = { logger: this.#logger, place: this.#place, reason, original_length: length, limit }
    this.#report('extra_value_truncated', payload)
  }

  keysDropped(isNested: boolean, dropped: number, limit: number): void {
    this.#report('extra_keys_dropped', { logger: this.#logger, place: isNested ? 'nested' : this.#place, dropped, limit })
  }

  stackCut(framesRemoved: number, limit: number): void {
    this.#report('stack_truncated', { logger: this.#logger, frames_removed: framesRemoved, limit })
  }

  unreadable(what: Unreadable): void {
    this.#report('value_unreadable', { logger: this.#logger, what })
  }
}
