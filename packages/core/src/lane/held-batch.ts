import type { LogRecord } from '@holdfast/api'
import type { Cursor } from './cursor.js'

/** What an acknowledgement of some records settled. */
export interface Accepted {
  readonly events: number
  readonly notice: boolean
}

/** An event, and whose it is. */
export interface Held {
  readonly record: LogRecord
  readonly cursor: Cursor
}

/** What a lane offers to its adapter, as far as its failures are concerned. */
export interface Batch {
  /** What is not accepted yet, the notice included. */
  readonly length: number
  /** Events not accepted yet. */
  readonly events: number
  /**
   * Settles as many as the destination has accepted.
   *
   * @param unsure how many of its events may have arrived before
   */
  accept(count: number, unsure: number): Accepted
  /** Takes the notice off without its being accepted; true when there was one. */
  removeNotice(): boolean
}

/**
 * The records that a lane has taken out of the ring and that its adapter has not accepted yet.
 * A notice (the lane's own "N events dropped") stands in front and is not an event.
 */
export class HeldBatch implements Batch {
  readonly #records: LogRecord[] = []
  /** Whose each of them is. */
  readonly #cursors: Cursor[] = []
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

  get notice(): LogRecord | undefined {
    return this.#notice
  }

  add(record: LogRecord, cursor: Cursor): void {
    this.#records.push(record)
    this.#cursors.push(cursor)
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

  /** Some of the events that are not accepted yet. */
  from(index: number, most: number): readonly LogRecord[] {
    return this.#records.slice(this.#accepted + index, this.#accepted + index + most)
  }

  accept(count: number, unsure: number): Accepted {
    let events = Math.min(Math.max(0, Math.floor(count)), this.length)
    const notice = events > 0 && this.#notice !== undefined
    if (notice) {
      this.#notice = undefined
      events--
    }
    this.#deliver(this.#accepted, events, unsure)
    this.#accepted += events
    this.#clearWhenEmpty()
    return { events, notice }
  }

  /** Settles events that were accepted before others in front of them. */
  acceptFrom(index: number, count: number, unsure: number): void {
    const start = this.#accepted + index
    this.#deliver(start, Math.min(count, this.#records.length - start), unsure)
    this.#remove(start, count)
  }

  /** Takes the first event off without its being accepted. */
  removeFirst(): Held | undefined {
    const first = this.first()
    if (first !== undefined) this.#remove(this.#accepted, 1)
    return first
  }

  /** The first event, without taking it off. */
  first(): Held | undefined {
    const record = this.#records[this.#accepted]
    const cursor = this.#cursors[this.#accepted]
    return record === undefined || cursor === undefined ? undefined : { record, cursor }
  }

  removeNotice(): boolean {
    const had = this.#notice !== undefined
    this.#notice = undefined
    return had
  }

  /** One call for each row of events that came out of the same ring. */
  #deliver(start: number, events: number, unsure: number): void {
    const end = start + events
    let left = unsure
    for (let from = start; from < end; ) {
      const cursor = this.#cursors[from] as Cursor
      let to = from + 1
      while (to < end && this.#cursors[to] === cursor) to++
      cursor.deliver(to - from, left)
      left -= Math.min(left, to - from)
      from = to
    }
  }

  #remove(start: number, count: number): void {
    for (const { json } of this.#records.splice(start, count)) this.size -= json.length
    this.#cursors.splice(start, count)
    this.#clearWhenEmpty()
  }

  #clearWhenEmpty(): void {
    if (this.#accepted < this.#records.length) return
    this.#records.length = 0
    this.#cursors.length = 0
    this.#accepted = 0
    this.size = 0
  }
}
