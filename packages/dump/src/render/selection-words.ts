import type { FieldFilter, FieldMatch, FieldValue, Moment, SelectOptions } from '../options.js'
import { momentOf } from '../select/moment.js'

/** What was asked for, in words for the page: `level ≥ warning`, `context.jobId is batch-742`. */
export function selectionWords({ level, since, until, logger, message, filters, limit }: SelectOptions): readonly string[] {
  const words: string[] = []
  if (level !== undefined) words.push(`level ≥ ${level.toLowerCase()}`)
  if (since !== undefined) words.push(`since ${iso(since)}`)
  if (until !== undefined) words.push(`before ${iso(until)}`)
  if (logger !== undefined) words.push(typeof logger === 'string' ? `logger ${logger}` : `logger ${filterWords(logger)}`)
  if (message !== undefined)
    words.push(typeof message === 'string' ? `message has ${message}` : `message ${filterWords(message)}`)
  for (const [place, group] of Object.entries({
    context: filters?.context,
    'context.extra': filters?.contextExtra,
    extra: filters?.extra,
  })) {
    for (const [key, filter] of Object.entries(group ?? {})) words.push(`${place}.${key} ${filterWords(filter)}`)
  }
  if (limit !== undefined) words.push(`newest ${limit}`)
  return words
}

function iso(moment: Moment): string {
  return new Date(momentOf(moment) ?? Number.NaN).toISOString()
}

function filterWords(filter: FieldFilter): string {
  if (Array.isArray(filter)) return (filter as readonly FieldValue[]).map(filterWords).join(' or ')
  if (filter instanceof RegExp) return `matches ${filter}`
  if (typeof filter !== 'object' || filter === null) return `is ${String(filter)}`
  const { exact, contains, icontains, regex, flags = '' } = filter as FieldMatch
  if (contains !== undefined) return `has ${contains}`
  if (icontains !== undefined) return `has ${icontains}`
  if (regex !== undefined) return `matches ${regex instanceof RegExp ? regex : `/${regex}/${flags}`}`
  return `is ${typeof exact === 'string' ? exact : JSON.stringify(exact)}`
}
