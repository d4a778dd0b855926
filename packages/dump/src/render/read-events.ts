import { eventOf, type ReadEvent, standIn } from '../select/event-of.js'
import { faultText, type Row } from '../select/row.js'
import type { Tally } from './tally.js'

/** Parses rows one after the other and counts them. Nothing is kept. */
export function* readEvents(rows: Iterable<Row>, tally: Tally): Generator<ReadEvent, void, void> {
  for (const row of rows) {
    const read = eventOf(row)
    tally.count++
    if (read.isUnreadable) tally.unreadable++
    yield read
  }
}

/** The text of each event. One that the formatter cannot take, as a field of an odd type, becomes a row that says so. */
export function* formatRows(
  rows: Iterable<Row>,
  tally: Tally,
  format: (event: ReadEvent['event']) => string,
): Generator<string, void, void> {
  for (const row of rows) {
    const read = eventOf(row)
    tally.count++
    if (read.isUnreadable) tally.unreadable++
    yield formatted(row, read, tally, format)
  }
}

function formatted(row: Row, read: ReadEvent, tally: Tally, format: (event: ReadEvent['event']) => string): string {
  try {
    return format(read.event)
  } catch (error) {
    tally.unreadable++
    return format(standIn(row, faultText(error)).event)
  }
}
