import type { ConfigProblem } from '../config/config-error.js'
import { describeValue, kindOf } from '../config/describe-value.js'
import { joinPath } from '../config/finding.js'
import { nearest } from '../config/nearest.js'
import { alternatives } from '../config/schema-node.js'
import type { OptionCheck, OptionChecks, Show } from './option-check.js'

/** Everything that is wrong with the entries of an object: in its order, then those that are missing. */
export function checkEntries(
  checks: OptionChecks,
  object: object,
  path: string,
  show: Show = describeValue,
): readonly ConfigProblem[] {
  const names = new Set([...Object.keys(object), ...Object.keys(checks)])
  return [...names].flatMap((name) => {
    const check = checkOf(checks, name)
    if (check === undefined) return [unknownOption(checks, name, path)]
    return checkValue(check, Reflect.get(object, name), joinPath([name], path), show)
  })
}

/** What is wrong with one value. `path` is what the error calls it: an option, or the variable that it came from. */
export function checkValue(
  check: OptionCheck,
  value: unknown,
  path: string,
  show: Show = describeValue,
): readonly ConfigProblem[] {
  if (value === undefined ? check.required !== true : check.holds(value)) return []
  const shown = check.secret === true ? kindOf : show
  const explained = value === undefined ? [] : (check.explain?.(value, path, shown) ?? [])
  if (explained.length > 0) return explained
  const meant = typeof value === 'string' && check.secret !== true ? nearest(value, check.words ?? []) : undefined
  return [{ path, expected: alternatives(check.expected), got: shown(value), ...didYouMean(meant) }]
}

/** The check with this name; `undefined` when there is none. */
export function checkOf(checks: OptionChecks, name: string): OptionCheck | undefined {
  return Object.hasOwn(checks, name) ? checks[name] : undefined
}

function unknownOption(checks: OptionChecks, name: string, path: string): ConfigProblem {
  const meant = neighbour(checks, name)
  return {
    path: joinPath([name], path),
    expected: `an option of \`${path}\``,
    got: 'an unknown name',
    ...didYouMean(meant && joinPath(meant, path)),
  }
}

/** An option with nearly the same name, else one with this name within another option. */
function neighbour(checks: OptionChecks, name: string): readonly string[] | undefined {
  const near = nearest(name, Object.keys(checks))
  if (near !== undefined) return [near]
  const [parent] = Object.entries(checks).find(([, { within = {} }]) => Object.hasOwn(within, name)) ?? []
  return parent === undefined ? undefined : [parent, name]
}

function didYouMean(name: string | undefined): { readonly hint?: string } {
  return name === undefined ? {} : { hint: `Did you mean \`${name}\`?` }
}
