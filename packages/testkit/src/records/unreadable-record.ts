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

/** The same record with an event that has nothing of what an event has. */
export function emptyRecord({ level, time }: LogRecord): LogRecord {
  return { level, time, json: '{}', event: {} as LogEvent }
}
