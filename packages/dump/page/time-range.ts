import { momentText, readMoment, type Zone } from './clock-text.js'
import { button, el } from './dom.js'
import type { Span } from './timeline.js'

/** Two fields for the ends of the time range; they take what a log line shows: `12:34`, `12:34:56.789`, or with a date. */
export class TimeRange {
  readonly from: HTMLElement
  readonly to: HTMLElement
  readonly #fields: readonly [HTMLInputElement, HTMLInputElement]
  readonly #clear: HTMLButtonElement
  readonly #whole: Span
  #zone: Zone = 'utc'

  constructor(whole: Span, choose: (span: Span | undefined) => void) {
    this.#whole = whole
    const change = (): void => {
      const [from, to] = this.#fields.map((field, end) => this.#read(field, end)) as [number | undefined, number | undefined]
      if (from === undefined || to === undefined) return
      choose(from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY ? undefined : { from, to })
    }
    this.#fields = [timeField('from', change), timeField('to', change)]
    this.#clear = button({ class: 'clear', 'aria-label': 'Whole time', title: 'Whole time' }, () => choose(undefined), '×')
    this.from = el('label', {}, el('span', {}, 'from'), this.#fields[0])
    this.to = el('label', {}, el('span', {}, 'to'), this.#fields[1], this.#clear)
  }

  /** Shows a range, or the whole when there is none. */
  show(chosen: Span | undefined, zone: Zone): void {
    this.#zone = zone
    const [from, to] = this.#fields
    from.placeholder = momentText(this.#whole.from, zone)
    to.placeholder = momentText(this.#whole.to, zone)
    from.value = chosen === undefined || !Number.isFinite(chosen.from) ? '' : momentText(chosen.from, zone)
    to.value = chosen === undefined || !Number.isFinite(chosen.to) ? '' : momentText(chosen.to, zone)
    for (const field of this.#fields) field.removeAttribute('aria-invalid')
    this.#clear.hidden = chosen === undefined
  }

  /** The end that a field names; `undefined`, and marked, when it cannot be read. */
  #read(field: HTMLInputElement, end: number): number | undefined {
    const isStart = end === 0
    if (field.value.trim() === '') return isStart ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    const time = readMoment(field.value, isStart ? this.#whole.from : this.#whole.to, this.#zone)
    if (time === undefined) field.setAttribute('aria-invalid', 'true')
    else field.removeAttribute('aria-invalid')
    return time
  }
}

function timeField(name: string, change: () => void): HTMLInputElement {
  const field = el('input', { type: 'text', name, autocomplete: 'off', spellcheck: 'false', size: 23 })
  field.addEventListener('change', change)
  return field
}
