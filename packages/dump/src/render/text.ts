import { createFormatter } from '@holdfast/format'
import type { Row } from '../select/row.js'
import type { Look } from './look.js'
import { formatRows } from './read-events.js'
import type { Tally } from './tally.js'

/** Each event as `@holdfast/format` shows it, with a line end. */
export function* renderText(
  rows: readonly Row[],
  look: Look & { readonly color: boolean },
  tally: Tally,
): Generator<string, void, void> {
  const format = createFormatter(look)
  for (const text of formatRows(rows, tally, format)) yield `${text}\n`
}
