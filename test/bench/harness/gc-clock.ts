import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'

/**
 * Time in garbage collection: for each kind of collection, their number times the median pause.
 * A plain sum would hold the time for which the system gave the processor to somebody else during a pause.
 */
export class GcClock {
  readonly #pauses = new Map<number, number[]>()
  readonly #observer = new PerformanceObserver((list) => this.#add(list.getEntries()))

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  reset(): void {
    this.#observer.takeRecords()
    this.#pauses.clear()
  }

  /** Milliseconds since the last reset. */
  read(): number {
    this.#add(this.#observer.takeRecords())
    return [...this.#pauses.values()].reduce((sum, pauses) => sum + pauses.length * median(pauses), 0)
  }

  #add(entries: readonly PerformanceEntry[]): void {
    for (const entry of entries) {
      const { duration, detail } = entry as GcEntry
      const { kind } = detail
      const pauses = this.#pauses.get(kind)
      if (pauses === undefined) this.#pauses.set(kind, [duration])
      else pauses.push(duration)
    }
  }
}

/** What Node's documentation says of `gc` entries and its types do not. */
type GcEntry = PerformanceEntry & { readonly detail: { readonly kind: number } }

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}
