import { copyText } from './copy.js'
import { detailView } from './detail-view.js'
import { button, el, oneLine } from './dom.js'
import { levelLook } from './levels.js'
import type { Facet, Query, SortKey } from './query.js'
import { lineView, type RowLook } from './row-view.js'
import type { Row } from './rows.js'
import { VirtualList } from './virtual-list.js'

const COLUMNS: readonly (readonly [key: SortKey, label: string])[] = [
  ['time', 'Time'],
  ['level', 'Level'],
  ['logger', 'Logger'],
  ['message', 'Message'],
]

/** What the table asks of the page. */
export interface TableActions {
  readonly sort: (key: SortKey) => void
  readonly narrow: (facet: Facet) => void
  readonly clear: () => void
}

/** The rows: sortable by column, each opens to all that its event has, one of them is the current one. */
export class EventTable {
  readonly element: HTMLElement
  readonly #head: HTMLElement
  readonly #canvas = el('div', { class: 'canvas', role: 'rowgroup' })
  readonly #nothing: HTMLElement
  readonly #list: VirtualList<Row>
  readonly #actions: TableActions
  readonly #open = new Set<Row>()
  readonly #narrow = matchMedia('(max-width: 760px)')
  #rows: readonly Row[] = []
  #look: RowLook = { zone: 'utc', hasDates: false, terms: [] }
  #current: Row | undefined
  #order = ''

  constructor(actions: TableActions) {
    this.#actions = actions
    this.#head = el(
      'div',
      { class: 'head', role: 'row', 'aria-rowindex': 1 },
      ...COLUMNS.map((column) => this.#columnHead(column)),
    )
    this.#nothing = el('div', { class: 'nothing' }, el('p', {}, 'No event matches.'), button({}, actions.clear, 'Clear filters'))
    this.element = el(
      'main',
      { class: 'table', role: 'grid', tabindex: 0, 'aria-label': 'Events' },
      this.#head,
      this.#canvas,
      this.#nothing,
    )
    this.#list = new VirtualList({
      scroller: this.element,
      head: this.#head,
      canvas: this.#canvas,
      create: (row) => this.create(row),
      isOpen: (row) => this.#open.has(row),
    })
    this.#narrow.addEventListener('change', () => this.#list.show(this.#rows, this.#rowHeight()))
  }

  /** Shows rows. The current one stays current if it is still there. */
  show(rows: readonly Row[], query: Query, look: RowLook): void {
    const isAsBefore = sameLook(look, this.#look)
    const areOthers = rows.length !== this.#rows.length || rows.some((row, i) => row !== this.#rows[i])
    this.#rows = rows
    this.#look = look
    if (this.#current !== undefined && !rows.includes(this.#current)) this.#current = undefined
    this.element.setAttribute('aria-rowcount', String(rows.length + 1))
    this.element.classList.toggle('dated', look.hasDates)
    for (const [i, head] of [...this.#head.children].entries()) {
      const isSorted = COLUMNS[i]?.[0] === query.sort
      head.setAttribute('aria-sort', isSorted ? (query.isDescending ? 'descending' : 'ascending') : 'none')
    }
    this.#nothing.hidden = rows.length > 0
    this.#list.show(rows, this.#rowHeight())
    if (!isAsBefore) this.#list.refresh()
    const order = `${query.sort} ${query.isDescending}`
    const isNewOrder = order !== this.#order
    this.#order = order
    // who sorts wants to see the first rows; who filters wants to keep the current one
    if (areOthers) this.#list.reveal(isNewOrder || this.#current === undefined ? 0 : rows.indexOf(this.#current))
  }

  /** Goes on by some rows, to the first or last (±Infinity), or to the next one that fits. */
  move(by: number, fits: (row: Row) => boolean = () => true): void {
    const at = this.#current === undefined ? (by > 0 ? -1 : this.#rows.length) : this.#rows.indexOf(this.#current)
    const direction = Math.sign(by)
    let position = Number.isFinite(by) ? at + by : by > 0 ? this.#rows.length - 1 : 0
    position = Math.min(this.#rows.length - 1, Math.max(0, position))
    while (position >= 0 && position < this.#rows.length && !fits(this.#rows[position] as Row)) position += direction
    const row = this.#rows[position]
    if (row === undefined) return
    // a button that had the focus would take the next Enter
    this.element.focus({ preventScroll: true })
    this.#goTo(row)
  }

  /** Opens or closes the current row. */
  toggleCurrent(): void {
    if (this.#current !== undefined) this.#toggle(this.#current)
  }

  /** Closes all rows; false when none was open. */
  closeAll(): boolean {
    if (this.#open.size === 0) return false
    this.#open.clear()
    this.#list.refresh()
    return true
  }

  copyCurrent(): void {
    if (this.#current !== undefined) void copyText(JSON.stringify(this.#current.event, null, 2))
  }

  /** The element of a row, open if it is. */
  create(row: Row): HTMLElement {
    const isOpen = this.#open.has(row)
    const line = guarded(row, () => lineView(row, this.#look))
    line.addEventListener('click', () => {
      // somebody who selects text does not want to open the row
      if (getSelection()?.toString() === '') this.#goTo(row, () => this.#toggle(row))
    })
    const classes = [
      'row',
      `l-${levelLook(row.level).name}`,
      isOpen && 'open',
      row.isUnreadable && 'unreadable',
      row === this.#current && 'current',
    ]
    const element = el(
      'div',
      {
        class: classes.filter((name) => name !== false).join(' '),
        role: 'row',
        id: `row-${row.index}`,
        'aria-expanded': String(isOpen),
      },
      line,
    )
    if (isOpen) element.append(guarded(row, () => detailView(row, { narrow: this.#actions.narrow })))
    return element
  }

  #goTo(row: Row, then?: () => void): void {
    const before = this.#current
    this.#current = row
    this.element.setAttribute('aria-activedescendant', `row-${row.index}`)
    if (before !== undefined) this.#list.elementOf(before)?.classList.remove('current')
    this.#list.elementOf(row)?.classList.add('current')
    then?.()
    this.#list.reveal(this.#rows.indexOf(row))
  }

  #toggle(row: Row): void {
    if (!this.#open.delete(row)) this.#open.add(row)
    this.#list.refresh(row)
    this.#list.reveal(this.#rows.indexOf(row))
  }

  #columnHead([key, label]: readonly [SortKey, string]): HTMLElement {
    return el(
      'div',
      { role: 'columnheader', 'data-key': key },
      button({}, () => this.#actions.sort(key), label),
    )
  }

  #rowHeight(): number {
    return this.#narrow.matches ? 56 : 30
  }
}

/** An event of a shape that nobody foresaw is shown as what can be said of it; the others are not touched. */
function guarded(row: Row, make: () => HTMLElement): HTMLElement {
  try {
    return make()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return el('div', { class: 'line broken' }, `Event ${row.index + 1} cannot be shown: ${oneLine(reason)}`)
  }
}

function sameLook(a: RowLook, b: RowLook): boolean {
  return a.zone === b.zone && a.hasDates === b.hasDates && a.terms.join('\n') === b.terms.join('\n')
}
