import { checkLane, LANE_OPTIONS, laneOf } from '../config/check-lane.js'
import type { ConfigProblem } from '../config/config-error.js'
import { describeValue, kindOf } from '../config/describe-value.js'
import { joinPath, toProblem } from '../config/finding.js'
import { isObject } from '../config/options.js'
import type { AdapterOptions } from './adapter-options.js'
import { canBeCarried } from './can-be-carried.js'
import { checkEntries, checkOf, checkValue } from './check-entries.js'
import type { Checks, OptionCheck, OptionChecks } from './option-check.js'
import { check } from './option-checks.js'

/** An option that is valid by itself but not beside another one. */
export interface OptionConflict {
  /** Which, with its section if it has one: `retain.maxAgeDays`. */
  readonly option: string
  /** What it has to be: ``absent beside `maxAgeMs` ``. */
  readonly expected: string
  /** What to do about it. */
  readonly hint?: string
}

/** What an adapter says about its options. */
export interface OptionRules<O extends object> {
  /** The destination's own word. Paths in errors begin with it: `file.rotate.maxBytes`. */
  readonly name: string
  /** A check for each option of the adapter's own. Those of `AdapterOptions` are checked without it. */
  readonly options: Checks<Omit<O, keyof AdapterOptions>>
  /** Finds what cannot be said option by option. Options that are wrong by themselves are left out of what it gets. */
  readonly conflicts?: (options: Partial<O>) => readonly OptionConflict[]
}

/**
 * Everything that is wrong with options: the adapter's own, those of every adapter, and those of its lane.
 * `defineAdapter` asks this at the call of the factory; what reads options elsewhere, as variables, asks it too.
 */
export function checkOptions<O extends AdapterOptions>(rules: OptionRules<O>, options: unknown): readonly ConfigProblem[] {
  const { name, conflicts } = rules
  if (!isObject(options)) return [{ path: name, expected: 'an object with options', got: describeValue(options) }]
  const checks: OptionChecks = { ...rules.options, ...COMMON_CHECKS }
  const lane = checkLane(laneOf(options), name)
  const valid = Object.fromEntries(
    Object.entries(options).filter(
      ([key, value]) => isValid(checks, key, value) && !lane.some(({ path }) => path === `${name}.${key}`),
    ),
  )
  return [
    ...checkEntries(checks, options, name),
    ...lane.map(toProblem),
    ...(conflicts?.(valid as Partial<O>) ?? []).map((conflict) => toConflictProblem(conflict, name, checks, options)),
    ...(valid['place'] === 'writer' ? checkCarried(valid, name) : []),
  ]
}

/** The lane's options are known here and judged by the lane's own schema, where they are documented. */
const COMMON_CHECKS: OptionChecks = {
  name: check.text,
  place: check.oneOf('application', 'writer'),
  ...Object.fromEntries(LANE_OPTIONS.map((option) => [option, check.custom('an option of the lane', () => true)])),
}

function isValid(checks: OptionChecks, key: string, value: unknown): boolean {
  const known = checkOf(checks, key)
  return known !== undefined && checkValue(known, value, key).length === 0
}

function toConflictProblem(conflict: OptionConflict, name: string, checks: OptionChecks, options: object): ConfigProblem {
  const { option, expected, hint } = conflict
  const segments = option.split('.')
  let value: unknown = options
  let known: OptionCheck | undefined
  let isSecret = false
  for (const segment of segments) {
    value = isObject(value) ? Reflect.get(value, segment) : undefined
    known = checkOf(known?.within ?? checks, segment)
    isSecret ||= known?.secret === true
  }
  const got = isSecret ? kindOf(value) : describeValue(value)
  return { path: joinPath(segments, name), expected, got, ...(hint === undefined ? undefined : { hint }) }
}

/** Who asks for the writer asks for an adapter that another thread or process can build from its options. */
function checkCarried(options: object, name: string): readonly ConfigProblem[] {
  const expected = 'something that JSON can carry, because `place` is `writer`'
  const hint = 'A writer elsewhere could not build the adapter again: set `place` to `application`.'
  return Object.entries(options)
    .filter(([, value]) => !canBeCarried(value))
    .map(([key, value]) => ({ path: joinPath([key], name), expected, got: kindOf(value), hint }))
}
