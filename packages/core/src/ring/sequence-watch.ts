/** Sequence numbers that no frame has and no LOSS frame explains. */
export interface SequenceGap {
  readonly from: number
  readonly to: number
  /** How many of them are missing; less than the distance when several gaps were found. */
  readonly count: number
}

/** Where a segment stands in its ring, bytes. */
interface SegmentPlace {
  readonly base: number
  readonly capacity: number
}

/**
 * Follows the sequence numbers of a ring. Each event has the number behind that of the one before it; those that were refused are told by
 * a LOSS frame. Frames are looked at by several lanes, each at another place, and again after failures: only the first look counts, and where
 * a lane that is ahead makes it leave out a segment, what it has not seen is not missing.
 */
export class SequenceWatch {
  #seen = -1
  #base = Number.NaN
  /** `NaN` when the frames before are not known. */
  #next = Number.NaN
  #gap: SequenceGap | undefined

  /** A frame that stands at a position of a segment has the numbers from one to another. */
  see(segment: SegmentPlace, position: number, from: number, to: number): void {
    if (!this.pass(segment, position)) return
    if (from > this.#next) this.#miss(this.#next, from - 1)
    if (!(to < this.#next)) this.#next = to + 1
  }

  /** What stands at a position cannot be read. False when it was passed before. */
  pass({ base, capacity }: SegmentPlace, position: number): boolean {
    if (position <= this.#seen) return false
    // where a ring's life begins, numbers begin with 1
    if (base !== this.#base && base !== this.#base + capacity) this.#next = base === 0 ? 1 : Number.NaN
    this.#seen = position
    this.#base = base
    return true
  }

  /** What was found since the last time. */
  take(): SequenceGap | undefined {
    const gap = this.#gap
    this.#gap = undefined
    return gap
  }

  #miss(from: number, to: number): void {
    const before = this.#gap ?? { from, to, count: 0 }
    this.#gap = { from: before.from, to, count: before.count + to - from + 1 }
  }
}
