import { levelValue } from '@holdfast/api'
import type { ConfigProblem } from '@holdfast/core'
import { nearestName } from '@holdfast/format'

type Check = readonly [expected: string, holds: (value: unknown) => boolean]
type Checks = Readonly<Record<string, Check>>

const positiveInteger: Check = ['a positive integer', (value) => Number.isSafeInteger(value) && Number(value) > 0]
const countOrZero: Check = ['an integer of 0 or more', (value) => Number.isSafeInteger(value) && Number(value) >= 0]
const positiveNumber: Check = ['a number above 0', (value) => typeof value === 'number' && Number.isFinite(value) && value > 0]
const text: Check = ['a text that is not empty', (value) => typeof value === 'string' && value !== '']
const pathText: Check = [
  'a path: a text that is not empty and has no NUL',
  (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
]
const boolean: Check = ['true or false', (value) => typeof value === 'boolean']

const OPTIONS: Checks = {
  path: pathText,
  dir: pathText,
  prefix: ['a text', (value) => typeof value === 'string'],
  format: ['`json`, `text` or a function', (value) => value === 'json' || value === 'text' || typeof value === 'function'],
  rotate: ['an object', isObject],
  retain: ['an object', isObject],
  compress: ['`gzip` or false', (value) => value === 'gzip' || value === false],
  latest: ['true, false or a file name', (value) => typeof value === 'boolean' || isFileName(value)],
  mode: ['permission bits from 0 to 0o777', (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0o777],
  fsync: oneOf('never', 'interval', 'error', 'always'),
  fsyncIntervalMs: positiveInteger,
  reopenOnSighup: boolean,
  name: text,
  place: oneOf('application', 'writer'),
  level: ['a level', (value) => levelValue(value) !== undefined],
  batchMaxEvents: positiveInteger,
  batchMaxBytes: positiveInteger,
  timeoutMs: positiveInteger,
  retryMinMs: positiveInteger,
  retryMaxMs: positiveInteger,
  whenDown: oneOf('hold', 'drop'),
}

const ROTATE: Checks = { maxBytes: positiveInteger, every: oneOf('day', 'hour') }

const RETAIN: Checks = {
  maxFiles: countOrZero,
  maxAgeMs: positiveNumber,
  maxAgeDays: positiveNumber,
  maxTotalBytes: positiveInteger,
}

/** Everything that is wrong with the options of `fileAdapter`. */
export function checkOptions(options: unknown): readonly ConfigProblem[] {
  if (!isObject(options)) return [{ path: 'file', expected: 'an object', got: show(options) }]
  const { rotate, retain } = options
  return [
    ...checkKeys('file', options, OPTIONS),
    ...(isObject(rotate) ? checkKeys('file.rotate', rotate, ROTATE) : []),
    ...(isObject(retain) ? checkKeys('file.retain', retain, RETAIN) : []),
    ...conflicts(options),
  ]
}

function checkKeys(path: string, object: Readonly<Record<string, unknown>>, checks: Checks): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  for (const [key, value] of Object.entries(object)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined
    if (check === undefined) problems.push(unknownKey(`${path}.${key}`, key, Object.keys(checks), value))
    else if (value !== undefined && !check[1](value))
      problems.push({ path: `${path}.${key}`, expected: check[0], got: show(value) })
  }
  return problems
}

function unknownKey(path: string, key: string, names: readonly string[], value: unknown): ConfigProblem {
  const nearest = nearestName(key, names)
  const hint =
    nearest === undefined ? `Known are ${names.map((name) => `\`${name}\``).join(', ')}.` : `Did you mean \`${nearest}\`?`
  return { path, expected: 'absent, since there is no such option', got: show(value), hint }
}

/** Options that are valid alone but not together. */
function conflicts({ path, dir, prefix, latest, retain }: Readonly<Record<string, unknown>>): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const withPath = (key: string, value: unknown, hint: string): void => {
    if (path !== undefined && value !== undefined)
      problems.push({ path: `file.${key}`, expected: 'absent beside `path`', got: show(value), hint })
  }
  withPath('dir', dir, '`path` is one file, `dir` a directory with a file for each run: give one of them.')
  withPath('prefix', prefix, 'It names files below `dir`; `path` is a whole name.')
  withPath('latest', latest === false ? undefined : latest, 'The file at `path` always is the latest one.')
  const { maxAgeMs, maxAgeDays } = isObject(retain) ? retain : {}
  if (maxAgeMs !== undefined && maxAgeDays !== undefined) {
    problems.push({ path: 'file.retain.maxAgeDays', expected: 'absent beside `maxAgeMs`', got: show(maxAgeDays) })
  }
  return problems
}

function oneOf(...names: readonly string[]): Check {
  const list = names.map((name) => `\`${name}\``)
  return [`${list.slice(0, -1).join(', ')} or ${list.at(-1)}`, (value) => typeof value === 'string' && names.includes(value)]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFileName(value: unknown): boolean {
  return typeof value === 'string' && /^[^/\\\0]+$/.test(value) && value !== '.' && value !== '..'
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  const shown = typeof value === 'string' ? value.slice(0, 60) : String(value)
  return `\`${shown}\``
}
