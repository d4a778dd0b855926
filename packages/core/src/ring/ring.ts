import { UNCHECKED } from './check-word.js'
import { HeapMemory, type SegmentMemory } from './memory.js'
import type { Segment } from './segment.js'

export interface RingSettings {
  readonly maxBytes: number
  readonly segmentBytes: number
}

/**
 * The bounded sequence of segments that holds every event from the log call until no lane and no dump needs it.
 * It is the queue (each lane has a cursor in it), the retention buffer and, where its memory outlives the process, the crash journal.
 *
 * ```
 *   oldest                                     newest
 *  [ segment ][ segment ][ segment ] … [ segment ·····│        ]
 *        ▲ lane that lags         ▲ other lanes       ▲ position: what is before it is published
 * ```
 */
export class Ring {
  readonly segmentBytes: number
  readonly #maxSegments: number
  readonly #memory: SegmentMemory
  readonly #makeRoom: (oldest: Segment) => number
  /** In the order of their memory: each lap uses them in this order. */
  readonly #segments: Segment[] = []
  /** No lane needs what is before this position. */
  #freeUntil = 0
  /** Event frames ever published. */
  events = 0
  #newest: Segment

  /**
   * @param makeRoom called before the oldest segment is used again, unless it is known to be free: afterwards no lane may need what is before the
   * position that it returns, which is at least the end of that segment
   * @param memory where its segments live. Frames in memory of this thread alone carry no check words, because nothing can damage them;
   * without those an event costs a tenth less.
   */
  constructor(
    settings: RingSettings,
    makeRoom: (oldest: Segment) => number,
    memory: SegmentMemory = new HeapMemory(settings.segmentBytes, UNCHECKED),
  ) {
    this.segmentBytes = settings.segmentBytes
    this.#maxSegments = maxSegments(settings)
    this.#memory = memory
    this.#makeRoom = makeRoom
    this.#newest = this.#allocate(0)
    memory.began?.(this.#newest, undefined)
  }

  /** The segment that takes a frame of up to this many bytes, which must not exceed `segmentBytes`. */
  segmentFor(bytes: number): Segment {
    if (bytes > this.segmentBytes)
      throw new RangeError(`A frame of ${bytes} bytes does not fit a segment of ${this.segmentBytes}.`)
    return this.#newest.used + bytes <= this.segmentBytes ? this.#newest : this.#next()
  }

  /** Publishes what was written behind `used` of the newest segment. The only way a frame becomes visible. */
  publish(bytes: number, isEvent: boolean): void {
    const newest = this.#newest
    newest.used += bytes
    if (isEvent) {
      newest.events++
      this.events++
    }
    this.#memory.published?.(newest, this.events)
  }

  /** Position behind the last published frame. */
  get position(): number {
    return this.#newest.base + this.#newest.used
  }

  /** Position of the oldest frame that can still be read. */
  get oldestPosition(): number {
    return this.#oldest.base
  }

  /** Segments with something to read, oldest first. */
  get segments(): readonly Segment[] {
    const index = this.#segments.indexOf(this.#oldest)
    return [...this.#segments.slice(index), ...this.#segments.slice(0, index)]
  }

  /** How many segments are in use. */
  get segmentCount(): number {
    return this.#segments.length
  }

  /** The segment to read on from: at the end of a full one, the next. `undefined` when all is read or the position is too old. */
  segmentAt(position: number): Segment | undefined {
    const newest = this.#newest
    if (position >= newest.base) return position < newest.base + newest.used ? newest : undefined
    const segment = this.#segments[Math.floor(position / this.segmentBytes) % this.#maxSegments]
    if (segment === undefined || position < segment.base || position >= segment.base + this.segmentBytes) return undefined
    return position < segment.end ? segment : this.segmentAt(segment.base + this.segmentBytes)
  }

  /** Bytes from the oldest readable frame to the newest. */
  get bytesHeld(): number {
    return this.position - this.oldestPosition
  }

  get #oldest(): Segment {
    const index = Math.floor(this.#newest.base / this.segmentBytes) + 1
    return this.#segments[index % this.#segments.length] as Segment
  }

  /** Rare, so that all of it runs cold, while a call waits: a few dozen microseconds. It calls as little as it can. */
  #next(): Segment {
    const previous = this.#newest
    const base = previous.base + this.segmentBytes
    const { length } = this.#segments
    if (length < this.#maxSegments) {
      this.#newest = this.#allocate(base)
    } else {
      const oldest = this.#segments[(base / this.segmentBytes) % length] as Segment
      if (oldest.end > this.#freeUntil) this.#freeUntil = this.#makeRoom(oldest)
      oldest.begin(base, this.events)
      this.#newest = oldest
    }
    this.#memory.began?.(this.#newest, previous)
    return this.#newest
  }

  #allocate(base: number): Segment {
    const segment = this.#memory.take(this.#segments.length)
    segment.begin(base, this.events)
    this.#segments.push(segment)
    return segment
  }
}

/** How many segments a ring of this size has. */
function maxSegments({ maxBytes, segmentBytes }: RingSettings): number {
  return Math.max(2, Math.floor(maxBytes / segmentBytes))
}
