import type { Cursor, Source } from '../lane/cursor.js'
import type { Lane } from '../lane/lane.js'
import type { LossNotice } from '../ring/layout.js'
import { FrameReader } from '../ring/reader.js'
import type { Segment } from '../ring/segment.js'
import { LaneBlock } from '../ring/shared/lane-block.js'
import { CONTROL, NUMBER, STATE, WRITER_AT, WRITER_BYTES } from '../ring/shared/layout.js'
import { positionWord } from '../ring/shared/position.js'
import type { RingView } from '../ring/shared/ring-view.js'
import { Told } from '../ring/shared/told.js'
import { giveUp, walk } from '../writer/collect.js'
import { SpillFolder } from './spill.js'

/** One lane in one ring, as its writer keeps it. */
interface Served {
  readonly lane: Lane
  readonly cursor: Cursor
  readonly block: LaneBlock
  /** Up to where it is published that this lane has everything. */
  acknowledged: number
  counted: number
}

interface FlushScope {
  readonly word: 'flushRequest' | 'treeFlushRequest'
  readonly mark: 'flushed' | 'treeFlushed'
}

export const FLUSH_SCOPES: readonly FlushScope[] = [
  { word: 'flushRequest', mark: 'flushed' },
  { word: 'treeFlushRequest', mark: 'treeFlushed' },
]

/** The last moment that a Date can hold. */
const MAX_TIME = 8.64e15
/** Events may wait this long for older ones of other producers. */
const MERGE_WINDOW_MS = 50

/** The ring of one producer and how far each lane has come in it. */
export class HostedRing {
  readonly view: RingView
  readonly source: Source
  readonly served: readonly Served[]
  readonly told: Told
  readonly spill: SpillFolder | undefined
  /** Its producer is gone without a word. */
  isGone = false
  /** When its process was first seen to be gone. */
  goneAt: number | undefined
  /** Since when its lanes that are up have everything, after its producer left. */
  leftAt: number | undefined
  #urgent: number
  #markedPosition = 0
  #markedAt = 0
  #released = 0
  #free = -1
  #read = -1

  /** @param spillPath where segments may go that a lane holds too long; nowhere when left out */
  constructor(
    view: RingView,
    lanes: readonly { readonly lane: Lane; readonly index: number }[],
    epoch: number,
    spillPath: string | undefined,
  ) {
    this.view = view
    const { origin } = view.identity
    this.source = { origin, ring: view, reader: new FrameReader(origin) }
    const check = view.region.mirror === undefined ? 'header' : 'full'
    this.spill = spillPath === undefined ? undefined : new SpillFolder(spillPath, check)
    view.spill = this.spill
    this.told = new Told(view.region)
    this.served = lanes.map(({ lane, index }) => this.#serve(lane, new LaneBlock(view.region, index)))
    this.#urgent = this.word('urgent')
    this.#store('epoch', epoch)
  }

  get origin(): string {
    return this.view.identity.origin
  }

  /** Its producer may still write. One whose `exit` listener has run may do so until it is gone; a thread is gone then. */
  get isOpen(): boolean {
    if (this.isGone) return false
    const state = this.word('state')
    return state === STATE.open || (state === STATE.exited && this.view.identity.thread === 0)
  }

  /** Its producer said that it ends. */
  get isClean(): boolean {
    return this.word('state') !== STATE.open
  }

  get epoch(): number {
    return this.word('epoch')
  }

  word(name: keyof typeof CONTROL): number {
    return Atomics.load(this.view.region.words, CONTROL[name])
  }

  /** Looks for new frames, and whether any of them may not wait. */
  refresh(): { readonly hasNew: boolean; readonly isUrgent: boolean } {
    const hasNew = this.view.refresh()
    const urgent = this.word('urgent')
    const isUrgent = urgent !== this.#urgent || !this.isOpen
    this.#urgent = urgent
    return { hasNew, isUrgent }
  }

  /** Lets the lanes have what they may have now: all of it, or what is old enough that nothing older can come from elsewhere. */
  release(nowMs: number, isAll: boolean): void {
    const { position } = this.view
    if (isAll) this.#released = position
    else if (nowMs - this.#markedAt >= MERGE_WINDOW_MS) this.#released = Math.max(this.#released, this.#markedPosition)
    if (isAll || nowMs - this.#markedAt >= MERGE_WINDOW_MS) {
      this.#markedPosition = position
      this.#markedAt = nowMs
    }
    for (const { cursor } of this.served) cursor.end = Math.max(cursor.end, this.#released)
  }

  /** A lane has everything up to a position. */
  hasReached(lane: Lane, position: number): boolean {
    const served = this.served.find((entry) => entry.lane === lane)
    return served === undefined || served.acknowledged >= position
  }

  /** A lane whose destination is down wants nothing of what is there now. */
  dropWhileDown(lane: Lane): void {
    const served = this.served.find((entry) => entry.lane === lane)
    if (served !== undefined) giveUp(served.cursor, served.cursor.end, 'down')
  }

  get isDrained(): boolean {
    return this.served.every(({ acknowledged }) => acknowledged >= this.view.position)
  }

  /** When its producer last gave a sign of life; '' when it never did. */
  get lastSeen(): string {
    const seenAt = this.view.region.doubles[NUMBER.seenAt] as number
    return seenAt > 0 && seenAt < MAX_TIME ? new Date(seenAt).toISOString() : ''
  }

  /** Events that not every lane has. */
  get unread(): number {
    return this.view.events - Math.min(this.view.events, ...this.served.map(({ cursor }) => cursor.taken))
  }

  /** Every lane that is up has everything. */
  get isSettled(): boolean {
    return this.served.every(
      ({ lane, acknowledged }) => acknowledged >= this.view.position || lane.isClosed || lane.health.state === 'down',
    )
  }

  /** Says how a lane is, for `inspect()`. */
  describe(lane: Lane, health: LaneBlock['health']): void {
    const served = this.served.find((entry) => entry.lane === lane)
    if (served !== undefined && health !== undefined) served.block.health = health
  }

  /** Publishes how far each lane has come. */
  publish(): void {
    const { mirror } = this.view.region
    for (const entry of this.served) this.#publish(entry)
    this.spill?.release(Math.min(...this.served.map(({ acknowledged }) => acknowledged)))
    const read = this.#readPosition()
    const free = this.#freePosition()
    if (read === this.#read && free === this.#free) return
    this.#read = read
    this.#free = free
    Atomics.store(this.view.region.words, CONTROL.read, positionWord(read))
    Atomics.store(this.view.region.words, CONTROL.free, positionWord(free))
    mirror?.push(WRITER_AT, WRITER_BYTES)
  }

  /**
   * Makes room: when lanes that lag hold more than half of the memory, their oldest segments go to disk, or, where there is none or
   * no more of it, those lanes lose their oldest events.
   *
   * @param spillBytes what all rings together may still spill
   */
  makeRoom(spillBytes: number): void {
    const half = (this.view.segmentCount * this.view.segmentBytes) / 2
    if (this.view.position - this.#freePosition() <= half) return
    for (const segment of this.view.complete) {
      if (this.view.position - this.#freePosition() <= half) break
      if (segment.end > this.#freePosition() && !this.#spillSegment(segment, spillBytes)) this.#dropUpTo(segment.end)
    }
    this.publish()
  }

  /** Skips what a destination surely has already. */
  skip(lane: Lane, seq: number): void {
    const served = this.served.find((entry) => entry.lane === lane)
    if (served === undefined) return
    const { cursor } = served
    cursor.position = walkWhile(cursor, seq, this.view.position)
  }

  /** Says that nobody will look at it again. */
  finish(): void {
    this.#store('drained', 1)
    for (const { lane, cursor } of this.served) lane.leave(cursor)
    this.spill?.remove()
  }

  /** Lets go of it without a word: another writer goes on from what is published. */
  abandon(): void {
    for (const { lane, cursor } of this.served) lane.leave(cursor)
  }

  #serve(lane: Lane, block: LaneBlock): Served {
    const cursor = lane.follow(this.source)
    const known = block.read()
    const { dropped, ...numbers } = known
    cursor.position = Math.max(numbers.acknowledged, this.view.oldestPosition)
    cursor.end = cursor.position
    cursor.taken = numbers.taken
    cursor.delivered = numbers.delivered
    cursor.filtered = numbers.filtered
    cursor.redelivered = numbers.redelivered
    cursor.dropped.values.set(dropped.values)
    return { lane, cursor, block, acknowledged: cursor.position, counted: -1 }
  }

  #publish(entry: Served): void {
    const { lane, cursor, block } = entry
    block.state = lane.isClosed ? 'closed' : lane.health.isQuarantined ? 'quarantined' : lane.health.state
    // what is held is not accepted yet: the numbers hold again when the batch is settled
    if (lane.held.events > 0) return
    const { spill } = this
    const counted = cursor.delivered + cursor.filtered + cursor.redelivered + cursor.taken + (spill?.end ?? 0)
    if (cursor.position === entry.acknowledged && counted === entry.counted) return
    entry.acknowledged = cursor.position
    entry.counted = counted
    block.publish(cursor, { events: spill?.eventsFrom(cursor.taken) ?? 0, bytes: spill?.bytes ?? 0, end: spill?.end ?? 0 })
  }

  /** The quickest lane that is up counts: one that lags alone holds nobody up, its segments go to disk. */
  #readPosition(): number {
    let read = -1
    for (const { lane, acknowledged } of this.served) if (lane.health.state === 'ok') read = Math.max(read, acknowledged)
    return read < 0 ? this.view.position : read
  }

  #freePosition(): number {
    let free = this.view.position
    const spilled = this.spill?.end ?? 0
    for (const { acknowledged } of this.served) free = Math.min(free, Math.max(acknowledged, spilled))
    return free
  }

  /** Puts a segment on disk, in the place of the oldest ones if need be. */
  #spillSegment(segment: Segment, spillBytes: number): boolean {
    const { spill } = this
    if (spill === undefined || segment.used > spillBytes) return false
    while (spill.bytes + segment.used > spillBytes && spill.oldestEnd !== undefined) {
      this.#dropUpTo(spill.oldestEnd)
      spill.release(spill.oldestEnd)
    }
    try {
      spill.add(segment)
      return true
    } catch {
      // the disk is full or gone: the same as no room, and the drop that follows is counted and told
      return false
    }
  }

  /** Lanes that have not come so far lose what is before it. */
  #dropUpTo(end: number): void {
    for (const entry of this.served) {
      const { lane, cursor } = entry
      if (cursor.position >= end && (entry.acknowledged >= end || lane.held.events === 0)) continue
      lane.dropHeld('overflow')
      giveUp(cursor, end, 'overflow')
      cursor.position = Math.max(cursor.position, end)
      cursor.end = Math.max(cursor.end, cursor.position)
      this.#publish(entry)
    }
  }

  #store(name: keyof typeof CONTROL, value: number): void {
    Atomics.store(this.view.region.words, CONTROL[name], value)
    this.view.region.mirror?.push(WRITER_AT, WRITER_BYTES)
  }
}

/** Counts events up to a sequence number as delivered, and what was lost before them; returns the position behind the last of them. */
function walkWhile(cursor: Cursor, seq: number, end: number): number {
  let position = cursor.position
  const losses: LossNotice[] = []
  walk(cursor.source, cursor.position, end, (kind, reader) => {
    if (kind === 'loss') {
      losses.push(reader.loss())
      return true
    }
    if (reader.seq > seq) return false
    for (const notice of losses.splice(0)) cursor.lose(notice)
    cursor.taken++
    if (reader.level < cursor.lane.settings.level) cursor.filtered++
    else cursor.delivered++
    position = reader.segment.base + reader.offset + reader.length
    return true
  })
  return position
}
