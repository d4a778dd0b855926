import type { Lane } from '../lane/lane.js'
import type { FrameReader } from '../ring/reader.js'
import type { RenderedRecord } from '../ring/record.js'
import type { Ring } from '../ring/ring.js'

/**
 * Takes frames out of the ring for lanes that stand at the same position, until one of their batches is full or `end` is reached.
 * Each event is decoded once for all of them, and not at all when none of them wants its level.
 */
export function collect(ring: Ring, reader: FrameReader, lanes: readonly Lane[], end: number): void {
  const first = lanes[0]
  if (first === undefined) return
  let position = first.position
  let hasRoom = lanes.every((lane) => lane.hasRoom)
  while (position < end && hasRoom) {
    const segment = ring.segmentAt(position)
    if (segment === undefined) break
    if (position < segment.base) position = segment.base
    const kind = reader.read(segment, position - segment.base)
    if (kind === 'event') hasRoom = offer(reader, lanes)
    else if (kind === 'loss') {
      const notice = reader.loss()
      for (const lane of lanes) lane.lose(notice)
    } else if (kind === 'corrupt') for (const lane of lanes) lane.skipCorrupt(segment)
    position += reader.length
  }
  for (const lane of lanes) lane.position = position
}

/** False when a batch is full afterwards. */
function offer(reader: FrameReader, lanes: readonly Lane[]): boolean {
  const level = reader.level
  let record: RenderedRecord | undefined
  let hasRoom = true
  for (const lane of lanes) {
    if (level < lane.settings.level) {
      lane.filter()
      continue
    }
    record ??= reader.record()
    lane.take(record)
    hasRoom &&= lane.hasRoom
  }
  return hasRoom
}

/**
 * Walks the event and LOSS frames between two positions, until `visit` returns false. Definitions are passed over.
 * Returns the position behind the last frame that was visited.
 */
export function walk(
  ring: Ring,
  reader: FrameReader,
  from: number,
  end: number,
  visit: (kind: 'event' | 'loss', reader: FrameReader) => boolean | undefined,
): number {
  let position = Math.max(from, ring.oldestPosition)
  while (position < end) {
    const segment = ring.segmentAt(position)
    if (segment === undefined) break
    if (position < segment.base) position = segment.base
    const kind = reader.read(segment, position - segment.base)
    const next = position + reader.length
    if ((kind === 'event' || kind === 'loss') && visit(kind, reader) === false) return next
    position = next
  }
  return position
}
