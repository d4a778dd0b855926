import type { LogEvent } from '@holdfast/api'
import { errorBlock } from './error-block.js'
import { escapeText } from './escape-text.js'
import type { EventTime, TimeParts } from './event-time.js'
import { allFields, extraFields, helpfulFields } from './fields.js'
import { levelText } from './level-text.js'
import type { Role, Span } from './span.js'

/** Makes the spans of one placeholder. Total: an event without the value gives no span. */
export type Placeholder = (event: LogEvent, time: EventTime) => readonly Span[]

/** Every placeholder by name. All text in the result is escaped. */
export const PLACEHOLDERS: Readonly<Record<string, Placeholder>> = {
  ...timePlaceholders('', (time) => time.utc),
  ...timePlaceholders('_loc', (time) => time.local),

  level: text('level', (event) => levelText(event).name.toUpperCase()),
  LEVEL: text('level', (event) => levelText(event).name.toUpperCase()),
  level_enum: text('level', (event) => levelText(event).name.toUpperCase()),
  level_name: text('level', (event) => levelText(event).name),
  level_short: text('level', (event) => levelText(event).short),
  level_code: text('level', (event) => levelText(event).code),
  level_icon: text('level', (event) => levelText(event).icon),
  level_value: text('level', (event) => event.level_value),

  logger_name: text('logger', (event) => event.logger),
  logger: text('logger', (event) => event.logger),
  message: text('message', (event) => event.message),
  event_id: text('noise', (event) => event.event_id),
  event_name: text('value', (event) => event.event_name),
  origin: text('noise', (event) => event.origin),
  seq: text('noise', (event) => event.seq),

  trace_id: text('value', (event) => event.trace_id),
  span_id: text('value', (event) => event.span_id),
  trace_flags: text('value', (event) => event.trace_flags),

  service: text('value', ({ context }) => context.service),
  environment: text('value', ({ context }) => context.environment),
  job_id: text('value', ({ context }) => context.job_id),
  request_id: text('value', ({ context }) => context.request_id),
  user_id: text('value', ({ context }) => context.user_id),
  user_name: text('value', ({ context }) => context.user_name),
  hostname: text('value', ({ context }) => context.hostname),
  process_id: text('value', ({ context }) => context.process_id),
  process_id_chain: text('value', ({ context }) => context.process_id_chain?.join('>')),

  fields: (event) => spaced(helpfulFields(event)),
  context_fields: (event) => spaced(allFields(event)),
  extra: (event) => spaced(extraFields(event)),
  context: text('value', (event) => JSON.stringify(event.context)),

  error: errorBlock,
  error_type: text('error', (event) => event.error?.type),
  error_message: text('plain', (event) => event.error?.message),
  error_code: text('value', (event) => event.error?.code),

  pathname: text('frame', (event) => event.code?.file ?? extraScalar(event, 'pathname')),
  lineno: text('frame', (event) => event.code?.line ?? extraScalar(event, 'lineno')),
  funcName: text('frame', (event) => event.code?.function ?? extraScalar(event, 'funcName')),
  theme: text('value', (event) => extraScalar(event, 'theme')),
}

function timePlaceholders(suffix: '' | '_loc', pick: (time: EventTime) => TimeParts): Record<string, Placeholder> {
  const part =
    (show: (parts: TimeParts) => string): Placeholder =>
    (_event, time) => [{ role: 'time', text: show(pick(time)) }]
  const seconds = part(({ date, clock, offset }) => `${date}T${clock}${offset}`)
  const named: Record<string, Placeholder> = {
    timestamp: part(({ date, clock, fraction, offset }) => `${date}T${clock}.${fraction}${offset}`),
    timestamp_ms: part(({ date, clock, fraction, offset }) => `${date}T${clock}.${fraction.slice(0, 3)}${offset}`),
    timestamp_trimmed: seconds,
    timestamp_no_us: seconds,
    timestamp_trimmed_naive: part(({ date, clock }) => `${date}T${clock}`),
    date: part(({ date }) => date),
    time: part(({ clock, fraction }) => `${clock}.${fraction.slice(0, 3)}`),
    offset: part(({ offset }) => offset),
    YYYY: part(({ date }) => date.slice(0, 4)),
    MM: part(({ date }) => date.slice(5, 7)),
    DD: part(({ date }) => date.slice(8, 10)),
    hh: part(({ clock }) => clock.slice(0, 2)),
    mm: part(({ clock }) => clock.slice(3, 5)),
    ss: part(({ clock }) => clock.slice(6, 8)),
    ms: part(({ fraction }) => fraction.slice(0, 3)),
    us: part(({ fraction }) => fraction),
  }
  return Object.fromEntries(Object.entries(named).map(([name, show]) => [`${name}${suffix}`, show]))
}

function text(role: Role, read: (event: LogEvent) => string | number | undefined): Placeholder {
  return (event) => {
    const value = read(event)
    return value === undefined || value === '' ? [] : [{ role, text: escapeText(String(value)) }]
  }
}

/** Fields bring the gap to what stands before them, so that a line without fields does not end in spaces. */
function spaced(fields: readonly Span[]): readonly Span[] {
  return fields.length === 0 ? fields : [{ role: 'plain', text: ' ' }, ...fields]
}

function extraScalar({ extra }: LogEvent, key: string): string | number | undefined {
  const value = extra?.[key]
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}
