import type { LogRecord } from '@holdfast/api'
import { HeapMemory } from './memory.js'
import { FrameReader } from './reader.js'
import type { RenderedRecord } from './record.js'
import type { Segment } from './segment.js'

/** What was found while segments were read. */
export interface SegmentsRead {
  readonly records: Iterable<LogRecord>
  /** Events that LOSS frames tell of. */
  readonly lost: () => number
  /** Segments of which a part could not be read. */
  readonly damaged: () => number
}

/** Copies of segments, which stay as they are while the ring goes on. */
export function copySegments(segments: readonly Segment[]): readonly Segment[] {
  return segments.map((segment) => {
    const copy = new HeapMemory(segment.bytes.length, segment.check).take()
    segment.bytes.copy(copy.bytes, 0, 0, segment.used)
    copy.begin(segment.base, segment.eventsBefore)
    copy.used = segment.used
    copy.events = segment.events
    return copy
  })
}

/**
 * The events of segments, oldest first, each decoded when it is asked for.
 *
 * @param maxEvents only the newest so many
 */
export function readSegments(
  segments: readonly Segment[],
  origin: string,
  maxEvents: number = Number.POSITIVE_INFINITY,
): SegmentsRead {
  let lost = 0
  let damaged = 0
  const total = segments.reduce((sum, { events }) => sum + events, 0)
  function* records(): Generator<RenderedRecord> {
    const reader = new FrameReader(origin)
    let skip = Math.max(0, total - maxEvents)
    for (const segment of segments) {
      for (let offset = 0; offset < segment.used; offset += reader.length) {
        const kind = reader.read(segment, offset)
        if (kind === 'event' && skip-- <= 0) yield reader.record()
        else if (kind === 'loss') lost += Object.values(reader.loss().levels).reduce((sum, count) => sum + count, 0)
        else if (kind === 'corrupt') damaged++
      }
    }
  }
  return { records: { [Symbol.iterator]: records }, lost: () => lost, damaged: () => damaged }
}
