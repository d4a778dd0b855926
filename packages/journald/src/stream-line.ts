import type { LogEvent } from '@holdfast/api'
import { createFormatter } from '@holdfast/format'
import { priorityOf } from './encode.js'

/** Journald cuts a line at `LineMax`, 48 KiB, and reads what follows as a new one, with a priority of its own. */
const LINE_MAX_BYTES = 48_000
/** Journald has the time of arrival already. */
const TEMPLATE = '{LEVEL:<8} {logger_name}  {message}{context_fields}{error}'

/** One line for the stream socket: priority, then readable text. The lines of an error are joined by a visible `\n`. */
export function streamLine(): (event: LogEvent) => string {
  const format = createFormatter({ template: TEMPLATE, color: false })
  return (event) => `<${priorityOf(event)}>${cutLine(format(event).replaceAll('\n', '\\n'))}\n`
}

function cutLine(line: string): string {
  if (line.length * 3 <= LINE_MAX_BYTES) return line
  const bytes = Buffer.from(line)
  if (bytes.length <= LINE_MAX_BYTES) return line
  let end = LINE_MAX_BYTES
  // not within a character
  while (((bytes[end] as number) & 0xc0) === 0x80) end--
  return `${bytes.toString('utf8', 0, end)}… [${bytes.length - end} bytes cut]`
}
