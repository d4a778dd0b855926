import type { LogRecord } from '@holdfast/api'
import type { Cursor, Source } from '../lane/cursor.js'
import type { FrameReader } from '../ring/reader.js'
import type { RenderedRecord } from '../ring/record.js'
import type { Segment } from '../ring/segment.js'

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
    if (segment === undefined) {
      position = first.end
      break
    }
    if (position <= segment.base) {
      position = segment.base
      for (const cursor of cursors) cursor.enter(segment)
    }
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

interface Visitor {
  event(reader: FrameReader): void
  loss(reader: FrameReader): void
  /** It comes to the beginning of a segment. */
  enter?(segment: Segment): void
  /** The rest of a segment cannot be read. */
  corrupt?(segment: Segment): void
  /** False ends the walk before an event. */
  isWanted?(reader: FrameReader): boolean
}

/**
 * Walks the frames between two positions. Definitions are passed over. Returns the position behind the last frame that was visited, or,
 * when it went to the end, where that is.
 */
export function walk({ ring, reader }: Source, from: number, end: number, visitor: Visitor): number {
  let position = Math.max(from, ring.oldestPosition)
  let done = position
  while (position < end) {
    const segment = ring.segmentAt(position)
    if (segment === undefined) return Math.max(done, end)
    if (position <= segment.base) {
      position = segment.base
      if (position >= end) break
      visitor.enter?.(segment)
    }
    const kind = reader.read(segment, position - segment.base)
    if (kind === 'event' && visitor.isWanted?.(reader) === false) return done
    position += reader.length
    if (kind === 'definition') continue
    if (kind === 'corrupt') visitor.corrupt?.(segment)
    else visitor[kind](reader)
    done = position
  }
  return Math.max(done, position)
}

/** The next event that a cursor's lane wants, without taking it. */
export function nextRecord({ source, position, lane }: Cursor): LogRecord | undefined {
  let record: LogRecord | undefined
  walk(source, position, source.ring.position, {
    event: () => undefined,
    loss: () => undefined,
    isWanted: (reader) => {
      if (reader.level < lane.settings.level) return true
      record = reader.record()
      return false
    },
  })
  return record
}

/** Gives up what a cursor has before it up to a position, or while `isWanted` says so before an event. */
export function giveUp(
  cursor: Cursor,
  end: number,
  reason: 'overflow' | 'shutdown' | 'down' | 'unreachable',
  isWanted?: () => boolean,
): void {
  cursor.position = walk(cursor.source, cursor.position, end, {
    enter: (segment) => cursor.enter(segment),
    event: ({ level }) => cursor.dropFrame(reason, level),
    loss: (reader) => cursor.lose(reader.loss()),
    corrupt: (segment) => cursor.skipCorrupt(segment),
    ...(isWanted === undefined ? undefined : { isWanted }),
  })
}
