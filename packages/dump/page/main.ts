import { dateText, type Zone } from './clock-text.js'
import { el } from './dom.js'
import { EventTable } from './event-table.js'
import { FilterBar } from './filter-bar.js'
import { helpDialog } from './help.js'
import { listenToKeys } from './keyboard.js'
import { LEVEL_LOOKS } from './levels.js'
import { PageHeader } from './page-header.js'
import { printRows } from './print.js'
import { EVERYTHING, type Facet, find, type Query, type SortKey } from './query.js'
import { type Row, readAbout, readRows } from './rows.js'
import { prepareSearch, readSearch } from './search.js'
import { nextTheme, restoreTheme } from './theme.js'
import { TimeRange } from './time-range.js'
import { type Span, Timeline } from './timeline.js'

restoreTheme()
const about = readAbout()
const rows = readRows()
const whole = spanOf(rows)
let query = EVERYTHING
let zone: Zone = 'utc'
let shown: readonly Row[] = rows

const dialog = helpDialog()
const header = new PageHeader(about, rows, whole, { switchZone, help: () => dialog.showModal() })
const filters = new FilterBar(rows, ask)
const timeline = new Timeline(whole, chooseTime)
const range = new TimeRange(whole, chooseTime)
const table = new EventTable({ sort, narrow, clear })
const time = el('div', { class: 'time-bar' }, timeline.element, el('div', { class: 'ends' }, range.from, range.to))
time.hidden = !(whole.to > whole.from)

document.getElementById('app')?.replaceChildren(header.element, filters.element, time, table.element, dialog)
ask({})
table.element.focus()
prepareSearch(rows)
printRows(
  document.body,
  () => shown,
  (row) => table.create(row),
)
listenToKeys(
  {
    '/': () => filters.search.select(),
    j: () => table.move(1),
    ArrowDown: () => table.move(1),
    k: () => table.move(-1),
    ArrowUp: () => table.move(-1),
    g: () => table.move(Number.NEGATIVE_INFINITY),
    G: () => table.move(Number.POSITIVE_INFINITY),
    Home: () => table.move(Number.NEGATIVE_INFINITY),
    End: () => table.move(Number.POSITIVE_INFINITY),
    e: () => table.move(1, (row) => row.level >= 40),
    E: () => table.move(-1, (row) => row.level >= 40),
    Enter: () => table.toggleCurrent(),
    c: () => table.copyCurrent(),
    u: switchZone,
    t: nextTheme,
    '?': () => dialog.showModal(),
    Escape: () => table.closeAll() || clear(),
    ...Object.fromEntries(
      LEVEL_LOOKS.map(({ name }, i) => [
        `Digit${i + 1}`,
        (event: KeyboardEvent) => (event.shiftKey ? filters.only(name) : filters.toggle(name)),
      ]),
    ),
  },
  {
    Escape: leaveField,
    Enter: leaveField,
  },
)
performance.mark('holdfast-ready')

function ask(part: Partial<Query>): void {
  query = { ...query, ...part }
  const found = find(rows, query)
  shown = found.rows
  const chosen = query === EVERYTHING || isWhole(query) ? undefined : { from: query.from, to: query.to }
  header.show(zone)
  filters.show(query, found, rows.length)
  timeline.show(found.atAnyTime, chosen, zone)
  range.show(chosen, zone)
  const hasDates = dateText(whole.from, zone) !== dateText(whole.to, zone)
  table.show(shown, query, { zone, hasDates, terms: readSearch(query.text).wanted })
}

function isWhole({ from, to }: Span): boolean {
  return from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY
}

function chooseTime(span: Span | undefined): void {
  ask(span ?? { from: EVERYTHING.from, to: EVERYTHING.to })
}

function sort(key: SortKey): void {
  ask({ sort: key, isDescending: query.sort === key && !query.isDescending })
}

function narrow(facet: Facet): void {
  ask({ facets: [...query.facets, facet] })
}

function clear(): void {
  ask({ ...EVERYTHING, sort: query.sort, isDescending: query.isDescending })
}

function switchZone(): void {
  zone = zone === 'utc' ? 'local' : 'utc'
  ask({})
}

/** Back to the rows; Enter in a field of time takes what was typed, by its `change` event. */
function leaveField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  table.element.focus()
}

function spanOf(all: readonly Row[]): Span {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const { time } of all) {
    if (time < from) from = time
    if (time > to) to = time
  }
  return all.length === 0 || from > to ? { from: Number.NaN, to: Number.NaN } : { from, to }
}
