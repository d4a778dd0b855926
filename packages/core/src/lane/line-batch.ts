import type { LineArena } from '../ring/line-arena.js'
import type { Cursor } from './cursor.js'
import type { Accepted, Batch } from './held-batch.js'
import type { Lane } from './lane.js'
import { mergeByTime } from './merge.js'

const MAX_LINES = 1024

/**
 * The lines that a lane offers as bytes. They stay in the rings until they are accepted: accepting moves the lane's cursors, failing leaves
 * them where they are, and the next attempt builds the lines anew. One is shared by all lanes of a writer, each filling it before use.
 */
export class LineBatch implements Batch {
  readonly #arena: LineArena
  /** The rings that its lines came from, or that it passed events of. */
  #cursors: readonly Cursor[] = []
  /** Per line: whose it is, and where that cursor stands once the line is accepted. */
  readonly #owners: Cursor[] = []
  readonly #positions = new Float64Array(MAX_LINES)
  readonly #filtered = new Uint32Array(MAX_LINES)
  #accepted = 0

  constructor(arena: LineArena) {
    this.#arena = arena
  }

  get length(): number {
    return this.#arena.count - this.#accepted
  }

  get events(): number {
    return this.length
  }

  /**
   * Fills it with the next lines of a lane, up to the end of each cursor; lines of several rings are merged by time.
   * False when there is nothing to write; filtered events have passed then.
   */
  fill(lane: Lane): boolean {
    this.#arena.reset()
    this.#accepted = 0
    this.#owners.length = 0
    this.#cursors = lane.cursors.length === 1 ? lane.cursors : lane.cursors.filter(({ position, end }) => position < end)
    for (const cursor of this.#cursors) {
      cursor.ahead = cursor.position
      cursor.aheadEvents = 0
      cursor.aheadFiltered = 0
    }
    const [only] = this.#cursors
    if (this.#cursors.length === 1) this.#read(lane, only as Cursor, Number.POSITIVE_INFINITY)
    else mergeByTime(this.#cursors, (cursor, untilTime) => this.#read(lane, cursor, untilTime))
    if (this.#arena.count > 0) return true
    for (const cursor of this.#cursors) pass(cursor, cursor.ahead, cursor.aheadFiltered)
    return false
  }

  accept(count: number, unsure: number): Accepted {
    const events = Math.min(Math.max(0, Math.floor(count)), this.length)
    if (events === 0) return { events, notice: false }
    if (this.#cursors.length === 1) this.#deliver(this.#accepted + events - 1, events, unsure)
    else for (let i = 0; i < events; i++) this.#deliver(this.#accepted + i, 1, unsure > i ? 1 : 0)
    this.#accepted += events
    // filtered events behind the last lines pass with them
    if (this.length === 0) for (const cursor of this.#cursors) pass(cursor, cursor.ahead, cursor.aheadFiltered)
    return { events, notice: false }
  }

  removeNotice(): boolean {
    return false
  }

  /** Reads one ring up to its end, or to the first event that is younger than `untilTime`. False when the block can take no more. */
  #read(lane: Lane, cursor: Cursor, untilTime: number): boolean {
    const arena = this.#arena
    const { ring, reader } = cursor.source
    while (cursor.ahead < cursor.end) {
      const segment = ring.segmentAt(cursor.ahead)
      if (segment === undefined) {
        cursor.ahead = cursor.end
        return true
      }
      if (cursor.ahead <= segment.base) {
        cursor.ahead = segment.base
        cursor.enter(segment, cursor.aheadEvents)
      }
      const kind = reader.read(segment, cursor.ahead - segment.base)
      if (kind === 'event') {
        if (reader.time > untilTime) return true
        if (reader.level < lane.settings.level) cursor.aheadFiltered++
        else if (arena.add(reader)) this.#mark(cursor, reader.length)
        else return false
        cursor.aheadEvents++
      } else if (kind !== 'definition') {
        // what is told of events that are lost comes behind the lines before it
        if (arena.count > 0) return false
        pass(cursor, cursor.ahead + reader.length, cursor.aheadFiltered)
        if (kind === 'loss') cursor.lose(reader.loss())
        else cursor.skipCorrupt(segment)
        cursor.ahead += reader.length
        cursor.aheadEvents = 0
        cursor.aheadFiltered = 0
        return false
      }
      cursor.ahead += reader.length
    }
    return true
  }

  #mark(cursor: Cursor, length: number): void {
    const index = this.#arena.count - 1
    if (this.#cursors.length > 1) this.#owners[index] = cursor
    this.#positions[index] = cursor.ahead + length
    this.#filtered[index] = cursor.aheadFiltered
    cursor.aheadFiltered = 0
  }

  #owner(index: number): Cursor {
    return (this.#cursors.length === 1 ? this.#cursors[0] : this.#owners[index]) as Cursor
  }

  #deliver(last: number, events: number, unsure: number): void {
    const cursor = this.#owner(last)
    let filtered = 0
    for (let i = last - events + 1; i <= last; i++) filtered += this.#filtered[i] as number
    cursor.taken += events
    cursor.deliver(events, unsure)
    pass(cursor, this.#positions[last] as number, filtered)
  }
}

function pass(cursor: Cursor, position: number, filtered: number): void {
  cursor.position = position
  cursor.taken += filtered
  cursor.filtered += filtered
}

/** The notice of a lane as a batch of its own. */
export class NoticeBatch implements Batch {
  readonly events = 0
  length = 1

  accept(count: number): Accepted {
    const notice = count > 0 && this.length === 1
    if (notice) this.length = 0
    return { events: 0, notice }
  }

  removeNotice(): boolean {
    this.length = 0
    return true
  }
}
