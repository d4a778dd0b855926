import { button, el, oneLine } from './dom.js'
import { LEVEL_LOOKS } from './levels.js'
import { EVERYTHING, type Found, type Query } from './query.js'
import type { Row } from './rows.js'

/** Search field, levels, and the values that events were narrowed to. */
export class FilterBar {
  readonly element: HTMLElement
  readonly search: HTMLInputElement
  readonly #levels: ReadonlyMap<string, HTMLButtonElement>
  readonly #count = el('output', { class: 'count', 'aria-live': 'polite' })
  readonly #facets = el('div', { class: 'facets' })
  readonly #change: (part: Partial<Query>) => void
  #query: Query = EVERYTHING

  constructor(rows: readonly Row[], change: (part: Partial<Query>) => void) {
    this.#change = change
    this.search = el('input', {
      type: 'search',
      placeholder: 'Search all text …',
      'aria-label': 'Search all text',
      autocomplete: 'off',
      spellcheck: 'false',
    })
    this.search.addEventListener('input', () => change({ text: this.search.value }))
    const present = new Set(rows.map((row) => row.level))
    const shown = LEVEL_LOOKS.filter(({ value }, i) => {
      const below = LEVEL_LOOKS[i - 1]?.value ?? Number.NEGATIVE_INFINITY
      return [...present].some((level) => (level <= value && level > below) || (i === LEVEL_LOOKS.length - 1 && level > value))
    })
    this.#levels = new Map(
      shown.map(({ name, label }) => [
        name,
        button(
          {
            class: `chip l-${name}`,
            'data-level': name,
            title: `${label}: click to hide or show, Shift+click for this one alone`,
          },
          (event) => (event.shiftKey ? this.only(name) : this.toggle(name)),
          el('span', { class: 'dot' }),
          label,
          el('span', { class: 'number' }),
        ),
      ]),
    )
    const levels = el('div', { class: 'levels', role: 'group', 'aria-label': 'Levels' }, ...this.#levels.values())
    const field = el('div', { class: 'search' }, this.search, el('kbd', {}, '/'), this.#count)
    this.element = el('div', { class: 'bar' }, field, levels, this.#facets)
  }

  /** Shows what was asked for and how much of it there is. */
  show(query: Query, found: Found, total: number): void {
    this.#query = query
    if (this.search.value !== query.text) this.search.value = query.text
    for (const [name, chip] of this.#levels) {
      chip.setAttribute('aria-pressed', String(!query.hidden.has(name)))
      const number = chip.querySelector<HTMLElement>('.number')
      if (number === null) continue
      number.textContent = (found.byLevel.get(name) ?? 0).toLocaleString('en')
      // the first count is the highest: later, smaller ones leave the buttons where they are
      number.style.minWidth ||= `${number.offsetWidth}px`
    }
    const shown = found.rows.length.toLocaleString('en')
    this.#count.textContent = found.rows.length === total ? `${shown} events` : `${shown} of ${total.toLocaleString('en')}`
    this.#facets.replaceChildren(
      ...query.facets.map((facet) => {
        const words = `${facet.path.join('.')} = ${String(facet.value)}`
        const remove = (): void => this.#change({ facets: this.#query.facets.filter((other) => other !== facet) })
        return button(
          { class: 'facet', 'aria-label': `Remove ${oneLine(words, 200)}` },
          remove,
          oneLine(words, 80),
          el('b', {}, '×'),
        )
      }),
    )
    this.#facets.hidden = query.facets.length === 0
  }

  /** Shows or hides a level. */
  toggle(name: string): void {
    const hidden = new Set(this.#query.hidden)
    if (!hidden.delete(name)) hidden.add(name)
    this.#change({ hidden })
  }

  /** Shows this level alone, or all when it is alone already. */
  only(name: string): void {
    const others = [...this.#levels.keys()].filter((other) => other !== name)
    const isAlone = !this.#query.hidden.has(name) && others.every((other) => this.#query.hidden.has(other))
    this.#change({ hidden: new Set(isAlone ? [] : others) })
  }
}
