import type { Cursor, Source } from '../lane/cursor.js'
import type { FrameReader } from '../ring/reader.js'
import type { RenderedRecord } from '../ring/record.js'

/**
 * Takes frames out of a ring for cursors that stand at the same position, until the batch of one of their lanes is full or its end is
 * reached. Each event is decoded once for all of them, and not at all when none of their lanes wants its level.
 *
 * @param untilTime events that are younger stay where they are
 */
export function collect(cursors: readonly Cursor[], untilTime: number = Number.POSITIVE_INFINITY): void {
  const first = cursors[0]
  if (first === undefined) return
  const { ring, reader } = first.source
  let { position } = first
  let hasRoom = cursors.every(({ lane }) => lane.hasRoom)
  while (position < first.end && hasRoom) {
    const segment = ring.segmentAt(position)
    if (segment === undefined) break
    if (position < segment.base) position = segment.base
    const kind = reader.read(segment, position - segment.base)
    if (kind === 'event') {
      if (reader.time > untilTime) break
      hasRoom = offer(reader, cursors)
    } else if (kind !== 'definition') {
      // what is told of events that are lost comes behind the records before it, and its counts are settled with them
      if (cursors.some(({ lane }) => lane.held.events > 0)) break
      for (const cursor of cursors) {
        if (kind === 'loss') cursor.lose(reader.loss())
        else cursor.skipCorrupt(segment)
      }
    }
    position += reader.length
  }
  for (const cursor of cursors) cursor.position = position
}

/** False when a batch is full afterwards. */
function offer(reader: FrameReader, cursors: readonly Cursor[]): boolean {
  const level = reader.level
  let record: RenderedRecord | undefined
  let hasRoom = true
  for (const cursor of cursors) {
    if (level < cursor.lane.settings.level) {
      cursor.filter()
      continue
    }
    record ??= reader.record()
    cursor.take(record)
    hasRoom &&= cursor.lane.hasRoom
  }
  return hasRoom
}

/**
 * Walks the event and LOSS frames between two positions, until `visit` returns false. Definitions are passed over.
 * Returns the position behind the last frame that was visited.
 */
export function walk(
  { ring, reader }: Source,
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

/** Gives up what a cursor has before it up to a position, or until `isEnough` says so after an event. */
export function giveUp(cursor: Cursor, end: number, reason: 'overflow' | 'shutdown' | 'down', isEnough?: () => boolean): void {
  cursor.position = walk(cursor.source, cursor.position, end, (kind, reader) => {
    if (kind === 'event') cursor.dropFrame(reason, reader.level)
    else cursor.lose(reader.loss())
    return isEnough?.() !== true
  })
}
