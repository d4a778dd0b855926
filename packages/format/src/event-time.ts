import { TemplateError } from './template-error.js'

/** A timestamp taken apart; each part has its fixed number of digits. */
export interface TimeParts {
  /** `2026-11-20` */
  readonly date: string
  /** `12:34:56` */
  readonly clock: string
  /** Six digits: microseconds within the second. */
  readonly fraction: string
  /** `Z`, or `+01:00`. */
  readonly offset: string
}

/** The UTC and the local reading of one event's timestamp; local only when asked for. */
export interface EventTime {
  readonly utc: TimeParts
  readonly local: TimeParts
}

/** Reads timestamps of the canonical form (UTC, ISO 8601, microseconds). What is none gives question marks, never an error. */
export function createTimeReader(timeZone?: string): (timestamp: string) => EventTime {
  const offsetMinutesAt = timeZone === undefined ? systemOffset : zoneOffset(timeZone)
  let cachedMinute = ''
  let cachedOffset = 0

  const localParts = (timestamp: string): TimeParts => {
    const time = Date.parse(timestamp)
    if (Number.isNaN(time)) return UNKNOWN
    // offsets change on full minutes only, and most events share their minute with the one before
    const minute = timestamp.slice(0, 16)
    if (minute !== cachedMinute) {
      cachedOffset = offsetMinutesAt(time)
      cachedMinute = minute
    }
    const shifted = new Date(time + cachedOffset * 60_000).toISOString()
    return { ...split(shifted), fraction: fractionOf(timestamp), offset: offsetText(cachedOffset) }
  }

  return (timestamp) => ({
    get utc(): TimeParts {
      return CANONICAL.test(timestamp) ? { ...split(timestamp), fraction: fractionOf(timestamp), offset: 'Z' } : UNKNOWN
    },
    get local(): TimeParts {
      return CANONICAL.test(timestamp) ? localParts(timestamp) : UNKNOWN
    },
  })
}

const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/
const UNKNOWN: TimeParts = { date: '????-??-??', clock: '??:??:??', fraction: '??????', offset: '' }

function split(iso: string): { readonly date: string; readonly clock: string } {
  return { date: iso.slice(0, 10), clock: iso.slice(11, 19) }
}

function fractionOf(iso: string): string {
  return iso.slice(20, -1).padEnd(6, '0').slice(0, 6)
}

function systemOffset(time: number): number {
  return -new Date(time).getTimezoneOffset()
}

function zoneOffset(timeZone: string): (time: number) => number {
  const format = zoneFormat(timeZone)
  return (time) => {
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part
    return Math.round((Date.UTC(year, month - 1, day, hour, minute) - Math.floor(time / 60_000) * 60_000) / 60_000)
  }
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new TemplateError({
      path: 'timeZone',
      expected: 'a time zone of the IANA list, as `Europe/Vienna`',
      got: `\`${timeZone}\``,
    })
  }
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes)
  const digits = (value: number): string => String(value).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(size / 60))}:${digits(size % 60)}`
}
