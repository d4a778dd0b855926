import type { JsonValue, LogEvent } from '@holdfast/api'
import { copyText } from './copy.js'
import { button, el, manyLines, oneLine } from './dom.js'
import { errorView } from './error-view.js'
import type { Facet } from './query.js'
import type { Row } from './rows.js'

const MAX_TEXT_CHARS = 20_000
/** Longer objects and lists are shown on several lines. */
const MAX_LINE_CHARS = 50

/** What can be done from within a detail. */
export interface DetailActions {
  /** Shows only events that have this value too. */
  readonly narrow: (facet: Facet) => void
}

/** Everything that an event has: message, errors, fields, context, and where it comes from. */
export function detailView({ event }: Row, actions: DetailActions): HTMLElement {
  const { extra, context, error, trace_id, span_id, trace_flags, event_id, origin, seq, timestamp } = event
  const { extra: own, ...known } = context
  const errors = [
    ...(error === undefined ? [] : [section('Error', errorView(error))]),
    ...Object.entries(extra ?? {}).flatMap(([key, value]) =>
      isError(value) ? [section(`Error in ${oneLine(key, 60)}`, errorView(value))] : [],
    ),
  ]
  const identity = { timestamp, trace_id, span_id, trace_flags, event_id, origin, seq, ...otherMembers(event) }
  return el(
    'div',
    { class: 'detail' },
    el('div', { class: isShort(event.message) ? 'whole short' : 'whole' }, longText(event.message)),
    ...errors,
    el(
      'div',
      { class: 'columns' },
      fieldsSection('Fields', ['extra'], extra, actions),
      fieldsSection('Bound', ['context', 'extra'], own, actions),
      fieldsSection('Context', ['context'], known, actions),
      fieldsSection('Event', [], identity, actions),
    ),
    el('div', { class: 'actions' }, copyButton(event)),
  )
}

/** Whether the line of the row shows it whole, where there is room. */
function isShort(message: string): boolean {
  return message.length < 100 && !message.includes('\n')
}

const SHOWN: ReadonlySet<string> = new Set(
  [
    'v level level_value logger message context extra error timestamp trace_id span_id trace_flags event_id origin seq unreadable',
  ].flatMap((names) => names.split(' ')),
)

/** Members that this version does not know. */
function otherMembers(event: LogEvent): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(Object.entries(event).filter(([key]) => !SHOWN.has(key)))
}

function isError(value: unknown): value is NonNullable<LogEvent['error']> {
  if (typeof value !== 'object' || value === null) return false
  const { type, message, stack } = value as Record<string, unknown>
  return typeof type === 'string' && typeof message === 'string' && typeof stack === 'string'
}

function section(title: string, ...content: readonly Node[]): HTMLElement {
  return el('section', {}, el('h3', {}, title), ...content)
}

type Fields = Readonly<Record<string, JsonValue | undefined>>

function fieldsSection(
  title: string,
  path: readonly string[],
  fields: Fields | undefined,
  actions: DetailActions,
): HTMLElement | undefined {
  const entries = Object.entries(fields ?? {}).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined)
  if (entries.length === 0) return undefined
  const list = el('dl')
  for (const [key, value] of entries) {
    list.append(el('dt', {}, oneLine(key, 200)), valueView([...path, key], value, actions))
  }
  return section(title, list)
}

function valueView(path: readonly string[], value: JsonValue, { narrow }: DetailActions): HTMLElement {
  const kind = typeof value === 'object' ? 'nested' : typeof value
  const line = typeof value === 'string' ? value : JSON.stringify(value)
  const text = kind === 'nested' && line.length > MAX_LINE_CHARS ? JSON.stringify(value, null, 2) : line
  const view = el('dd', { class: kind }, longText(text))
  if (typeof value === 'object') return view
  const words = `Only events with this ${path.at(-1)}`
  view.append(button({ class: 'narrow', title: words, 'aria-label': words }, () => narrow({ path, value }), '＋'))
  return view
}

/** A text with its line breaks; a very long one is cut until it is asked for. */
function longText(text: string): HTMLElement {
  if (text.length <= MAX_TEXT_CHARS) return el('span', { class: 'long' }, manyLines(text))
  const holder = el('span', { class: 'long' }, manyLines(text.slice(0, MAX_TEXT_CHARS)))
  const more = button(
    { class: 'more' },
    () => holder.replaceChildren(manyLines(text)),
    `… show all ${text.length.toLocaleString('en')} characters`,
  )
  holder.append(more)
  return holder
}

function copyButton(event: LogEvent): HTMLElement {
  const view = button(
    { class: 'copy' },
    async () => {
      const isCopied = await copyText(JSON.stringify(event, null, 2))
      view.textContent = isCopied ? 'Copied' : 'Could not copy'
      setTimeout(() => {
        view.textContent = 'Copy JSON'
      }, 1500)
    },
    'Copy JSON',
  )
  return view
}
