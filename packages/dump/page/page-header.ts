import { dateText, durationText, momentText, type Zone } from './clock-text.js'
import { button, el, oneLine } from './dom.js'
import type { About, Row } from './rows.js'
import { nextTheme } from './theme.js'
import type { Span } from './timeline.js'

/** The buttons of the header. */
export interface HeaderActions {
  readonly switchZone: () => void
  readonly help: () => void
}

/** Title, where the events come from, which time they cover. */
export class PageHeader {
  readonly element: HTMLElement
  readonly #range = el('span', { class: 'range' })
  readonly #zone: HTMLButtonElement
  readonly #span: Span

  constructor(about: About, rows: readonly Row[], span: Span, actions: HeaderActions) {
    this.#span = span
    this.#zone = button({ class: 'quiet zone', title: 'Switch between UTC and local time (u)' }, actions.switchZone)
    const theme = button({ class: 'quiet', title: 'Light or dark (t)', 'aria-label': 'Light or dark' }, nextTheme, '◐')
    const help = button({ class: 'quiet', title: 'Help (?)', 'aria-label': 'Help' }, actions.help, '?')
    const left = about.leftOut > 0 ? `${about.leftOut.toLocaleString('en')} left out` : undefined
    const asked = [...about.selection, left].filter((words) => words !== undefined)
    this.element = el(
      'header',
      {},
      el('h1', {}, oneLine(about.title, 200)),
      el(
        'p',
        { class: 'about' },
        ...sources(rows).map((source) => el('span', { class: 'source' }, oneLine(source, 120))),
        this.#range,
      ),
      asked.length > 0 && el('p', { class: 'asked' }, oneLine(asked.join(' · '), 600)),
      el('div', { class: 'tools' }, this.#zone, theme, help),
    )
    this.element.title = `Dump taken ${momentText(about.takenAt, 'utc')} UTC`
  }

  show(zone: Zone): void {
    const { from, to } = this.#span
    this.#zone.textContent = zone === 'utc' ? 'UTC' : 'local'
    if (!Number.isFinite(from)) return
    const start = momentText(from, zone)
    const end = momentText(to, zone)
    const isOneDay = dateText(from, zone) === dateText(to, zone)
    this.#range.textContent = `${start.slice(0, 19)} – ${isOneDay ? end.slice(11, 19) : end.slice(0, 19)} · ${durationText(to - from)}`
  }
}

const MAX_SOURCES = 3

/** `service · environment` of the events, the most frequent first. */
function sources(rows: readonly Row[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { event } of rows) {
    const name = [event.context.service, event.context.environment].filter((part) => part !== undefined).join(' · ')
    if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const names = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name)
  const more = names.length - MAX_SOURCES
  return more > 0 ? [...names.slice(0, MAX_SOURCES), `${more} more`] : names
}
