import { statSync } from 'node:fs'
import type { LogRecord } from '@holdfast/api'
import type { Cursor, Source } from '../lane/cursor.js'
import type { Lane } from '../lane/lane.js'
import { FrameReader } from '../ring/reader.js'
import { LaneBlock } from '../ring/shared/lane-block.js'
import { CONTROL, NUMBER, STATE, WRITER_AT, WRITER_BYTES } from '../ring/shared/layout.js'
import { parseProcessId } from '../tree/process-id.js'
import { nextRecord } from '../writer/collect.js'
import { compactRing, type Keep } from './compact-ring.js'
import { untoldRefused } from './refused-calls.js'
import { ServedLane } from './served-lane.js'
import { listSpilled } from './spill.js'
import { StoredRing, type Survey } from './stored-ring.js'

/** Bytes of the past that a lane takes at a time. */
const BITE_BYTES: number = 64 << 10
/** The last moment that a Date can hold. */
const MAX_TIME = 8.64e15
const BLOCK_BYTES = 512
/** So much has to be saved for a ring to be written anew. */
const WORTHWHILE_BYTES: number = 128 << 10
const EMPTY: Survey = { events: 0, from: 0, to: 0, damagedBytes: 0, lost: 0, lastSeq: 0 }

/** A lane of a run that is over: the one of now that has its name, if there is one. */
export interface LeftLane {
  readonly name: string
  readonly lane: Lane | undefined
}

/** A lane that is not there any more, and from where on events wait for it. */
interface AbsentLane {
  readonly name: string
  readonly acknowledged: number
  readonly taken: number
}

export interface LeftRingParts {
  readonly run: string
  readonly path: string
  readonly origin: string
  readonly spillPath: string
  /** In the order of their blocks in the ring. */
  readonly lanes: readonly LeftLane[]
  /** @default true */
  readonly checksTexts?: boolean
}

/** The ring of a producer of an earlier run: further events of the lanes of now, behind everything of the present. */
export class LeftRing {
  readonly stored: StoredRing
  readonly served: readonly ServedLane[]
  readonly absent: readonly AbsentLane[]
  survey: Survey = EMPTY
  isSurveyed = false
  isBeingWritten = false
  readonly #parts: LeftRingParts
  #surveying: Generator<void, Survey>

  /** @throws NotRegular, and the error of the file system */
  constructor(parts: LeftRingParts) {
    const { path, origin, spillPath, lanes } = parts
    this.#parts = parts
    this.stored = new StoredRing(path, origin, spillPath)
    const source: Source = { origin: this.stored.origin, ring: this.stored, reader: new FrameReader(this.stored.origin) }
    const served: ServedLane[] = []
    const absent: AbsentLane[] = []
    for (const [index, { name, lane }] of lanes.entries()) {
      const block = new LaneBlock(this.stored.region, index)
      if (lane !== undefined) served.push(new ServedLane(lane, source, block))
      else absent.push({ name, ...block.read() })
    }
    this.served = served
    this.absent = absent
    this.#surveying = this.#begin()
  }

  get origin(): string {
    return this.stored.origin
  }

  get path(): string {
    return this.#parts.path
  }

  /** 0 for the main thread. */
  get thread(): number {
    return this.stored.identity?.thread ?? 0
  }

  get pid(): number {
    return parseProcessId(this.stored.identity?.process)?.pid ?? 0
  }

  /** Its producer said that it ends, or that it is gone was told. */
  get isTold(): boolean {
    const { words } = this.stored.region
    return !this.stored.isSound || words[CONTROL.state] !== STATE.open || words[CONTROL.buried] === 1
  }

  markTold(): void {
    Atomics.store(this.stored.region.words, CONTROL.buried, 1)
    this.stored.region.mirror?.push(WRITER_AT, WRITER_BYTES)
  }

  /** When its producer last gave a sign of life; '' when it never did. */
  get lastSeen(): string {
    const seenAt = this.stored.region.doubles[NUMBER.seenAt] as number
    return seenAt > 0 && seenAt < MAX_TIME ? new Date(seenAt).toISOString() : ''
  }

  /** A lane has not got all of it. */
  isBehind(lane: Lane): boolean {
    return this.served.some((entry) => entry.lane === lane && entry.acknowledged < this.stored.position)
  }

  /** A destination surely has everything up to a number. */
  skip(lane: Lane, seq: number): void {
    if (seq === 0) return
    for (const entry of this.served) if (entry.lane === lane) entry.skip(seq)
    for (const { cursor } of this.served) cursor.end = cursor.position
    this.publish()
    this.#surveying = this.#begin()
  }

  /** The next event that a lane wants. */
  next(lane: Lane): LogRecord | undefined {
    const cursor = this.#cursorOf(lane)
    return cursor === undefined ? undefined : nextRecord(cursor)
  }

  /**
   * Looks at the next piece. True when there is nothing more to look at.
   *
   * @throws when it cannot be read now
   */
  look(): boolean {
    let next: IteratorResult<void, Survey>
    try {
      next = this.#surveying.next()
    } catch (error) {
      this.#surveying = this.#begin()
      throw error
    }
    if (next.done !== true) return false
    this.survey = next.value
    this.isSurveyed = true
    this.publish()
    return true
  }

  /** When the next event of a lane was logged; infinite when there is none. */
  nextTime(lane: Lane): number {
    const cursor = this.#cursorOf(lane)
    if (cursor === undefined || cursor.position >= this.stored.position) return Number.POSITIVE_INFINITY
    const segment = this.stored.segmentAt(cursor.position)
    if (segment === undefined) return Number.NEGATIVE_INFINITY
    const { reader } = cursor.source
    return reader.read(segment, Math.max(0, cursor.position - segment.base)) === 'event' ? reader.time : Number.NEGATIVE_INFINITY
  }

  /**
   * Lets a lane that has everything else have the next bite.
   *
   * @throws when it cannot be read now
   */
  feed(lane: Lane): void {
    const cursor = this.#cursorOf(lane)
    if (cursor === undefined) return
    // what a lane comes to is in memory by then: it has nobody to tell that it cannot be read
    const segment = this.stored.segmentAt(cursor.position)
    cursor.end =
      segment === undefined ? this.stored.position : Math.min(segment.end, Math.max(segment.base, cursor.position) + BITE_BYTES)
  }

  publish(): void {
    for (const { lane, cursor } of this.served)
      if (this.isSurveyed && cursor.position >= this.stored.position && lane.held.events === 0) cursor.finish(this.stored.events)
    for (const entry of this.served) entry.publish()
    this.stored.rest((base, end) => this.served.some(({ cursor }) => cursor.position < end && cursor.end > base))
  }

  /** Every lane has everything; of a lane that is not there any more, nothing waits. */
  get isDrained(): boolean {
    const { position } = this.stored
    return (
      this.isSurveyed &&
      this.served.every(({ acknowledged }) => acknowledged >= position) &&
      this.absent.every(({ acknowledged }) => acknowledged >= position)
    )
  }

  /** Every lane that is up has everything. */
  get isSettled(): boolean {
    return this.isSurveyed && this.served.every((entry) => entry.acknowledged >= this.stored.position || isOut(entry))
  }

  /** Bytes on the disk, its spilled segments among them. */
  get diskBytes(): number {
    const { path, spillPath } = this.#parts
    const blocks = statSync(path, { throwIfNoEntry: false })?.blocks ?? 0
    return blocks * BLOCK_BYTES + listSpilled(spillPath).reduce((sum, { used }) => sum + used, 0)
  }

  /** Bytes that somebody still needs, about. */
  get neededBytes(): number {
    const from = this.#neededFrom
    return this.stored.segments.reduce((sum, { base, used }) => sum + Math.max(0, base + used - Math.max(from, base)), 0)
  }

  /** Keeps on the disk only what a lane still needs, where that saves something; a piece at each step. */
  *shrink(): Generator<void, void> {
    const isWorthwhile = this.stored.isDamaged || this.diskBytes - this.neededBytes >= WORTHWHILE_BYTES
    if (isWorthwhile)
      yield* this.compact(
        () => false,
        () => undefined,
      )
  }

  /**
   * The calls that had found no room, and of which its producer could not tell any more, are told of by the lanes.
   *
   * @returns how many
   */
  loseRefused(): number {
    const refused = untoldRefused(this.stored.region, this.survey.lastSeq)
    if (refused !== undefined) for (const { cursor } of this.served) cursor.lose(refused.notice)
    this.publish()
    return refused?.count ?? 0
  }

  /**
   * Keeps on the disk only what a lane still needs; a piece at each step. Nothing is fed from it meanwhile.
   *
   * @param isGivenUp whether an event of this level is given up that only lanes want which are down; asked from the oldest on
   * @param gaveUp told of each that is given up for a lane that is not there any more
   * @returns false when it cannot be written anew: all of it stays
   */
  *compact(
    isGivenUp: (level: number, bytes: number) => boolean,
    gaveUp: (adapter: string, level: number) => void,
  ): Generator<void, boolean> {
    if (this.stored.geometry === undefined) return false
    const counts: (() => void)[] = []
    const keep: Keep = (position, level, bytes) => {
      const wanting = this.served.filter(({ lane, acknowledged }) => acknowledged <= position && level >= lane.settings.level)
      const missing = this.absent.filter(({ acknowledged }) => acknowledged <= position)
      // taken already, or about to be
      const isHeld = wanting.some(({ cursor }) => Math.max(cursor.position, cursor.end) > position)
      if (isHeld || wanting.some((entry) => !isOut(entry))) return true
      if (wanting.length + missing.length > 0) {
        if (!isGivenUp(level, bytes)) return true
        for (const { name } of missing) counts.push(() => gaveUp(name, level))
      }
      for (const { cursor, acknowledged } of this.served)
        if (acknowledged <= position && cursor.position <= position) counts.push(() => cursor.dropFrame('overflow', level))
      return false
    }
    this.isBeingWritten = true
    try {
      if (!(yield* compactRing(this.stored, this.#parts, this.#neededFrom, keep))) return false
      // counted when it is done, and not when it was tried
      for (const count of counts) count()
      this.stored.reopen()
      this.publish()
      return true
    } finally {
      this.isBeingWritten = false
    }
  }

  close(): void {
    for (const { lane, cursor } of this.served) lane.leave(cursor)
    this.stored.close()
  }

  #cursorOf(lane: Lane): Cursor | undefined {
    return this.served.find((entry) => entry.lane === lane)?.cursor
  }

  #begin(): Generator<void, Survey> {
    return this.stored.survey(this.#neededFrom, this.#takenFrom, this.#parts.checksTexts)
  }

  get #neededFrom(): number {
    return Math.min(
      ...this.served.map(({ acknowledged }) => acknowledged),
      ...this.absent.map(({ acknowledged }) => acknowledged),
      this.stored.position,
    )
  }

  get #takenFrom(): number {
    return Math.min(
      ...this.served.map(({ acknowledgedEvents }) => acknowledgedEvents),
      ...this.absent.map(({ taken }) => taken),
      this.stored.events,
    )
  }
}

function isOut({ lane }: ServedLane): boolean {
  return lane.isClosed || lane.health.state === 'down'
}
