import type { EventContext, EventError, JsonValue, LogEvent } from '@holdfast/api'
import { escapeText } from './escape-text.js'
import type { Span } from './span.js'

/** A named value on its way into a line. */
type Field = readonly [key: string, value: JsonValue]

/** Context that says which request or job this is; the rest is the same on every line of a process. */
const HELPFUL: readonly ContextKey[] = ['job_id', 'request_id']

const EVERYTHING: readonly ContextKey[] = [
  ...HELPFUL,
  'user_id',
  'user_name',
  'service',
  'environment',
  'hostname',
  'process_id',
  'process_id_chain',
]

type ContextKey = Exclude<keyof EventContext, 'extra'>

const KNOWN: ReadonlySet<string> = new Set<string>([...EVERYTHING, 'trace_id', 'span_id'])

/** The fields of the call, the context's own fields, the job and the request, as ` key=value` each. */
export function helpfulFields(event: LogEvent): readonly Span[] {
  return fieldSpans([...userFields(event), ...contextFields(event, HELPFUL)])
}

/** As `helpfulFields`, with everything else that the context knows. */
export function allFields(event: LogEvent): readonly Span[] {
  const trace: Field[] = []
  if (event.trace_id !== undefined) trace.push(['trace_id', event.trace_id])
  if (event.span_id !== undefined) trace.push(['span_id', event.span_id])
  return fieldSpans([...userFields(event), ...contextFields(event, EVERYTHING), ...trace])
}

/** Only the fields of the call. */
export function extraFields(event: LogEvent): readonly Span[] {
  return fieldSpans(entriesOf(event.extra))
}

/** ` key=value` for each entry of an object. */
export function fieldSpans(fields: readonly Field[]): readonly Span[] {
  const spans: Span[] = []
  for (const [key, value] of fields) {
    spans.push(SPACE, { role: 'key', text: keyText(key) }, EQUALS, { role: 'value', text: valueText(value) })
  }
  return spans
}

const SPACE: Span = { role: 'plain', text: ' ' }
const EQUALS: Span = { role: 'punctuation', text: '=' }

/** A value as it stands behind `key=`: bare when that cannot be misread, quoted otherwise, nested ones as compact JSON. */
export function valueText(value: EventError | JsonValue): string {
  if (typeof value === 'string') return isBare(value) ? value : quoted(value)
  if (isErrorShaped(value)) return quoted(value.message === '' ? value.type : `${value.type}: ${value.message}`)
  return escapeText(JSON.stringify(value) ?? 'undefined')
}

/** Whether a value is what the encoder makes of an Error. */
export function isErrorShaped(value: unknown): value is EventError {
  if (typeof value !== 'object' || value === null) return false
  const { type, message, stack } = value as Partial<Record<keyof EventError, unknown>>
  return typeof type === 'string' && typeof message === 'string' && (stack === undefined || typeof stack === 'string')
}

export function entriesOf(object: { readonly [key: string]: JsonValue } | undefined): readonly Field[] {
  return object === undefined ? [] : Object.entries(object)
}

/** A user's own key that looks like an identity is marked, so that nobody can pass for another request. */
function userFields({ extra, context }: LogEvent): readonly Field[] {
  const fields = [...entriesOf(extra), ...entriesOf(context.extra)]
  return fields.map(([key, value]) => [KNOWN.has(key) ? `extra.${key}` : key, value])
}

function contextFields(event: LogEvent, keys: readonly ContextKey[]): readonly Field[] {
  return keys.flatMap((key): readonly Field[] => {
    const value = event.context[key]
    if (value === undefined) return []
    return [[key, typeof value === 'object' ? value.join('>') : value]]
  })
}

function keyText(key: string): string {
  return BARE_KEY.test(key) && escapeText(key) === key ? key : quoted(key)
}

const BARE_KEY = /^[^\s"=\\]+$/
const BARE_VALUE = /^[^\s"=\\{}[\]]+$/
const LOOKS_LIKE_JSON = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i

/** A text that reads as a number or a truth value is quoted, so that `id="42"` and `id=42` stay different. */
function isBare(text: string): boolean {
  return BARE_VALUE.test(text) && !LOOKS_LIKE_JSON.test(text) && escapeText(text) === text
}

function quoted(text: string): string {
  return `"${escapeText(text.replace(/["\\]/g, '\\$&'))}"`
}
