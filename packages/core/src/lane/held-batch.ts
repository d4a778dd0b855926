import type { LogRecord } from '@holdfast/api'

/** What an acknowledgement of some records settled. */
export interface Accepted {
  readonly events: number
  readonly notice: boolean
}

/**
 * The records that a lane has taken out of the ring and that its adapter has not accepted yet.
 * A notice (the lane's own "N events dropped") stands in front and is not an event.
 */
export class HeldBatch {
  readonly #records: LogRecord[] = []
  #accepted = 0
  #notice: LogRecord | undefined
  /** Characters of the lines, which is about their bytes. */
  size = 0

  /** Records not accepted yet, the notice included. */
  get length(): number {
    return this.events + (this.#notice === undefined ? 0 : 1)
  }

  /** Events not accepted yet. */
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

  /** Takes `count` records off the front. */
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

  /** Takes the first event off without its being accepted. */
  removeFirst(): LogRecord | undefined {
    const record = this.#records[this.#accepted]
    if (record === undefined) return undefined
    this.#accepted++
    if (this.#accepted === this.#records.length) this.#clear()
    return record
  }

  /** Takes the notice off without its being accepted; true when there was one. */
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
