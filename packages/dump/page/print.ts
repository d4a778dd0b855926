import { el } from './dom.js'
import type { Row } from './rows.js'

const MAX_PRINTED = 2000

/** Paper does not scroll: while it is printed, the page holds the rows themselves. */
export function printRows(body: HTMLElement, shown: () => readonly Row[], create: (row: Row) => HTMLElement): void {
  let paper: HTMLElement | undefined
  window.addEventListener('beforeprint', () => {
    const rows = shown()
    const more = rows.length - MAX_PRINTED
    paper = el('div', { class: 'paper' }, ...rows.slice(0, MAX_PRINTED).map(create))
    if (more > 0) paper.append(el('p', {}, `${more.toLocaleString('en')} more events are not printed: narrow them down first.`))
    body.append(paper)
  })
  window.addEventListener('afterprint', () => paper?.remove())
}
