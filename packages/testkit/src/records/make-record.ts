import {
  type EventContext,
  type EventError,
  type JsonValue,
  LEVELS,
  type LevelName,
  type LogEvent,
  type LogRecord,
} from '@holdfast/api'

/** What a made record says; everything has a default, and the same options make the same record. */
export interface RecordOptions {
  /** @default `info` */
  readonly level?: LevelName
  /** @default `record-000001` for seq 1: one word that is in no other record of the origin */
  readonly message?: string
  /** @default `testkit` */
  readonly logger?: string
  /** Milliseconds since 1970, with microseconds as decimals. @default one millisecond later for each seq */
  readonly time?: number
  /** @default 1 */
  readonly seq?: number
  /** @default `testkit000001` */
  readonly origin?: string
  readonly context?: EventContext
  readonly extra?: Readonly<Record<string, JsonValue>>
  readonly error?: EventError
}

/**
 * A valid record: canonical line encoded, event parsed on first use.
 *
 * @example `makeRecord({ level: 'error', message: 'disk full', extra: { path: '/var' } })`
 */
export function makeRecord(options: RecordOptions = {}): LogRecord {
  const { seq = 1, level = 'info', origin = 'testkit000001' } = options
  const time = options.time ?? BASE_TIME + seq
  const event: LogEvent = {
    v: 1,
    event_id: eventId(time, origin, seq),
    timestamp: isoMicroseconds(time),
    level: level.toUpperCase() as Uppercase<LevelName>,
    level_value: LEVELS[level],
    logger: options.logger ?? 'testkit',
    message: options.message ?? wordOf(seq),
    context: options.context ?? CONTEXT,
    ...(options.extra === undefined ? undefined : { extra: options.extra }),
    ...(options.error === undefined ? undefined : { error: options.error }),
    origin,
    seq,
  }
  return new MadeRecord(LEVELS[level], time, canonicalLine(event))
}

/** The first word of a record's default message: `record-000042`. */
export function wordOf(seq: number): string {
  return `record-${String(seq).padStart(6, '0')}`
}

class MadeRecord implements LogRecord {
  readonly level: number
  readonly time: number
  readonly json: string
  #event: LogEvent | undefined

  constructor(level: number, time: number, json: string) {
    this.level = level
    this.time = time
    this.json = json
  }

  get event(): LogEvent {
    this.#event ??= JSON.parse(this.json) as LogEvent
    return this.#event
  }
}

const BASE_TIME = Date.UTC(2026, 10, 20, 12, 34, 56) + 789.012
const CONTEXT: EventContext = {
  service: 'testkit',
  environment: 'test',
  hostname: 'node7',
  process_id: 4312,
  process_id_chain: [4290, 4312],
}

/** JSON.stringify escapes C0 and lone surrogates; C1 would pass raw and some terminals act on it. */
function canonicalLine(event: LogEvent): string {
  return JSON.stringify(event).replace(/[\u0080-\u009f]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
}

function isoMicroseconds(time: number): string {
  const whole = Math.floor(time)
  const micros = Math.min(999, Math.round((time - whole) * 1000))
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`
}

/** Shaped as a UUIDv7 (RFC 9562): time, version, then bits of seq and origin. */
function eventId(time: number, origin: string, seq: number): string {
  const ms = Math.floor(time).toString(16).padStart(12, '0')
  const tail = hex(fold(`${origin}:${seq}`), 8) + hex(fold(`${seq}:${origin}`), 8)
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${hex(seq % 4096, 3)}-8${tail.slice(0, 3)}-${tail.slice(3).slice(-12).padStart(12, '0')}`
}

function fold(text: string): number {
  let sum = 0x811c9dc5
  for (const sign of text) sum = Math.imul(sum ^ (sign.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return sum
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
