import { types } from 'node:util'
import type { EventError, LogEvent } from '@holdfast/api'
import { createFormatter, escapeText } from '@holdfast/format'
import { type LogQuery, mismatchesOf } from './log-query.js'
import { show } from './mismatch.js'

/** The last ones tell most; a test that logs thousands must still fail readably. */
const SHOWN_RECORDS = 50
const SHOWN_DIFFERENCES = 3

const formatLine = createFormatter({ template: '{level_short:<5} {logger} {message}{fields}', color: false })

/** A record as one line, and a line for its error and each cause. Without time and stack: the same in every run. */
export function showRecord(record: LogEvent): string {
  const { error, ...rest } = record
  return [formatLine(rest), ...errorLines(error)].join('\n')
}

/** Records as a numbered list; those that `isMarked` get an arrow. */
export function showRecords(records: readonly LogEvent[], isMarked: (record: LogEvent) => boolean = () => false): string {
  const from = Math.max(0, records.length - SHOWN_RECORDS)
  const width = String(records.length).length
  const lines = records.slice(from).map((record, index) => {
    const number = String(from + index + 1).padStart(width)
    const lead = `${isMarked(record) ? '>' : ' '} ${number}  `
    return lead + showRecord(record).replaceAll('\n', `\n${' '.repeat(lead.length)}`)
  })
  return [...(from > 0 ? [`  … ${from} earlier`] : []), ...lines].join('\n')
}

/** What was asked for, in words behind an article. */
export function showQuery(query: LogQuery): string {
  if (typeof query === 'function')
    return query.name === '' ? 'record that the function accepts' : `record that \`${query.name}\` accepts`
  if (typeof query === 'string' || types.isRegExp(query)) return `record with message ${show(query)}`
  return `record like ${show(query)}`
}

/** The record that comes nearest to a query, and what is different there; '' when nothing helps. */
export function showNearest(records: readonly LogEvent[], query: LogQuery): string {
  if (typeof query !== 'object' || types.isRegExp(query)) return ''
  const members = Object.keys(query).length
  const ranked = records
    .map((record, index) => ({ index, mismatches: mismatchesOf(record, query) }))
    .filter(({ mismatches }) => mismatches.length < members)
    .sort((a, b) => a.mismatches.length - b.mismatches.length || b.index - a.index)
  const [nearest] = ranked
  if (nearest === undefined) return ''
  return `Nearest is ${nearest.index + 1}: ${nearest.mismatches.slice(0, SHOWN_DIFFERENCES).join('; ')}.`
}

function errorLines(error: EventError | undefined): readonly string[] {
  const lines: string[] = []
  for (let at: unknown = error; isError(at); at = at.cause) {
    const code = at.code === undefined ? '' : ` (${at.code})`
    lines.push(escapeText(`  ${at === error ? '' : 'caused by '}${at.type}: ${at.message}${code}`))
  }
  return lines
}

function isError(value: unknown): value is EventError {
  return typeof value === 'object' && value !== null && 'type' in value && 'message' in value
}
