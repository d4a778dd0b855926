import { createFormatter, escapeHtml } from '@holdfast/format'
import { PAGE_SCRIPT, PAGE_STYLES } from '../html/page.generated.js'
import { pageHead } from '../html/page-head.js'
import type { Row } from '../select/row.js'
import { formatRows, readEvents } from './read-events.js'
import type { Tally } from './tally.js'

/** What a page says about itself. */
export interface About {
  readonly title: string
  /** Milliseconds since 1970. */
  readonly takenAt: number
  /** Records that are not in it. */
  readonly leftOut: number
  /** What was asked for, in words. */
  readonly selection: readonly string[]
}

/** Rows of one data element: a browser parses each in a few milliseconds. */
const BLOCK_ROWS = 500
const ROWS_WITHOUT_SCRIPT = 200

/**
 * A page to explore events with, in one file: styles, script and the canonical lines as data. The lines go in as they are, but for `<`,
 * which JSON can write as an escape: without it nothing can end the element that holds them.
 */
export function* renderHtmlTable(rows: readonly Row[], about: About, tally: Tally): Generator<string, void, void> {
  yield pageHead({ title: about.title, styles: PAGE_STYLES, script: PAGE_SCRIPT })
  yield `<body>\n<div id="app"><p class="reading">Reading ${rows.length} events …</p></div>\n`
  yield withoutScript(rows)
  yield `<script type="application/json" id="about">${safeJson(JSON.stringify(about))}</script>\n`
  let index = 0
  for (const { json } of readEvents(rows, tally)) {
    if (index % BLOCK_ROWS === 0) yield `${index === 0 ? '' : ']</script>\n'}<script type="application/json" class="events">[\n`
    else yield ',\n'
    yield safeJson(json)
    index++
  }
  if (index > 0) yield ']</script>\n'
  yield `<script>${PAGE_SCRIPT}</script>\n</body>\n</html>\n`
}

function safeJson(json: string): string {
  return json.replaceAll('<', '\\u003c')
}

/** The newest events as text, for readers that run no scripts. */
function withoutScript(rows: readonly Row[]): string {
  const newest = rows.slice(-ROWS_WITHOUT_SCRIPT)
  const format = createFormatter({ preset: 'full', color: false })
  const lines = [...formatRows(newest, { count: 0, unreadable: 0 }, format)].map((line) => escapeHtml(line))
  const note = `This page needs JavaScript to search and sort. ${
    newest.length < rows.length ? `The newest ${newest.length} of ${rows.length} events` : `Its ${rows.length} events`
  }:`
  return `<noscript><p>${note}</p>\n<pre>\n${lines.join('\n')}\n</pre></noscript>\n`
}
