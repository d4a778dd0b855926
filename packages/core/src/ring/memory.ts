import type { FrameCheck } from './check-word.js'
import { Segment } from './segment.js'

/** Where a ring's segments live. */
export interface SegmentMemory {
  /** The next segment that was not used yet. */
  take(index: number): Segment
  /** Told when a segment becomes the newest; `previous` is complete. */
  began?(segment: Segment, previous: Segment | undefined): void
  /** Told when a frame was added to the newest segment: it becomes visible to others. */
  published?(newest: Segment, events: number): void
}

/** Memory of this thread alone, allocated piece by piece as it is needed. */
export class HeapMemory implements SegmentMemory {
  readonly #segmentBytes: number
  readonly #check: FrameCheck

  constructor(segmentBytes: number, check: FrameCheck) {
    this.#segmentBytes = segmentBytes
    this.#check = check
  }

  take(): Segment {
    return new Segment(new ArrayBuffer(this.#segmentBytes), 0, this.#segmentBytes, this.#check)
  }
}
