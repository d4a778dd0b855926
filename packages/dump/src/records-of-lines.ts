import { type LogEvent, type LogRecord, levelValue } from '@holdfast/api'

/**
 * Records of canonical lines, as those of a log file: lets a file be filtered, or be looked at as a page. Empty lines are skipped; a line that
 * is no event becomes a record that a dump shows as unreadable.
 *
 * @example `dumpRecords(recordsOfLines(readFileSync('app.log', 'utf8').split('\n')), { format: 'html_table', path: 'app.html' })`
 */
export function recordsOfLines(lines: Iterable<string>): Generator<LogRecord, void, void> {
  return readLines(lines)
}

function* readLines(lines: Iterable<string>): Generator<LogRecord, void, void> {
  for (const line of lines) if (line.trim() !== '') yield new LineRecord(line)
}

/** Parsed once for level and time, and not kept: a file may be large. */
class LineRecord implements LogRecord {
  readonly level: number
  readonly time: number
  readonly json: string

  constructor(json: string) {
    this.json = json
    const { level, timestamp } = partsOf(json)
    this.level = levelValue(level) ?? Number.NaN
    this.time = timeOf(timestamp)
  }

  get event(): LogEvent {
    return JSON.parse(this.json) as LogEvent
  }
}

function partsOf(json: string): { readonly level?: unknown; readonly timestamp?: unknown } {
  try {
    return Object(JSON.parse(json)) as object
  } catch {
    // the dump meets the same text, and shows the row as unreadable with what the parser says
    return {}
  }
}

/** With the microseconds that `Date.parse` leaves out. */
function timeOf(timestamp: unknown): number {
  if (typeof timestamp !== 'string') return Number.NaN
  const [, micros = '0'] = /\.\d{3}(\d{1,3})/.exec(timestamp) ?? []
  return Date.parse(timestamp) + Number(micros.padEnd(3, '0')) / 1000
}
