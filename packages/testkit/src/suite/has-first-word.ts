import type { LogRecord } from '@holdfast/api'

/**
 * For `matches` of adapters that write text: true when the text contains the first word of the record's message, which the suite
 * makes different in every record (`record-000017`).
 */
export function hasFirstWord(arrived: string, record: LogRecord): boolean {
  return arrived.includes(record.event.message.split(' ', 1)[0] ?? record.event.message)
}
