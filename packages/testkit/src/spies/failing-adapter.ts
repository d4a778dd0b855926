import type { Health, LogRecord } from '@holdfast/api'
import { AdapterError, type AdapterErrorOptions } from '@holdfast/core'
import { MemoryAdapter, type SpyOptions } from './memory-adapter.js'

/** When and how a `FailingAdapter` fails. */
export interface FailingOptions extends SpyOptions {
  /** Which calls fail: the first so many, each so-manieth, or all until `heal()`. @default `always` */
  readonly when?: 'always' | { readonly first: number } | { readonly every: number }
  /**
   * `plain`: an `Error` that says nothing more, with nothing accepted. Otherwise an `AdapterError` with these options;
   * as many leading records as `accepted` says are really accepted. @default `plain`
   */
  readonly error?: 'plain' | AdapterErrorOptions
}

/** Fails some calls, or all of them until `heal()`. */
export class FailingAdapter extends MemoryAdapter {
  /** Calls that failed. */
  failures = 0
  readonly #error: 'plain' | AdapterErrorOptions
  #when: NonNullable<FailingOptions['when']> | 'never'

  constructor(options: FailingOptions = {}) {
    super({ name: 'failing', ...options })
    this.#when = options.when ?? 'always'
    this.#error = options.error ?? 'plain'
  }

  /** From now on every call fails. */
  fail(): void {
    this.#when = 'always'
  }

  /** From now on every call succeeds. */
  heal(): void {
    this.#when = 'never'
  }

  override health(): Health {
    return this.#willFail(this.writes + 1) ? { state: 'down', reason: 'told to fail' } : super.health()
  }

  protected override take(batch: readonly LogRecord[]): void {
    this.offer(batch)
    if (this.#willFail(this.writes)) this.#refuse(batch)
    this.accept(batch)
  }

  #refuse(batch: readonly LogRecord[]): never {
    this.failures++
    const message = `Call ${this.writes} was told to fail.`
    if (this.#error === 'plain') throw new Error(message)
    this.accept(batch.slice(0, this.#error.accepted ?? 0))
    throw new AdapterError(message, this.#error)
  }

  #willFail(call: number): boolean {
    const when = this.#when
    if (typeof when === 'string') return when === 'always'
    return 'first' in when ? call <= when.first : call % when.every === 0
  }
}
