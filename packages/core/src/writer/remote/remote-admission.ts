import { LEVELS } from '@holdfast/api'
import type { Clock } from '../../clock.js'
import type { BoundedQueue } from '../../config/settings.js'
import type { Report } from '../../diagnostics/catalogue.js'
import type { Ring } from '../../ring/ring.js'
import { CONTROL, WRITER_AT, WRITER_BYTES } from '../../ring/shared/layout.js'
import { positionNear } from '../../ring/shared/position.js'
import type { Region } from '../../ring/shared/region.js'

const SLEEP_MS = 1
/** One `queue_full` diagnostic in this time. */
const REPORT_INTERVAL_MS = 1000

export interface RemoteAdmissionParts {
  readonly ring: Ring
  readonly region: Region
  readonly segments: number
  readonly queue: BoundedQueue
  readonly clock: Clock
  readonly report: Report
  /** Looks after the writer while a call waits for it. */
  readonly look: () => void
}

/**
 * The bounds on what a writer elsewhere has not read yet, in bytes and, if one is set, in events, and what a call does at them: `block` sleeps
 * until there is room or the budget of this stall is spent, `drop` gives up at once. An eighth is reserved for ERROR and above, which wait under
 * `drop`, too.
 */
export class RemoteAdmission {
  readonly #parts: RemoteAdmissionParts
  /** Positions and counts up to which events enter without a look at the writer. */
  #limit = 0
  #eventLimit = 0
  #reserveLimit = 0
  #reserveEventLimit = 0
  #read = 0
  #readEvents = 0
  #stallSpentMs = 0
  #nextReport = 0
  /** Segments that end before this position may be used again, as far as is known here. */
  free = 0
  highWaterBytes = 0

  constructor(parts: RemoteAdmissionParts) {
    this.#parts = parts
    this.refresh()
  }

  admit(level: number): boolean {
    return this.#isBelow(level) || this.#admitAtLimit(level)
  }

  /** Whether an event of this level can enter now. Never waits. */
  hasRoom(level: number): boolean {
    return this.#isBelow(level) || this.#hasRoomNow(level)
  }

  get unreadBytes(): number {
    this.refresh()
    return this.#parts.ring.position - this.#read
  }

  /** A segment that ends at a position may be used again. */
  isFree(end: number): boolean {
    if (this.free < end) this.refresh()
    return this.free >= end
  }

  /** Takes over how far the writer has come. */
  refresh(): void {
    const { ring, region, segments, queue } = this.#parts
    region.mirror?.pull(WRITER_AT, WRITER_BYTES)
    const { position, segmentBytes } = ring
    const { maxBytes, maxEvents } = queue
    const read = Math.min(position, positionNear(position, Atomics.load(region.words, CONTROL.read)))
    const free = Math.min(position, positionNear(position, Atomics.load(region.words, CONTROL.free)))
    // something has moved: a later stall gets a budget of its own
    if (read !== this.#read || free !== this.free) this.#stallSpentMs = 0
    this.#read = read
    this.#readEvents = ring.events - Math.max(0, (ring.events - Atomics.load(region.words, CONTROL.readEvents)) | 0)
    this.free = free
    this.highWaterBytes = Math.max(this.highWaterBytes, position - read)
    // an event may have to begin a segment: the one that it takes has to be free
    const ringLimit = free - (free % segmentBytes) + (segments - 1) * segmentBytes
    this.#limit = Math.min(read + maxBytes - reserveOf(maxBytes), ringLimit - Math.floor(segmentBytes / 2))
    this.#reserveLimit = Math.min(read + maxBytes, ringLimit)
    this.#reserveEventLimit = this.#readEvents + maxEvents
    this.#eventLimit = this.#reserveEventLimit - reserveOf(maxEvents)
  }

  #isBelow(level: number): boolean {
    const { ring } = this.#parts
    return level >= LEVELS.error
      ? ring.position < this.#reserveLimit && ring.events < this.#reserveEventLimit
      : ring.position < this.#limit && ring.events < this.#eventLimit
  }

  #admitAtLimit(level: number): boolean {
    const { queue } = this.#parts
    if (this.#hasRoomNow(level)) return true
    if ((queue.fullPolicy === 'block' || level >= LEVELS.error) && this.#wait(level)) return true
    this.#tell(level)
    return false
  }

  #hasRoomNow(level: number): boolean {
    this.refresh()
    return this.#isBelow(level)
  }

  #wait(level: number): boolean {
    const { queue, clock, look, report } = this.#parts
    const before = this.#stallSpentMs
    while (this.#stallSpentMs < queue.putTimeoutMs) {
      const start = clock.monotonic()
      clock.sleepSync(SLEEP_MS)
      look()
      if (this.#hasRoomNow(level)) return true
      this.#stallSpentMs += Math.max(clock.monotonic() - start, 0.01)
    }
    if (before < queue.putTimeoutMs) report('queue_degraded_drop_mode', { adapter: 'writer', reason: 'stalled' })
    return false
  }

  #tell(level: number): void {
    const { queue, ring, clock, report } = this.#parts
    const now = clock.monotonic()
    if (now < this.#nextReport) return
    this.#nextReport = now + REPORT_INTERVAL_MS
    const isReserve = level >= LEVELS.error
    const isOfEvents = ring.events >= (isReserve ? this.#reserveEventLimit : this.#eventLimit)
    const most = isOfEvents ? queue.maxEvents : queue.maxBytes
    report('queue_full', {
      policy: queue.fullPolicy,
      unread: isOfEvents ? ring.events - this.#readEvents : ring.position - this.#read,
      limit: isReserve ? most : most - reserveOf(most),
    })
  }
}

/** What only ERROR and above may use of a bound. */
function reserveOf(most: number): number {
  return most === Number.POSITIVE_INFINITY ? 0 : Math.floor(most / 8)
}
