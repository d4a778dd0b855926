import type { LogEvent, LogRecord } from '@holdfast/api'

/** The same record with a line that is no JSON, as damaged memory may leave one: reading its event throws. */
export function unreadableRecord({ level, time, json }: LogRecord): LogRecord {
  return {
    level,
    time,
    json: json.replace(/\}$/, ',}'),
    get event(): LogEvent {
      throw new SyntaxError('The canonical line of this record is no JSON.')
    },
  }
}
