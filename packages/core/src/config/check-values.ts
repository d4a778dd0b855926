import { constants } from 'node:os'
import { types } from 'node:util'
import { levelValue } from '@holdfast/api'
import { describeValue, kindOf } from './describe-value.js'
import { type Finding, joinPath } from './finding.js'
import { nearest } from './nearest.js'
import { isObject, listOptions, type OptionValues } from './options.js'
import { CONFIG_SCHEMA } from './schema.js'
import type { CheckName } from './schema-node.js'

/** What is wrong with one value, relative to its option: `at` leads to the element. */
interface Flaw {
  readonly at?: readonly string[]
  readonly expected?: string
  readonly got: string
  readonly hint?: string
}

/**
 * Judges what users supply for scrubbing, because both kinds can do harm: a path is compiled to code, a pattern runs on every text.
 * Each answers what was expected instead, or `undefined` when all is well.
 */
export interface ScrubChecks {
  path(path: string): string | undefined
  pattern(pattern: RegExp): string | undefined
}

/** Checks that JSON Schema cannot express, for each option that is set. */
export function checkValues(values: OptionValues, scrub: ScrubChecks): readonly Finding[] {
  return listOptions(CONFIG_SCHEMA).flatMap(({ path, node }) => {
    const value = values[path]
    if (node.check === undefined || value === undefined) return []
    return CHECKS[node.check](value, scrub).map(({ at = [], expected = node.expected, got, hint }) => ({
      path: joinPath(at, path),
      expected,
      got,
      ...(hint === undefined ? undefined : { hint }),
      option: path,
      variables: [],
    }))
  })
}

/** Every spelling that a level may have, for hints. */
const LEVEL_SPELLINGS = ['trace', 'debug', 'info', 'warning', 'warn', 'error', 'err', 'critical', 'fatal', 'off', 'silent']
const LEVEL_HINT = 'Levels are `trace`, `debug`, `info`, `warning`, `error`, `critical` and `off`.'

const CHECKS: Readonly<Record<CheckName, (value: unknown, scrub: ScrubChecks) => readonly Flaw[]>> = {
  level: (value) => levelFlaws(value),
  levels: (value) => (isObject(value) ? Object.entries(value).flatMap(levelsEntryFlaws) : []),
  function: (value) => functionFlaws(value, []),
  functions: (value) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, item]) => functionFlaws(item, [name]))
      : [{ got: describeValue(value) }],
  'function list': (value) =>
    Array.isArray(value) ? value.flatMap((item, index) => functionFlaws(item, [String(index)])) : [{ got: describeValue(value) }],
  'scrub paths': (value, scrub) =>
    Array.isArray(value) ? value.flatMap((item, index) => pathFlaws(item, String(index), scrub)) : [],
  'scrub patterns': (value, scrub) =>
    Array.isArray(value) ? value.flatMap((item, index) => patternFlaws(item, String(index), scrub)) : [{ got: kindOf(value) }],
  signals: (value) => (Array.isArray(value) ? value.flatMap((item, index) => signalFlaws(item, String(index))) : []),
  segment: (value) => (typeof value === 'number' && !Number.isInteger(Math.log2(value)) ? [{ got: describeValue(value) }] : []),
}

/** The hint that helps with a value that should be a level. */
export function levelHint(value: unknown): string {
  const near = typeof value === 'string' ? nearest(value, LEVEL_SPELLINGS) : undefined
  return near === undefined ? LEVEL_HINT : `Did you mean \`${near}\`?`
}

function levelFlaws(value: unknown, at: readonly string[] = []): readonly Flaw[] {
  return levelValue(value) === undefined
    ? [{ at, expected: 'a level name', got: describeValue(value), hint: levelHint(value) }]
    : []
}

function levelsEntryFlaws([logger, level]: [string, unknown]): readonly Flaw[] {
  if (logger.trim() === '')
    return [{ at: [logger], expected: 'set for the name of a logger', got: 'a blank name', hint: 'Use `level` for all loggers.' }]
  return levelFlaws(level, [logger])
}

function functionFlaws(value: unknown, at: readonly string[]): readonly Flaw[] {
  return typeof value === 'function' ? [] : [{ at, expected: 'a function', got: describeValue(value) }]
}

function pathFlaws(value: unknown, index: string, scrub: ScrubChecks): readonly Flaw[] {
  const expected = typeof value === 'string' ? scrub.path(value) : undefined
  return expected === undefined ? [] : [{ at: [index], expected, got: kindOf(value) }]
}

function patternFlaws(value: unknown, index: string, scrub: ScrubChecks): readonly Flaw[] {
  const expected = types.isRegExp(value) ? scrub.pattern(value) : 'a regular expression'
  return expected === undefined ? [] : [{ at: [index], expected, got: types.isRegExp(value) ? 'another one' : kindOf(value) }]
}

/** A listener cannot be had for these, or it would run in a process that is broken (Node.js, `process` signal events). */
const NO_SIGNALS: readonly string[] = ['SIGKILL', 'SIGSTOP', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL']

function signalFlaws(value: unknown, index: string): readonly Flaw[] {
  if (typeof value !== 'string') return []
  const flaw = { at: [index], expected: 'the name of a signal that can be listened to', got: describeValue(value) }
  if (NO_SIGNALS.includes(value)) return [{ ...flaw, hint: 'No process can do anything on this one.' }]
  if (Object.hasOwn(constants.signals, value)) return []
  const near = nearest(value, Object.keys(constants.signals))
  return [{ ...flaw, ...(near === undefined ? undefined : { hint: `Did you mean \`${near}\`?` }) }]
}
