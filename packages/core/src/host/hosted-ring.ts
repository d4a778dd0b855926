import type { Source } from '../lane/cursor.js'
import type { Lane } from '../lane/lane.js'
import { FrameReader } from '../ring/reader.js'
import type { Segment } from '../ring/segment.js'
import { LaneBlock } from '../ring/shared/lane-block.js'
import { CONTROL, NUMBER, STATE, WRITER_AT, WRITER_BYTES } from '../ring/shared/layout.js'
import { positionWord } from '../ring/shared/position.js'
import type { RingView } from '../ring/shared/ring-view.js'
import { Told } from '../ring/shared/told.js'
import { giveUp } from '../writer/collect.js'
import { lastSeqOf, untoldRefused } from './refused-calls.js'
import { ServedLane } from './served-lane.js'
import { SpillFolder } from './spill.js'

/** The last moment that a Date can hold. */
const MAX_TIME = 8.64e15
/** Segments that have to be free for a producer to go on: the one that it writes, half of the next, and what rounding costs. */
const SEGMENTS_OF_PRODUCER = 2.5
/** So long a thread may be silent in its `exit` listeners. One that logs later finds the ring closed, and its calls are not accepted. */
const THREAD_EXIT_MS = 2000
/** Events may wait this long for older ones of other producers. */
const MERGE_WINDOW_MS = 50

/** The ring of one producer and how far each lane has come in it. */
export class HostedRing {
  readonly view: RingView
  readonly source: Source
  readonly served: readonly ServedLane[]
  readonly told: Told
  readonly spill: SpillFolder | undefined
  /** Its producer is gone without a word. */
  isGone = false
  /** When its process was first seen to be gone. */
  goneAt: number | undefined
  /** Since when its lanes that are up have everything, after its producer left. */
  leftAt: number | undefined
  /** When a thread in its last listeners was last heard: that it is gone is not told where its creator does not log. */
  #exitedAt: number | undefined
  #exitedPosition = 0
  #isThreadOver = false
  #urgent: number
  #markedPosition = 0
  #markedAt = 0
  #released = 0
  #free = -1
  #readPosition = -1

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
    this.spill = spillPath === undefined ? undefined : new SpillFolder(spillPath, view.check)
    view.spill = this.spill
    this.told = new Told(view.region)
    this.served = lanes.map(({ lane, index }) => new ServedLane(lane, this.source, new LaneBlock(view.region, index), this.spill))
    this.#urgent = this.word('urgent')
    this.#store('epoch', epoch)
  }

  get origin(): string {
    return this.view.identity.origin
  }

  /** Its producer may still write. One whose `exit` listener has run may do so until it is gone. */
  get isOpen(): boolean {
    if (this.isGone || this.#isThreadOver) return false
    const state = this.word('state')
    return state === STATE.open || state === STATE.exited
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
    this.#lookAtThread(nowMs)
    if (isAll) this.#released = position
    else if (nowMs - this.#markedAt >= MERGE_WINDOW_MS) this.#released = Math.max(this.#released, this.#markedPosition)
    if (isAll || nowMs - this.#markedAt >= MERGE_WINDOW_MS) {
      this.#markedPosition = position
      this.#markedAt = nowMs
    }
    for (const { cursor } of this.served) cursor.end = Math.max(cursor.end, this.#released)
  }

  /** Lanes may not have all of it yet: older events may come from elsewhere. */
  get isHeldBack(): boolean {
    return this.#released < this.view.position
  }

  /** A lane has everything up to a position. */
  hasReached(lane: Lane, position: number): boolean {
    const served = this.#servedBy(lane)
    return served === undefined || served.acknowledged >= position
  }

  /** A lane whose destination is down wants nothing of what is there now. */
  dropWhileDown(lane: Lane): void {
    const served = this.#servedBy(lane)
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

  /** Lanes that have not got everything. */
  get lagging(): readonly Lane[] {
    return this.served.filter(({ acknowledged }) => acknowledged < this.view.position).map(({ lane }) => lane)
  }

  /** Nobody will deliver what a lane has before it. */
  giveUp(lane: Lane): void {
    const served = this.#servedBy(lane)
    if (served === undefined) return
    lane.dropHeld('shutdown')
    giveUp(served.cursor, this.view.position, 'shutdown')
  }

  /** Its producer does not look at it any more. */
  get isReleased(): boolean {
    return this.word('state') === STATE.released
  }

  /** Says how a lane is, for `inspect()`. */
  describe(lane: Lane, health: LaneBlock['health']): void {
    const served = this.#servedBy(lane)
    if (served !== undefined && health !== undefined) served.block.health = health
  }

  /** Publishes how far each lane has come. */
  publish(): void {
    const { mirror } = this.view.region
    for (const entry of this.served) entry.publish()
    this.spill?.release(Math.min(...this.served.map(({ acknowledged }) => acknowledged)))
    const { position: read, events } = this.#read()
    const free = this.#freePosition()
    if (read === this.#readPosition && free === this.#free) return
    this.#readPosition = read
    this.#free = free
    Atomics.store(this.view.region.words, CONTROL.readEvents, events | 0)
    Atomics.store(this.view.region.words, CONTROL.read, positionWord(read))
    Atomics.store(this.view.region.words, CONTROL.free, positionWord(free))
    mirror?.push(WRITER_AT, WRITER_BYTES)
  }

  /** Publishes how far a lane has come whose batch is settled. */
  settle(lane: Lane): void {
    this.#servedBy(lane)?.publish()
  }

  /**
   * Makes room for the producer. Of lanes that lag, the oldest segments go to disk when they hold more than half of the memory; where there is no
   * disk, or no more room on it, those lanes lose their oldest events before the memory is full. What no lane that is well has read stays:
   * its producer waits for that.
   *
   * @param spillBytes what this ring may spill
   */
  makeRoom(spillBytes: number): void {
    const { segmentCount } = this.view
    // the producer needs whole segments: of the few of a small ring, half would leave it none
    const half = Math.min(segmentCount / 2, segmentCount - SEGMENTS_OF_PRODUCER)
    if (this.#segmentsInUse <= half) return
    const read = this.#read().position
    for (const segment of this.view.complete) {
      if (this.#segmentsInUse <= half || segment.end > read) break
      if (segment.end <= this.#freePosition() || this.#spillSegment(segment, spillBytes)) continue
      if (this.#segmentsInUse <= mostInUse(segmentCount) || this.#isAwaited(segment)) break
      this.#dropUpTo(segment.end)
    }
    this.publish()
  }

  /** Skips what a destination surely has already. */
  skip(lane: Lane, seq: number): void {
    this.#servedBy(lane)?.skip(seq)
  }

  /** That its producer is gone was told, and need not be by the next writer. */
  get isBuried(): boolean {
    return this.word('buried') === 1
  }

  set isBuried(isBuried: boolean) {
    this.#store('buried', isBuried ? 1 : 0)
  }

  /**
   * Its producer is gone: the calls that had found no room, and of which it could not tell any more, are told of by the lanes.
   *
   * @returns how many
   */
  loseRefused(): number {
    const { complete, newestSegment, region } = this.view
    const last = [...complete.slice(-1), newestSegment].filter((segment) => segment !== undefined)
    const refused = untoldRefused(region, lastSeqOf(last, this.origin))
    if (refused === undefined) return 0
    for (const { cursor } of this.served) cursor.lose(refused.notice)
    this.publish()
    return refused.count
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

  #lookAtThread(nowMs: number): void {
    if (this.view.identity.thread === 0 || this.word('state') !== STATE.exited) return
    if (this.#exitedAt === undefined || this.view.position !== this.#exitedPosition) this.#exitedAt = nowMs
    this.#exitedPosition = this.view.position
    this.#isThreadOver = nowMs - this.#exitedAt >= THREAD_EXIT_MS
  }

  #servedBy(lane: Lane): ServedLane | undefined {
    return this.served.find((entry) => entry.lane === lane)
  }

  /** The quickest lane that is up counts: one that lags alone holds nobody up, its segments go to disk. */
  #read(): { readonly position: number; readonly events: number } {
    let quickest: ServedLane | undefined
    for (const served of this.served)
      if (served.lane.health.state === 'ok' && served.acknowledged >= (quickest?.acknowledged ?? 0)) quickest = served
    if (quickest === undefined) return this.view
    return { position: quickest.acknowledged, events: quickest.acknowledgedEvents }
  }

  #freePosition(): number {
    let free = this.view.position
    const spilled = this.spill?.end ?? 0
    for (const { acknowledged } of this.served) free = Math.min(free, Math.max(acknowledged, spilled))
    return Math.max(this.#free, this.view.beginningAt(free))
  }

  /** From the one that is needed to the newest. */
  get #segmentsInUse(): number {
    const { position, segmentBytes } = this.view
    return Math.floor(position / segmentBytes) - Math.floor(this.#freePosition() / segmentBytes) + 1
  }

  /** A lane whose adapter is there in a moment has not read it yet. */
  #isAwaited({ end }: Segment): boolean {
    return this.served.some(({ lane, acknowledged }) => lane.isAwaited && acknowledged < end)
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
    for (const entry of this.served) entry.dropUpTo(end)
  }

  #store(name: keyof typeof CONTROL, value: number): void {
    Atomics.store(this.view.region.words, CONTROL[name], value)
    this.view.region.mirror?.push(WRITER_AT, WRITER_BYTES)
  }
}

/** Segments that lanes may hold: the producer needs the one that it writes to, and the next before it comes to its end. */
function mostInUse(segments: number): number {
  return Math.min(segments - 2, Math.floor((segments * 3) / 4))
}
