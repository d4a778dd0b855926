import type { LogRecord } from '@holdfast/api'

/** What an acknowledgement of some records settled. */
export interface Accepted {
  readonly events: number
  readonly notice: boolean
}

/** What a lane offers to its adapter, as far as its failures are concerned. */
export interface Batch {
  /** What is not accepted yet, the notice included. */
  readonly length: number
  /** Events not accepted yet. */
  readonly events: number
  /** Settles as many as the destination has accepted. */
  accept(count: number): Accepted
  /** Takes the first event off without its being accepted; returns its level. */
  removeFirst(): number | undefined
  /** Takes the notice off without its being accepted; true when there was one. */
  removeNotice(): boolean
}

/**
 * The records that a lane has taken out of the ring and that its adapter has not accepted yet.
 * A notice (the lane's own "N events dropped") stands in front and is not an event.
 */
export class HeldBatch implements Batch {
  readonly #records: LogRecord[] = []
  #accepted = 0
  #notice: LogRecord | undefined
  /** Characters of the lines, which is about their bytes. */
  size = 0

  get length(): number {
    return this.events + (this.#notice === undefined ? 0 : 1)
  }

  get events(): number {
    return this.#records.length - this.#accepted
  }

  add(record: LogRecord): void {
    this.#records.push(record)
    this.size += record.json.length
  }

  /** Puts a notice in front, in the place of one that was not accepted. */
  setNotice(record: LogRecord): void {
    this.#notice = record
  }

  /** What to give to the adapter now. An adapter that writes synchronously gets the array itself: a call allocates nothing. */
  pending(): readonly LogRecord[] {
    if (this.#notice !== undefined) return [this.#notice, ...this.#records.slice(this.#accepted)]
    return this.#accepted === 0 ? this.#records : this.#records.slice(this.#accepted)
  }

  accept(count: number): Accepted {
    let events = Math.min(Math.max(0, Math.floor(count)), this.length)
    const notice = events > 0 && this.#notice !== undefined
    if (notice) {
      this.#notice = undefined
      events--
    }
    this.#accepted += events
    if (this.#accepted === this.#records.length) this.#clear()
    return { events, notice }
  }

  removeFirst(): number | undefined {
    const record = this.#records[this.#accepted]
    if (record === undefined) return undefined
    this.#accepted++
    if (this.#accepted === this.#records.length) this.#clear()
    return record.level
  }

  removeNotice(): boolean {
    const had = this.#notice !== undefined
    this.#notice = undefined
    return had
  }

  #clear(): void {
    this.#records.length = 0
    this.#accepted = 0
    this.size = 0
  }
}
