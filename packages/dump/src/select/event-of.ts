import type { LogEvent } from '@holdfast/api'
import { levelName } from '@holdfast/api'
import { faultText, type Row } from './row.js'

/** An event with the JSON that it came from, or what stands in for it. */
export interface ReadEvent {
  readonly event: LogEvent
  /** One line of valid JSON. */
  readonly json: string
  /** Whether it is a stand-in for a record that could not be read. */
  readonly isUnreadable: boolean
}

/** Parses a row. Never throws: what is no event becomes an event that says so. */
export function eventOf(row: Row): ReadEvent {
  if (row.json === undefined) return standIn(row, row.fault ?? 'it is empty')
  let event: unknown
  try {
    event = JSON.parse(row.json)
  } catch (error) {
    // the row shows what the parser said, and the beginning of the text
    return standIn(row, faultText(error))
  }
  const fault = shapeFault(event)
  if (fault !== undefined) return standIn(row, fault)
  // a line break between tokens is JSON, but not one line
  const json = LINE_END.test(row.json) ? JSON.stringify(event) : row.json
  return { event: event as LogEvent, json, isUnreadable: false }
}

const LINE_END = /[\n\r]/
const MAX_RAW_CHARS = 2000
const MAX_TIME = 8.64e15

/** An event in place of a record that could not be read. Its `unreadable` tells it apart for programs. */
export function standIn({ level, time, json }: Row, reason: string): ReadEvent {
  const value = level ?? UNKNOWN_LEVEL
  const name = levelName(value)
  const event: LogEvent & { readonly unreadable: true } = {
    v: 1,
    event_id: '',
    timestamp: time === undefined || Math.abs(time) > MAX_TIME ? '' : new Date(time).toISOString(),
    level: (name === 'off' ? 'critical' : name).toUpperCase() as LogEvent['level'],
    level_value: value,
    logger: 'holdfast.dump',
    message: `unreadable record: ${reason}`,
    context: {},
    ...(json === undefined ? undefined : { extra: { raw: json.slice(0, MAX_RAW_CHARS) } }),
    origin: '',
    seq: 0,
    unreadable: true,
  }
  return { event, json: JSON.stringify(event), isUnreadable: true }
}

/** Nobody knows how severe it was: it is shown as what deserves a look. */
const UNKNOWN_LEVEL = 30

/** What formatters rely on; the rest of an event they take as it comes. */
function shapeFault(event: unknown): string | undefined {
  if (!isObject(event)) return 'it is no object'
  for (const key of ['timestamp', 'level', 'logger', 'message']) {
    if (typeof event[key] !== 'string') return `its \`${key}\` is no text`
  }
  for (const key of ['context', 'extra', 'error']) {
    if (!isObject(event[key]) && (key === 'context' || event[key] !== undefined)) return `its \`${key}\` is no object`
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
