import type { EventError, JsonValue, LogEvent } from '@holdfast/api'
import { FieldNames, type KeySource } from './field-names.js'
import type { JournaldSettings } from './options.js'

/** Takes the fields of one entry. */
export interface FieldSink {
  /** @param name legal for journald, and not given before in this entry */
  add(name: string, value: string): void
}

/** Journald drops an entry with more than 1024 fields as a whole; the adapter's own are never more than this leaves. */
const MAX_KEYS = 900

/** Syslog priorities, RFC 5424 table 2. */
const PRIORITIES: Readonly<Record<string, string>> = {
  TRACE: '7',
  DEBUG: '7',
  INFO: '6',
  WARNING: '4',
  ERROR: '3',
  CRITICAL: '2',
}

/** The priority of an event as journald writes it, `0` to `7`. */
export function priorityOf(event: LogEvent): string {
  return PRIORITIES[event.level] ?? '6'
}

/** Turns events into fields: what stands in the table of `docs/adapters/journald.md`. */
export class EntryEncoder {
  readonly #identifier: string | undefined
  readonly #messageIdKey: string | undefined
  readonly #names = new FieldNames()

  constructor({ identifier, messageIdKey }: Pick<JournaldSettings, 'identifier' | 'messageIdKey'>) {
    this.#identifier = identifier
    this.#messageIdKey = messageIdKey
  }

  encode(event: LogEvent, sink: FieldSink): void {
    const messageId = this.#messageId(event)
    sink.add('MESSAGE', event.message)
    sink.add('PRIORITY', priorityOf(event))
    addText(sink, 'SYSLOG_IDENTIFIER', this.#identifier ?? event.context.service)
    addText(sink, 'MESSAGE_ID', messageId)
    sink.add('LEVEL', event.level)
    sink.add('LOGGER', event.logger)
    sink.add('EVENT_ID', event.event_id)
    sink.add('TIMESTAMP', event.timestamp)
    addText(sink, 'EVENT_NAME', event.event_name)
    addContext(sink, event)
    addCode(sink, event)
    if (event.error !== undefined) addError(sink, event.error)
    this.#addKeys(sink, event, messageId !== undefined)
    sink.add('ORIGIN', event.origin)
    sink.add('SEQ', String(event.seq))
  }

  #messageId({ extra }: LogEvent): string | undefined {
    if (this.#messageIdKey === undefined || extra === undefined || !Object.hasOwn(extra, this.#messageIdKey)) return undefined
    const value = extra[this.#messageIdKey]
    if (typeof value !== 'string') return undefined
    const digits = value.replaceAll('-', '').toLowerCase()
    return /^[0-9a-f]{32}$/.test(digits) ? digits : undefined
  }

  #addKeys(sink: FieldSink, { context, extra }: LogEvent, isMessageIdTaken: boolean): void {
    this.#names.begin()
    const room = addAll(sink, this.#names, 'CONTEXT_', context.extra, MAX_KEYS, undefined)
    addAll(sink, this.#names, 'EXTRA_', extra, room, isMessageIdTaken ? this.#messageIdKey : undefined)
  }
}

type Keys = Readonly<Record<string, JsonValue>>

/** Adds the keys of an object; those that there is no room for become one field of JSON. Returns the room that is left. */
function addAll(
  sink: FieldSink,
  names: FieldNames,
  source: KeySource,
  keys: Keys | undefined,
  room: number,
  skipped: string | undefined,
): number {
  if (keys === undefined) return room
  const surplus: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>
  let left = room
  for (const [key, value] of Object.entries(keys)) {
    if (key === skipped) continue
    if (left > 0) sink.add(names.claim(key, source), textOf(value))
    else surplus[key] = value
    left--
  }
  if (left < 0) sink.add(names.claim(`${source}MORE`, source), JSON.stringify(surplus))
  return Math.max(left, 0)
}

function addContext(sink: FieldSink, { context, trace_id, span_id, trace_flags }: LogEvent): void {
  addText(sink, 'SERVICE', context.service)
  addText(sink, 'ENVIRONMENT', context.environment)
  addText(sink, 'JOB_ID', context.job_id)
  addText(sink, 'REQUEST_ID', context.request_id)
  addText(sink, 'USER_ID', context.user_id)
  addText(sink, 'USER_NAME', context.user_name)
  addText(sink, 'HOSTNAME', context.hostname)
  if (context.process_id !== undefined) sink.add('PROCESS_ID', String(context.process_id))
  if (context.process_id_chain !== undefined) sink.add('PROCESS_ID_CHAIN', textOfChain(context.process_id_chain))
  addText(sink, 'TRACE_ID', trace_id)
  addText(sink, 'SPAN_ID', span_id)
  addText(sink, 'TRACE_FLAGS', trace_flags)
}

/** Of the names that libsystemd gives to places in the source. */
function addCode(sink: FieldSink, { code }: LogEvent): void {
  if (code === undefined) return
  addText(sink, 'CODE_FILE', code.file)
  if (code.line !== undefined) sink.add('CODE_LINE', String(code.line))
  addText(sink, 'CODE_FUNC', code.function)
}

function addError(sink: FieldSink, { type, message, code, stack, cause, errors, extra }: EventError): void {
  sink.add('ERROR_TYPE', type)
  sink.add('ERROR_MESSAGE', message)
  if (code !== undefined) sink.add('ERROR_CODE', String(code))
  addText(sink, 'ERROR_STACK', stack)
  if (cause !== undefined) sink.add('ERROR_CAUSE', textOf(cause))
  if (errors !== undefined) sink.add('ERROR_ERRORS', JSON.stringify(errors))
  if (extra === undefined) return
  sink.add('ERROR_EXTRA', JSON.stringify(extra))
  // a field of journald's own, with the number as C has it
  const number = extra['errno']
  if (typeof number === 'number' && Number.isInteger(number)) sink.add('ERRNO', String(Math.abs(number)))
}

/** A secret that was scrubbed by its path may stand where the schema has another type. */
function addText(sink: FieldSink, name: string, value: unknown): void {
  if (value !== undefined) sink.add(name, typeof value === 'string' ? value : JSON.stringify(value))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function textOfChain(chain: unknown): string {
  return Array.isArray(chain) ? chain.join('>') : textOf(chain)
}
