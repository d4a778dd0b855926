import { LEVELS, type LogRecord } from '@holdfast/api'
import type { DropReason } from '../diagnostics/catalogue.js'
import type { LossNotice } from '../ring/layout.js'
import type { FrameReader } from '../ring/reader.js'
import type { Segment } from '../ring/segment.js'
import { DropCounts } from './drop-counts.js'

/** A ring as those who read it see it: a producer's own, or a view of one that lives in shared memory. */
export interface ReadableRing {
  readonly segmentBytes: number
  /** Position behind the last published frame. */
  readonly position: number
  /** Position of the oldest frame that can still be read. */
  readonly oldestPosition: number
  /** Event frames ever published. */
  readonly events: number
  /** The segment to read on from, see `Ring.segmentAt`. */
  segmentAt(position: number): Segment | undefined
}

/** The events of one producer. */
export interface Source {
  readonly origin: string
  readonly ring: ReadableRing
  readonly reader: FrameReader
}

/** What a cursor needs of the lane that it belongs to. */
export interface CursorLane {
  readonly name: string
  readonly settings: { readonly level: number }
  readonly hasRoom: boolean
  readonly held: { readonly events: number; add(record: LogRecord, cursor: Cursor): void }
  /** Told of every event that was dropped. */
  dropped(reason: DropReason, level: number, count: number): void
}

/**
 * How far one lane has come in one ring, and what became of that ring's events on it. Every event that passes is counted exactly once,
 * as delivered, dropped or filtered.
 */
export class Cursor {
  readonly lane: CursorLane
  readonly source: Source
  /** Position of the next frame to take out of the ring. */
  position = 0
  /** Up to where frames may be taken out now. */
  end = 0
  /** Event frames taken out so far, by the ring's own count. */
  taken = 0
  delivered = 0
  filtered = 0
  redelivered = 0
  readonly dropped: DropCounts = new DropCounts()
  /** How far a batch that is being filled has read, and what it passed on the way. */
  ahead = 0
  aheadEvents = 0
  aheadFiltered = 0

  constructor(lane: CursorLane, source: Source) {
    this.lane = lane
    this.source = source
  }

  // ---- what the collector tells it, frame by frame

  take(record: LogRecord): void {
    this.taken++
    this.lane.held.add(record, this)
  }

  filter(): void {
    this.taken++
    this.filtered++
  }

  lose(notice: LossNotice): void {
    for (const [value, count] of Object.entries(notice.levels)) {
      const level = Number(value)
      if (level < this.lane.settings.level) this.filtered += count
      else this.drop(notice.reason, level, count)
    }
  }

  /**
   * It comes to a segment: the events of those before it have all passed, or are lost with segments that are not there any more.
   *
   * @param events taken but not yet counted in `taken`
   */
  enter(segment: Segment, events = 0): void {
    this.#lose(segment.eventsBefore - this.taken - events)
  }

  /** The rest of a segment that cannot be read: its events are lost, and so are their levels. */
  skipCorrupt(segment: Segment): void {
    this.#lose(segment.eventsBefore + segment.events - this.taken)
  }

  /** An event that is given up while it is still in the ring. */
  dropFrame(reason: DropReason, level: number): void {
    this.taken++
    if (level < this.lane.settings.level) this.filtered++
    else this.drop(reason, level, 1)
  }

  drop(reason: DropReason, level: number, count: number): void {
    this.dropped.add(reason, level, count)
    this.lane.dropped(reason, level, count)
  }

  /** @param unsure how many of them may have arrived before */
  deliver(events: number, unsure: number): void {
    this.delivered += events
    this.redelivered += Math.min(events, unsure)
  }

  /** It has come to the end of a ring of which so many events were published. */
  finish(events: number): void {
    this.#lose(events - this.taken)
  }

  #lose(count: number): void {
    if (count <= 0) return
    this.taken += count
    this.drop('corrupt', LEVELS.info, count)
  }
}
