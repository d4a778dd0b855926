import type { LogRecord } from '@holdfast/api'
import type { Cursor } from './cursor.js'

/** What an acknowledgement of some records settled. */
export interface Accepted {
  readonly events: number
  readonly notice: boolean
}

/** An event that was given up. */
export interface Removed {
  readonly level: number
  readonly cursor: Cursor
}

/** Records in a row that came out of the same ring. */
interface Run {
  readonly cursor: Cursor
  /** Index behind its last record. */
  end: number
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
  /** Takes the first event off without its being accepted. */
  removeFirst(): Removed | undefined
  /** Takes the notice off without its being accepted; true when there was one. */
  removeNotice(): boolean
}

/**
 * The records that a lane has taken out of the ring and that its adapter has not accepted yet.
 * A notice (the lane's own "N events dropped") stands in front and is not an event.
 */
export class HeldBatch implements Batch {
  readonly #records: LogRecord[] = []
  readonly #runs: Run[] = []
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

  add(record: LogRecord, cursor: Cursor): void {
    this.#records.push(record)
    const last = this.#runs.at(-1)
    if (last?.cursor === cursor) last.end++
    else this.#runs.push({ cursor, end: this.#records.length })
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

  accept(count: number, unsure: number): Accepted {
    let events = Math.min(Math.max(0, Math.floor(count)), this.length)
    const notice = events > 0 && this.#notice !== undefined
    if (notice) {
      this.#notice = undefined
      events--
    }
    this.#deliver(events, unsure)
    if (this.#accepted === this.#records.length) this.#clear()
    return { events, notice }
  }

  removeFirst(): Removed | undefined {
    const record = this.#records[this.#accepted]
    const run = this.#run
    if (record === undefined || run === undefined) return undefined
    this.#accepted++
    if (this.#accepted === this.#records.length) this.#clear()
    return { level: record.level, cursor: run.cursor }
  }

  removeNotice(): boolean {
    const had = this.#notice !== undefined
    this.#notice = undefined
    return had
  }

  /** The run of the first record that is not accepted. */
  get #run(): Run | undefined {
    return this.#runs.find(({ end }) => end > this.#accepted)
  }

  #deliver(events: number, unsure: number): void {
    const end = this.#accepted + events
    let left = unsure
    while (this.#accepted < end) {
      const run = this.#run as Run
      const count = Math.min(run.end, end) - this.#accepted
      run.cursor.deliver(count, left)
      left -= Math.min(left, count)
      this.#accepted += count
    }
  }

  #clear(): void {
    this.#records.length = 0
    this.#runs.length = 0
    this.#accepted = 0
    this.size = 0
  }
}
