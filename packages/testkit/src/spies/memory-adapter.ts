import type { Adapter, Health, LogRecord } from '@holdfast/api'

/** What all spies take. */
export interface SpyOptions {
  /** @default `memory` */
  readonly name?: string
  /** Gives the adapter a `writeSync`. @default false */
  readonly sync?: boolean
}

/** Accepts every record, keeps its line, and counts for itself, so that a report can be held against it. */
export class MemoryAdapter implements Adapter {
  readonly name: string
  /** The canonical lines that were accepted, in order of arrival; doubles stay. */
  readonly lines: string[] = []
  /** Records that were offered, accepted or not. */
  offered = 0
  /** Calls of `write` and `writeSync`. */
  writes = 0
  flushes = 0
  closes = 0
  /** There only with `sync: true`. */
  declare writeSync?: (batch: readonly LogRecord[]) => void

  constructor(options: SpyOptions = {}) {
    this.name = options.name ?? 'memory'
    if (options.sync === true) this.writeSync = (batch) => this.take(batch)
  }

  /** Records that were accepted. */
  get accepted(): number {
    return this.lines.length
  }

  write(batch: readonly LogRecord[], _signal: AbortSignal): Promise<void> | void {
    this.take(batch)
  }

  flush(): void {
    this.flushes++
  }

  close(): void {
    this.closes++
  }

  health(): Health {
    return { state: 'ok', details: { accepted: this.accepted } }
  }

  /** What both ways of writing do; spies that misbehave change it. */
  protected take(batch: readonly LogRecord[]): void {
    this.offer(batch)
    this.accept(batch)
  }

  protected offer(batch: readonly LogRecord[]): void {
    this.writes++
    this.offered += batch.length
  }

  protected accept(records: readonly LogRecord[]): void {
    for (const { json } of records) this.lines.push(json)
  }
}
