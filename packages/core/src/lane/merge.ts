import type { Cursor } from './cursor.js'

/**
 * Reads several rings in the order in which their events were logged: always the one with the oldest event goes on, until its next one is
 * younger than another's. Where each stands is its `ahead`.
 *
 * @param read reads one of them up to its end, or to the first event that is younger than a time; false ends it all
 */
export function mergeByTime(cursors: readonly Cursor[], read: (cursor: Cursor, untilTime: number) => boolean): void {
  const times = cursors.map(nextTime)
  for (;;) {
    let first = 0
    let limit = Number.POSITIVE_INFINITY
    for (let i = 1; i < times.length; i++) {
      const time = times[i] as number
      if (time < (times[first] as number)) {
        limit = times[first] as number
        first = i
      } else if (time < limit) limit = time
    }
    const cursor = cursors[first]
    if (cursor === undefined || times[first] === Number.POSITIVE_INFINITY) return
    if (!read(cursor, limit)) return
    times[first] = nextTime(cursor)
  }
}

/** When the next event of a ring was logged; before everything for frames that take no place in the order. */
function nextTime({ source: { ring, reader }, ahead, end }: Cursor): number {
  const segment = ahead < end ? ring.segmentAt(ahead) : undefined
  if (segment === undefined) return Number.POSITIVE_INFINITY
  return reader.read(segment, Math.max(0, ahead - segment.base)) === 'event' ? reader.time : Number.NEGATIVE_INFINITY
}
