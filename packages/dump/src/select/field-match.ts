import { isDeepStrictEqual } from 'node:util'
import type { FieldFilter, FieldMatch, FieldValue } from '../options.js'

/** Whether a value of an event, or `undefined` for an absent one, is meant. */
export type ValueTest = (value: unknown) => boolean

/** Makes the test of a filter that was checked. */
export function valueTest(filter: FieldFilter): ValueTest {
  if (!isList(filter)) return singleTest(filter)
  const tests = filter.map(singleTest)
  return (value) => tests.some((test) => test(value))
}

/** Whether any part of a filter is a pattern, which may take long. */
export function hasPattern(filter: FieldFilter | undefined): boolean {
  if (filter === undefined) return false
  if (isList(filter)) return filter.some((item) => hasPattern(item))
  return filter instanceof RegExp || (typeof filter === 'object' && filter !== null && filter.regex !== undefined)
}

function isList(filter: FieldFilter): filter is readonly (FieldValue | RegExp | FieldMatch)[] {
  return Array.isArray(filter)
}

function singleTest(filter: FieldValue | RegExp | FieldMatch): ValueTest {
  if (filter instanceof RegExp) return patternTest(filter)
  if (typeof filter !== 'object' || filter === null) return exactTest(filter)
  const { contains, icontains, regex, flags } = filter
  if (contains !== undefined) return textTest((text) => text.includes(contains))
  if (icontains !== undefined) {
    const wanted = icontains.toLowerCase()
    return textTest((text) => text.toLowerCase().includes(wanted))
  }
  if (regex !== undefined) return patternTest(regex instanceof RegExp ? regex : new RegExp(regex, flags))
  return exactTest(filter.exact)
}

function exactTest(wanted: unknown): ValueTest {
  if (wanted === null || wanted === undefined) return (value) => value === null || value === undefined
  if (typeof wanted === 'object') return (value) => isDeepStrictEqual(value, wanted)
  return (value) => value === wanted
}

/** A copy without `g` and `y`: those remember where the last match was. */
function patternTest(pattern: RegExp): ValueTest {
  const copy = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
  return textTest((text) => copy.test(text))
}

/** Texts as they are, everything else as JSON; an absent field has no text. */
function textTest(holds: (text: string) => boolean): ValueTest {
  return (value) => {
    if (value === undefined || value === null) return false
    return holds(typeof value === 'string' ? value : JSON.stringify(value))
  }
}
