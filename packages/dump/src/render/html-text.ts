import { createHtmlFormatter, escapeHtml, escapeText } from '@holdfast/format'
import { pageHead } from '../html/page-head.js'
import { textPageCss } from '../html/text-page-css.js'
import type { Row } from '../select/row.js'
import type { Look } from './look.js'
import { formatRows } from './read-events.js'
import type { Tally } from './tally.js'

/** A browser lays out only the blocks that it shows, so that a long page opens at once. */
const BLOCK_ROWS = 100

/** The coloured text on a page without any script. */
export function* renderHtmlText(
  rows: readonly Row[],
  page: { readonly look: Look; readonly title: string },
  tally: Tally,
): Generator<string, void, void> {
  const { look, title } = page
  const { css, format } = createHtmlFormatter(look)
  yield pageHead({ title, styles: `${textPageCss(look.theme)}${css}\n` })
  yield `<body>\n<header>${escapeHtml(escapeText(title))}</header>\n<main>`
  let index = 0
  for (const html of formatRows(rows, tally, format)) {
    // a line end right behind <pre> is not shown
    if (index % BLOCK_ROWS === 0) yield index === 0 ? '<pre>\n' : '</pre><pre>\n'
    yield `${html}\n`
    index++
  }
  yield rows.length === 0 ? '<pre>No events.</pre>' : '</pre>'
  yield '</main>\n</body>\n</html>\n'
}
