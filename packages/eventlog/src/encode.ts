import { type EventError, type JsonValue, type LogEvent, type LogRecord, levelName } from '@holdfast/api'
import { escapeText } from '@holdfast/format'
import { fitStrings, type Piece, pieceOf, STRINGS_MAX } from './fit-strings.js'
import type { EventlogSettings } from './options.js'
import type { EventEntry } from './transport.js'

/** Longer keys than those of a usual event are not worth the room. */
const KEY_MAX_CHARS = 256

/**
 * A record as an entry: the message, then `key=value` strings, in an order that never changes. What is absent has no string.
 *
 * @param maxUnits room for all strings together, see `fitStrings`
 */
export function encodeEntry(record: LogRecord, settings: EventlogSettings, maxUnits: number): EventEntry {
  const { event } = record
  const level = levelName(record.level)
  const name = level === 'off' ? 'critical' : level
  const fields = fieldsOf(event)
  const message = pieceOf('', event.message, clean)
  return {
    type: settings.eventTypes[name],
    category: settings.category,
    id: settings.eventIds[name],
    strings: fitStrings([settings.description === 'full' ? joined([message, ...fields], '\r\n') : message, ...fields], maxUnits),
  }
}

function joined(pieces: readonly Piece[], separator: string): Piece {
  const text = pieces.map((piece) => piece.text).join(separator)
  return { text, chars: pieces.reduce((sum, { chars }) => sum + chars + separator.length, -separator.length) }
}

/** Nothing in it can start a line, steer a terminal or stand for another string. */
function clean(text: string): string {
  return harmless(escapeText(text))
}

/**
 * Event Viewer takes `%1` or `%20` within a string for a reference to another string, and puts that in its place, so that
 * `%2F` of a URL becomes nonsense and a caller can forge text. There is no way to escape it (KB 934640): such a sign becomes `％`.
 */
function harmless(text: string): string {
  return text.replace(/%(?=[%\d])/g, '\uff05')
}

function fieldsOf(event: LogEvent): readonly Piece[] {
  const { context, code, error, extra = {} } = event
  const named: readonly Piece[] = [
    ...field('level', event.level),
    ...field('logger', event.logger),
    ...field('event_id', event.event_id),
    ...field('timestamp', event.timestamp),
    ...field('environment', context.environment),
    ...field('hostname', context.hostname),
    ...field('job_id', context.job_id),
    ...field('process_id', context.process_id),
    ...field('request_id', context.request_id),
    ...field('service', context.service),
    ...field('span_id', event.span_id),
    ...field('trace_id', event.trace_id),
    ...field('trace_flags', event.trace_flags),
    ...field('user_id', context.user_id),
    ...field('user_name', context.user_name),
    ...field('process_id_chain', context.process_id_chain?.join('>')),
    ...field('event_name', event.event_name),
    ...field('code.file', code?.file),
    ...field('code.line', code?.line),
    ...field('code.function', code?.function),
    ...(error === undefined ? [] : fieldsOfError(error)),
  ]
  const free = [...entries('context', context.extra ?? {}), ...entries('extra', extra)]
  const room = STRINGS_MAX - 1 - named.length
  if (free.length <= room) return [...named, ...free]
  const { text, chars } = joined(free.slice(room - 1), ' ')
  return [...named, ...free.slice(0, room - 1), { text: `more=${text}`, chars }]
}

function fieldsOfError(error: EventError): readonly Piece[] {
  return [
    ...field('error.type', error.type),
    ...field('error.message', error.message),
    ...field('error.code', error.code),
    ...(error.stack === undefined ? [] : [pieceOf('error.stack=', error.stack, cleanStack)]),
    ...field('error.cause', error.cause as JsonValue | undefined),
    ...field('error.errors', error.errors as JsonValue | undefined),
    ...entries('error.extra', error.extra ?? {}),
  ]
}

/** Lines below the first are indented, so that a message with line ends cannot pass for a string of its own. */
function cleanStack(stack: string): string {
  return harmless(escapeText(stack.replaceAll('\r\n', '\n'), { keepNewlines: true }).replace(/\n\s*/g, '\r\n    '))
}

function field(key: string, value: JsonValue | undefined): readonly Piece[] {
  if (value === undefined) return []
  return [pieceOf(`${key}=`, typeof value === 'string' ? value : JSON.stringify(value), clean)]
}

/** The prefix keeps keys of a caller apart from ours; quotes keep a `=` in them apart from the one behind them. */
function entries(prefix: string, values: { readonly [key: string]: JsonValue }): readonly Piece[] {
  return Object.entries(values).flatMap(([key, value]) => field(`${prefix}.${cleanKey(key)}`, value))
}

function cleanKey(key: string): string {
  const short = key.slice(0, KEY_MAX_CHARS)
  return clean(/^[^\s="]+$/.test(short) ? short : JSON.stringify(short))
}
