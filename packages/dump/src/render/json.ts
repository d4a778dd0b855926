import type { Row } from '../select/row.js'
import { readEvents } from './read-events.js'
import type { Tally } from './tally.js'

/** An array of canonical lines as they are, one line each: a program parses the whole, `grep` finds an event. */
export function* renderJson(rows: readonly Row[], tally: Tally): Generator<string, void, void> {
  yield '['
  let separator = '\n'
  for (const { json } of readEvents(rows, tally)) {
    yield separator + json
    separator = ',\n'
  }
  yield rows.length === 0 ? ']\n' : '\n]\n'
}
