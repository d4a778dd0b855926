import { type Check, type ConfigProblem, check, checkValue } from '@holdfast/core'
import { didYouMean } from '@holdfast/format'
import type { FieldFilter, FieldFilters, FieldMatch } from './options.js'
import { CONTEXT_FIELDS, contextField } from './select/context-fields.js'

const WAYS = ['exact', 'contains', 'icontains', 'regex'] as const
const MATCH_KEYS: ReadonlySet<string> = new Set([...WAYS, 'flags'])

/** One of the ways to match, and a pattern that compiles. */
const FIELD_MATCH: Check<FieldMatch> = {
  expected: ['an object with one of `exact`, `contains`, `icontains` and `regex`'],
  holds: (value) => isObject(value) && matchProblems(value, '').length === 0,
  explain: (value, path) => (isObject(value) ? matchProblems(value, path) : []),
}

/** A text, a pattern or a match, for a field that is always a text. */
export const TEXT_FILTER: Check<string | RegExp | FieldMatch> = {
  expected: ['a text that is not blank', 'a regular expression', ...FIELD_MATCH.expected],
  holds: (value) => check.text.holds(value) || value instanceof RegExp || FIELD_MATCH.holds(value),
  explain: (value, path, show) => FIELD_MATCH.explain?.(value, path, show) ?? [],
}

const FIELD_FILTER: Check<FieldFilter> = {
  expected: ['a value', 'a regular expression', ...FIELD_MATCH.expected, 'a list of these'],
  holds: (value) => filterProblems(value, '').length === 0,
  explain: (value, path) => filterProblems(value, path),
}

/** A filter for each key, whatever the keys are. */
export const FIELD_FILTERS: Check<FieldFilters> = filtersFor(() => undefined)

/** A filter for each key, which has to be a field of the context. */
export const KNOWN_FIELD_FILTERS: Check<FieldFilters> = filtersFor((key, path) => {
  if (contextField(key) !== undefined) return undefined
  const meant = didYouMean(key, CONTEXT_FIELDS)
  const hint = meant.hint ?? 'Fields of your own are in `filters.contextExtra`.'
  return { path, expected: 'a field of the context', got: 'an unknown name', hint }
})

function filtersFor(refuse: (key: string, path: string) => ConfigProblem | undefined): Check<FieldFilters> {
  const problems = (value: object, path: string): readonly ConfigProblem[] =>
    Object.entries(value).flatMap(([key, filter]) => {
      const place = `${path}.${key}`
      const refusal = refuse(key, place)
      return refusal === undefined ? checkValue(check.required(FIELD_FILTER), filter, place) : [refusal]
    })
  return {
    expected: ['an object with a filter for each field'],
    holds: (value) => isObject(value) && problems(value, '').length === 0,
    explain: (value, path) => (isObject(value) ? problems(value, path) : []),
  }
}

function filterProblems(value: unknown, path: string): readonly ConfigProblem[] {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value) || value instanceof RegExp) return []
  if (Array.isArray(value)) {
    if (value.length === 0) return [{ path, expected: 'a list with something in it', got: 'an array of 0' }]
    return value.flatMap((item, index) =>
      Array.isArray(item)
        ? [{ path: `${path}[${index}]`, expected: 'no list within a list', got: `an array of ${item.length}` }]
        : filterProblems(item, `${path}[${index}]`),
    )
  }
  if (isObject(value)) return matchProblems(value, path)
  return [{ path, expected: 'a value, a regular expression, a match or a list of these', got: `a ${typeof value}` }]
}

function matchProblems(match: object, path: string): readonly ConfigProblem[] {
  const { contains, icontains, regex, flags } = match as Record<string, unknown>
  const strange = Object.keys(match).find((key) => !MATCH_KEYS.has(key))
  if (strange !== undefined) {
    const expected = `one of ${WAYS.map((way) => `\`${way}\``).join(', ')}, or \`flags\``
    return [{ path: `${path}.${strange}`, expected, got: 'an unknown name', ...didYouMean(strange, MATCH_KEYS) }]
  }
  const given = WAYS.filter((way) => Object.hasOwn(match, way))
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none of them' : given.map((way) => `\`${way}\``).join(' and ')
    return [{ path, expected: `an object with one of ${WAYS.map((way) => `\`${way}\``).join(', ')}`, got }]
  }
  for (const [key, text] of Object.entries({ contains, icontains })) {
    if (text !== undefined && typeof text !== 'string')
      return [{ path: `${path}.${key}`, expected: 'a text', got: `a ${typeof text}` }]
  }
  return given[0] === 'regex' ? patternProblems(regex, flags, path) : flagsAlone(flags, path)
}

function patternProblems(regex: unknown, flags: unknown, path: string): readonly ConfigProblem[] {
  if (regex instanceof RegExp) return flagsAlone(flags, path)
  if (typeof regex !== 'string') {
    return [{ path: `${path}.regex`, expected: 'a regular expression or its text', got: `a ${typeof regex}` }]
  }
  try {
    new RegExp(regex, flags === undefined ? '' : String(flags))
    return []
  } catch (error) {
    return [
      { path: `${path}.regex`, expected: 'a pattern that compiles', got: error instanceof Error ? error.message : String(error) },
    ]
  }
}

function flagsAlone(flags: unknown, path: string): readonly ConfigProblem[] {
  if (flags === undefined) return []
  return [{ path: `${path}.flags`, expected: 'absent unless `regex` is a text', got: `\`${String(flags)}\`` }]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegExp)
}
