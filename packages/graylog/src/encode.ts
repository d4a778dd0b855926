import { type EventContext, type JsonValue, LEVELS, type LogRecord } from '@holdfast/api'
import { type ContextlessEvent, ContextMemo } from './context-memo.js'
import { cutText } from './cut-text.js'
import { escapeUnsafe } from './escape-unsafe.js'
import { FieldNames, legalName } from './field-names.js'
import { fitMessage } from './fit-message.js'
import { fullMessage } from './full-message.js'
import type { GelfSettings } from './options.js'

/** More fields than this share one: the index of the server bears a thousand names in all. */
const FIELDS_MAX = 400
/** Also ends what is nested without end; events never are. */
const DEPTH_MAX = 32
const SYSLOG_CRITICAL = 2
const SYSLOG_ERROR = 3
const SYSLOG_WARNING = 4
const SYSLOG_INFO = 6
const SYSLOG_DEBUG = 7

/**
 * Makes GELF 1.1 messages of records: JSON without NUL, line ends or raw controls, at most `messageMaxBytes` long.
 * Values are texts or numbers, as GELF demands; what a user supplies never takes the name of a field of ours.
 */
export class GelfEncoder {
  readonly #settings: GelfSettings
  readonly #contexts = new ContextMemo<string>()

  constructor(settings: GelfSettings) {
    this.#settings = settings
  }

  encode(record: LogRecord): string {
    const { event, context, memo } = this.#contexts.read(record)
    const message = new Message(this.#settings)
    memo.value ??= message.contextFields(context)
    message.add(record, event, context, memo.value)
    return fitMessage(escapeUnsafe(message.text), this.#settings.messageMaxBytes)
  }
}

/** One record as a GELF message. */
export function encodeGelf(record: LogRecord, settings: GelfSettings): string {
  return new GelfEncoder(settings).encode(record)
}

/** Text is joined, not an object stringified: what is known of a context is text already. */
class Message {
  text = ''
  readonly #settings: GelfSettings
  readonly #names = new FieldNames()
  #left = FIELDS_MAX
  #rest: Record<string, JsonValue> | undefined

  constructor(settings: GelfSettings) {
    this.#settings = settings
  }

  add({ level, time }: LogRecord, event: ContextlessEvent, context: EventContext, contextFields: string): void {
    const { code, error } = event
    const full = fullMessage(event)
    this.text = `{"version":"1.1","host":${JSON.stringify(hostOf(context))},"short_message":${JSON.stringify(shortOf(event))}`
    if (full !== '') this.text += `,"full_message":${JSON.stringify(full)}`
    this.text += `,"timestamp":${(time / 1000).toFixed(6)},"level":${syslogLevel(level)}`
    this.text +=
      this.#own('level_name', event.level) +
      this.#own('logger', event.logger) +
      this.#own('event_id', event.event_id) +
      this.#own('trace_id', event.trace_id) +
      this.#own('span_id', event.span_id) +
      this.#own('trace_flags', event.trace_flags) +
      this.#own('event_name', event.event_name) +
      this.#own('code_file', code?.file) +
      this.#own('code_line', code?.line) +
      this.#own('code_function', code?.function) +
      contextFields +
      this.#own('origin', event.origin) +
      this.#own('seq', event.seq)
    if (error !== undefined) {
      this.text +=
        this.#own('error_type', error.type) + this.#own('error_message', error.message) + this.#own('error_code', error.code)
    }
    if (event.extra !== undefined) this.#fields(event.extra, '', 'extra', 0)
    if (context.extra !== undefined) this.#fields(context.extra, '', 'context', 0)
    if (error?.extra !== undefined) this.#fields(error.extra, 'error_', 'error', 0)
    if (this.#rest !== undefined) this.text += this.#own('more_fields', JSON.stringify(this.#rest))
    this.text += '}'
  }

  /** The known fields of a context; the user's own depend on the rest of the event. */
  contextFields(context: EventContext): string {
    return (
      this.#own('service', context.service) +
      this.#own('environment', context.environment) +
      this.#own('job_id', context.job_id) +
      this.#own('request_id', context.request_id) +
      this.#own('user_id', context.user_id) +
      this.#own('user_name', context.user_name) +
      this.#own('process_id', context.process_id) +
      this.#own('process_id_chain', context.process_id_chain?.join('>'))
    )
  }

  #own(name: string, value: string | number | undefined): string {
    return value === undefined ? '' : `,"_${name}":${this.#scalar(value)}`
  }

  #fields(fields: Readonly<Record<string, JsonValue>>, prefix: string, part: string, depth: number): void {
    for (const key of Object.keys(fields)) {
      const value = fields[key]
      // null has no form: as a text it would clash with the numbers that the index has for this field
      if (value === undefined || value === null) continue
      const name = prefix + legalName(key)
      if (this.#isNested(value, depth)) this.#fields(value, `${name}_`, part, depth + 1)
      else this.#field(name, part, value)
    }
  }

  #isNested(value: JsonValue, depth: number): value is Readonly<Record<string, JsonValue>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    return this.#settings.nested === 'flatten' && depth < DEPTH_MAX && Object.keys(value).length > 0
  }

  #field(name: string, part: string, value: JsonValue): void {
    const free = this.#names.claim(name, part)
    if (this.#left > 0) {
      this.#left--
      this.text += `,"_${free}":${this.#scalar(scalarOf(value))}`
    } else {
      this.#rest ??= {}
      this.#rest[free] = value
    }
  }

  #scalar(value: string | number): string {
    return typeof value === 'number' ? String(value) : JSON.stringify(cutText(value, this.#settings.fieldMaxBytes))
  }
}

function scalarOf(value: JsonValue): string | number {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Graylog refuses a message without a host, or with a blank one. */
function hostOf(context: EventContext): string {
  return [context.hostname, context.service].find((name) => name !== undefined && name.trim() !== '') ?? 'unknown'
}

/** Graylog refuses a message that is blank. */
function shortOf({ message, error }: ContextlessEvent): string {
  if (message.trim() !== '') return message
  return error === undefined || error.message.trim() === '' ? '(no message)' : error.message
}

function syslogLevel(level: number): number {
  if (level >= LEVELS.critical) return SYSLOG_CRITICAL
  if (level >= LEVELS.error) return SYSLOG_ERROR
  if (level >= LEVELS.warning) return SYSLOG_WARNING
  return level >= LEVELS.info ? SYSLOG_INFO : SYSLOG_DEBUG
}
