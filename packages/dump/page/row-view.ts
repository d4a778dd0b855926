import type { JsonValue, LogEvent } from '@holdfast/api'
import { clockText, dateText, type Zone } from './clock-text.js'
import { el, oneLine } from './dom.js'
import { levelLook } from './levels.js'
import { marked } from './mark.js'
import type { Row } from './rows.js'

/** How rows are shown at the moment. */
export interface RowLook {
  readonly zone: Zone
  /** Days differ within the dump. */
  readonly hasDates: boolean
  /** Texts to mark, in lower case. */
  readonly terms: readonly string[]
}

const MAX_MESSAGE_CHARS = 600
const MAX_FIELDS = 14
const MAX_VALUE_CHARS = 120

/** The line of a row: time, level, logger, message with its fields. */
export function lineView(row: Row, look: RowLook): HTMLElement {
  const { event } = row
  const level = levelLook(row.level)
  const time = el('span', { class: 'time', role: 'gridcell' })
  if (look.hasDates) time.append(el('span', { class: 'date' }, `${dateText(row.time, look.zone).slice(5)} `))
  time.append(clockText(row.time, look.zone))
  const message = el('span', { class: 'message' }, ...marked(oneLine(event.message, MAX_MESSAGE_CHARS), look.terms))
  const text = el('span', { class: 'text', role: 'gridcell' }, message)
  const summary = errorSummary(event)
  if (summary !== undefined) text.append(' ', el('span', { class: 'problem' }, ...marked(summary, look.terms)))
  for (const [key, value] of fieldsOf(event)) text.append(' ', fieldView(key, value, look.terms))
  return el(
    'div',
    { class: 'line' },
    time,
    el('span', { class: 'level', role: 'gridcell' }, el('span', { class: 'badge' }, level.label)),
    el('span', { class: 'logger', role: 'gridcell' }, ...marked(oneLine(event.logger, 200), look.terms)),
    text,
  )
}

function fieldView(key: string, value: JsonValue, terms: readonly string[]): HTMLElement {
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value), MAX_VALUE_CHARS)
  return el('span', { class: 'field' }, el('i', {}, `${oneLine(key, 60)}=`), ...marked(text, terms))
}

/** What tells events of the same message apart: the fields of the call, then those of the application, then job and request. */
function fieldsOf({ extra, context }: LogEvent): readonly (readonly [string, JsonValue])[] {
  const { job_id, request_id } = context
  return [...Object.entries({ ...extra }), ...Object.entries({ ...context.extra }), ...Object.entries({ job_id, request_id })]
    .filter((entry): entry is [string, JsonValue] => entry[1] !== undefined)
    .slice(0, MAX_FIELDS)
}

function errorSummary({ error }: LogEvent): string | undefined {
  if (error === undefined) return undefined
  const text = String(error.message ?? '')
  return oneLine(`${String(error.type ?? 'Error')}${text === '' ? '' : `: ${text}`}`, MAX_MESSAGE_CHARS)
}
