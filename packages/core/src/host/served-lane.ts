import type { Cursor, Source } from '../lane/cursor.js'
import type { Lane } from '../lane/lane.js'
import type { LaneBlock, LaneProgress, LaneState } from '../ring/shared/lane-block.js'
import { giveUp, walk } from '../writer/collect.js'
import type { SpillFolder } from './spill.js'

/** One lane in one ring, as its writer keeps it: where it is, and what of that is published. */
export class ServedLane {
  readonly lane: Lane
  readonly cursor: Cursor
  readonly block: LaneBlock
  /** Up to where it is published that this lane has everything. */
  acknowledged: number
  readonly #spill: SpillFolder | undefined
  /** The numbers of before the batch that it holds. */
  #settled: LaneProgress
  #spilledBytes = -1
  #spilledEnd = 0

  /** Goes on from what the writer before this one has published. */
  constructor(lane: Lane, source: Source, block: LaneBlock, spill?: SpillFolder) {
    const { ring } = source
    const cursor = lane.follow(source)
    const { dropped, acknowledged, ...numbers } = block.read()
    // a page that is older or newer than the frames must not lead out of the ring
    cursor.position = Math.max(Math.min(acknowledged, ring.position), ring.oldestPosition)
    cursor.end = cursor.position
    cursor.taken = numbers.taken
    cursor.delivered = numbers.delivered
    cursor.filtered = numbers.filtered
    cursor.redelivered = numbers.redelivered
    cursor.dropped.values.set(dropped.values)
    this.lane = lane
    this.cursor = cursor
    this.block = block
    this.acknowledged = cursor.position
    this.#settled = { ...numbers, position: cursor.position, dropped }
    this.#spill = spill
  }

  /** Events up to there, by the ring's own count. */
  get acknowledgedEvents(): number {
    return this.#settled.taken
  }

  publish(): void {
    const { lane, block } = this
    block.state = stateOf(lane)
    const { bytes = 0, end = 0 } = this.#spill ?? {}
    // what is held is not accepted yet: until the batch is settled the numbers before it hold
    const hasMoved = lane.held.events === 0 && this.#settle()
    if (!hasMoved && bytes === this.#spilledBytes && end === this.#spilledEnd) return
    this.#spilledBytes = bytes
    this.#spilledEnd = end
    const { position, taken } = this.#settled
    const events = bytes === 0 ? 0 : (this.#spill?.pendingFrom(position, taken) ?? 0)
    block.publish(this.#settled, { events, bytes, end })
  }

  /** Loses what is before a position. */
  dropUpTo(end: number): void {
    const { lane, cursor } = this
    if (cursor.position >= end && (this.acknowledged >= end || lane.held.events === 0)) return
    lane.dropHeld('overflow')
    giveUp(cursor, end, 'overflow')
    cursor.position = Math.max(cursor.position, end)
    cursor.end = Math.max(cursor.end, cursor.position)
    this.publish()
  }

  /** Counts events up to a sequence number as delivered, and what was lost before them. */
  skip(seq: number): void {
    const { cursor, lane } = this
    const { source, position } = cursor
    let last = position
    walk(source, position, source.ring.position, {
      event: (reader) => {
        if (reader.seq <= seq) last = reader.segment.base + reader.offset + reader.length
      },
      loss: () => undefined,
      isWanted: (reader) => reader.seq <= seq,
    })
    cursor.position = walk(source, position, last, {
      enter: (segment) => cursor.enter(segment),
      event: ({ level }) => {
        cursor.taken++
        if (level < lane.settings.level) cursor.filtered++
        else cursor.delivered++
      },
      loss: (reader) => cursor.lose(reader.loss()),
      corrupt: (segment) => cursor.skipCorrupt(segment),
    })
  }

  /** Takes over where the cursor is. False when it is where it was. */
  #settle(): boolean {
    const { position, taken, delivered, filtered, redelivered, dropped } = this.cursor
    const before = this.#settled
    const isSame =
      position === before.position &&
      taken === before.taken &&
      delivered + filtered + redelivered === before.delivered + before.filtered + before.redelivered
    if (isSame && this.#spilledBytes >= 0) return false
    before.dropped.values.set(dropped.values)
    this.#settled = { position, taken, delivered, filtered, redelivered, dropped: before.dropped }
    this.acknowledged = position
    return true
  }
}

function stateOf({ isClosed, isOpen, health }: Lane): LaneState {
  if (isClosed) return 'closed'
  if (health.isQuarantined) return 'quarantined'
  return health.state === 'ok' && !isOpen ? 'starting' : health.state
}
