import { type Level, levelValue } from '@holdfast/api'
import { levelHint } from '../config/check-values.js'
import { kindOf } from '../config/describe-value.js'
import { isObject } from '../config/options.js'
import { alternatives, INT32_MAX } from '../config/schema-node.js'
import { checkEntries } from './check-entries.js'
import type { AnyFunction, Check, Checks, OptionCheck, OptionChecks } from './option-check.js'

/** The checks that `defineAdapter` takes for the options of an adapter. */
export interface CheckBuilders {
  /** A text that is not blank. */
  readonly text: Check<string>
  /** `true` or `false`, and nothing that only counts as such. */
  readonly boolean: Check<boolean>
  /** 1 or more. */
  readonly positiveInteger: Check<number>
  /** Above 0, whole or not, finite. */
  readonly positiveNumber: Check<number>
  /** A positive whole number that a timer can wait for: at most 24.8 days. */
  readonly milliseconds: Check<number>
  /** A function. What it takes and returns shows when it is called. */
  readonly function: Check<AnyFunction>
  /** A level in any spelling. */
  readonly level: Check<Level>
  /** An integer in bounds that the error names. */
  integer(minimum: number, maximum?: number): Check<number>
  /** One of some words, `true` and `false`; a typing mistake is answered with the nearest word. */
  oneOf<const V extends readonly (string | boolean)[]>(...values: V): Check<V[number]>
  /** A whole URL with one of these schemes, as `https`; with any when none is given. User, password and query are not shown. */
  url(...schemes: readonly string[]): Check<string>
  /** An object with options of its own. Unknown ones are problems here too. */
  object<O extends object>(checks: NoInfer<Checks<O>>): Check<O>
  /** An array whose items all hold. */
  listOf<T>(item: Check<T>): Check<readonly T[]>
  /** What holds for one of several checks. */
  either<const C extends readonly OptionCheck[]>(...checks: C): Check<Checked<C[number]>>
  /** Anything else; `expected` is what an error calls it: `permission bits from 0 to 0o777`. */
  custom<T>(expected: string, holds: (value: unknown) => boolean): Check<T>
  /** An option that has to be given. */
  required<T>(inner: Check<T>): Check<T> & { readonly required: true }
  /** An option whose value no error may show. */
  secret<C extends OptionCheck>(inner: C): C & { readonly secret: true }
}

type Checked<C> = C extends Check<infer T> ? T : never

/**
 * Ready-made checks for the options of an adapter.
 *
 * @example `options: { url: check.required(check.url('https')), token: check.secret(check.text), gzip: check.boolean }`
 */
export const check: CheckBuilders = {
  text: { expected: ['a text that is not blank'], holds: (value) => typeof value === 'string' && value.trim() !== '' },
  boolean: { expected: ['`true`', '`false`'], holds: (value) => typeof value === 'boolean' },
  positiveInteger: integer('a positive integer', 1, Number.MAX_SAFE_INTEGER),
  positiveNumber: { expected: ['a number above 0'], holds: (value) => Number.isFinite(value) && Number(value) > 0 },
  milliseconds: integer('a positive whole number of milliseconds', 1, INT32_MAX),
  function: { expected: ['a function'], holds: (value) => typeof value === 'function' },
  level: {
    expected: ['a level name'],
    holds: (value) => levelValue(value) !== undefined,
    explain: (value, path, show) => [{ path, expected: 'a level name', got: show(value), hint: levelHint(value) }],
  },
  integer: (minimum, maximum) => {
    if (maximum === undefined) return integer(`an integer of ${minimum} or more`, minimum, Number.MAX_SAFE_INTEGER)
    return integer(`an integer from ${minimum} to ${maximum}`, minimum, maximum)
  },
  oneOf: (...values) => ({
    expected: values.map((value) => `\`${value}\``),
    holds: (value) => (values as readonly unknown[]).includes(value),
    words: values.filter((value) => typeof value === 'string'),
  }),
  url,
  object: (checks) => ({
    expected: ['an object with options'],
    holds: (value) => isObject(value) && checkEntries(checks, value, '').length === 0,
    explain: (value, path, show) => (isObject(value) ? checkEntries(checks, value, path, show) : []),
    within: checks,
  }),
  listOf: (item) => ({
    expected: ['an array'],
    holds: (value) => Array.isArray(value) && value.every((entry) => item.holds(entry)),
    explain: (value, path, show) => (Array.isArray(value) ? checkEntries(itemChecks(value, item), value, path, show) : []),
  }),
  either: (...checks) => ({
    expected: checks.flatMap(({ expected }) => expected),
    holds: (value) => checks.some(({ holds }) => holds(value)),
    words: checks.flatMap(({ words = [] }) => words),
    explain: (value, path, show) => {
      const meant = isObject(value) ? checks.find(({ within }) => within !== undefined) : undefined
      return meant?.explain?.(value, path, show) ?? []
    },
  }),
  custom: (expected, holds) => ({ expected: [expected], holds }),
  required: (inner) => ({ ...inner, required: true }),
  secret: (inner) => ({ ...inner, secret: true }),
}

function integer(expected: string, minimum: number, maximum: number): Check<number> {
  const holds = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum
  return { expected: [expected], holds }
}

function url(...schemes: readonly string[]): Check<string> {
  const named = alternatives(schemes.map((scheme) => `\`${scheme}:\``))
  const expected = schemes.length === 0 ? 'a URL' : `a URL that begins with ${named}`
  return {
    expected: [expected],
    holds: (value) => typeof value === 'string' && URL.canParse(value) && isOneOf(schemes, new URL(value).protocol),
    explain: (value, path, show) => [{ path, expected, got: mayHoldSecrets(value) ? kindOf(value) : show(value) }],
  }
}

function isOneOf(schemes: readonly string[], protocol: string): boolean {
  return schemes.length === 0 || schemes.includes(protocol.slice(0, -1))
}

/** Credentials stand before an `@`, tokens in queries and fragments. */
function mayHoldSecrets(value: unknown): boolean {
  return typeof value === 'string' && /[@?#]/.test(value)
}

function itemChecks(list: readonly unknown[], item: OptionCheck): OptionChecks {
  return Object.fromEntries(list.map((_, index) => [index, { ...item, required: true }]))
}
