import type { LogRecord } from '@holdfast/api'
import { createFormatter } from '@holdfast/format'

/** As the preset `full`, without its icon: a file is searched by words. UTC, since files are read elsewhere and later. */
const TEMPLATE = '{timestamp_ms} {LEVEL:<8} {logger_name}  {message}{context_fields}{error}'

/** Readable lines for a file, without colours. */
export function textLine(): (record: LogRecord) => string {
  const format = createFormatter({ template: TEMPLATE, color: false })
  return (record) => format(record.event)
}
