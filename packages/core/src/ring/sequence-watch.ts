/** Sequence numbers that no frame has and no LOSS frame explains. */
export interface SequenceGap {
  readonly from: number
  readonly to: number
  /** How many of them are missing; less than the distance when several gaps were found. */
  readonly count: number
}

/**
 * Follows the sequence numbers of a ring. Each event has the number behind that of the one before it; those that were refused are told by
 * a LOSS frame. Frames are looked at by several lanes, and again after failures: only the first look counts.
 */
export class SequenceWatch {
  #seen = -1
  #next = Number.NaN
  #gap: SequenceGap | undefined

  /** @param isFirst the frame stands in the first segment of the ring's life, where numbers begin with 1 */
  see(position: number, from: number, to: number, isFirst: boolean): void {
    if (position <= this.#seen) return
    this.#seen = position
    const next = Number.isNaN(this.#next) && isFirst ? 1 : this.#next
    if (from > next) this.#miss(next, from - 1)
    if (!(to < next)) this.#next = to + 1
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
