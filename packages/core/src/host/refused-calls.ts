import { LEVELS } from '@holdfast/api'
import { LEVEL_COUNT } from '../level-counts.js'
import type { LossNotice } from '../ring/layout.js'
import { FrameReader } from '../ring/reader.js'
import type { Segment } from '../ring/segment.js'
import { countOf } from '../ring/shared/count-of.js'
import { NUMBER } from '../ring/shared/layout.js'
import type { Region } from '../ring/shared/region.js'

/** Calls that found no room and that no LOSS frame tells of. */
export interface UntoldRefused {
  readonly count: number
  /** In the words of a LOSS frame. */
  readonly notice: LossNotice
}

/**
 * What the producer of a ring has counted and could not tell any more: sequence numbers behind the last one in the ring. Which level each had
 * is not known: they count for the one that it logged most.
 *
 * @param lastSeq the highest sequence number that a frame of the ring explains
 */
export function untoldRefused({ doubles }: Region, lastSeq: number): UntoldRefused | undefined {
  const emitted = Array.from(doubles.subarray(NUMBER.emitted, NUMBER.emitted + LEVEL_COUNT), countOf)
  const count = emitted.reduce((sum, one) => sum + one, 0) - lastSeq
  if (count <= 0 || !Number.isSafeInteger(count)) return undefined
  const level = Object.values(LEVELS)[emitted.indexOf(Math.max(...emitted))] as number
  return { count, notice: { from: lastSeq + 1, to: lastSeq + count, reason: 'queue_full', levels: { [level]: count } } }
}

/** The highest sequence number that the frames of segments explain, 0 for none. */
export function lastSeqOf(segments: readonly Segment[], origin: string): number {
  const reader = new FrameReader(origin)
  let last = 0
  for (const segment of segments)
    for (let offset = 0; offset < segment.used; offset += reader.length) {
      const kind = reader.read(segment, offset)
      if (kind === 'event') last = Math.max(last, reader.seq)
      else if (kind === 'loss') last = Math.max(last, reader.loss().to)
    }
  return last
}
