import { type LaneOptions, levelValue } from '@holdfast/api'
import { LANE_DEFAULTS } from '../lane/settings.js'
import { checkShape } from './check-shape.js'
import { levelHint } from './check-values.js'
import type { ConfigProblem } from './config-error.js'
import { describeValue, kindOf } from './describe-value.js'
import type { Finding } from './finding.js'
import { isObject } from './options.js'
import { LANE_SCHEMA } from './schema-sections.js'
import { validateLane } from './validators.generated.js'

const OPTIONAL_METHODS = ['flush', 'close', 'health', 'writeSync', 'flushSync', 'reopen']

/** What is wrong with an entry of `adapters`: it is neither an adapter nor a recipe, or its lane cannot be. */
export function checkAdapter(entry: unknown, path: string): readonly Finding[] {
  if (!isObject(entry)) {
    const hint = typeof entry === 'function' ? { hint: 'Call it: `adapters: [consoleAdapter()]`.' } : undefined
    return [problem({ path, expected: 'an adapter', got: describeValue(entry), ...hint })]
  }
  const isRecipe = Reflect.get(entry, 'kind') === 'recipe'
  const methods = isRecipe ? ['create'] : ['write']
  const optional = isRecipe ? ['applyEnvironment'] : OPTIONAL_METHODS
  const name: unknown = Reflect.get(entry, 'name')
  return [
    ...(typeof name === 'string' && name.trim() !== ''
      ? []
      : [problem({ path: `${path}.name`, expected: 'a text that is not blank', got: describeValue(name) })]),
    ...methods.flatMap((method) => checkMethod(Reflect.get(entry, method), `${path}.${method}`)),
    ...optional.flatMap((method) => checkMethod(Reflect.get(entry, method) ?? checkMethod, `${path}.${method}`)),
    ...(isRecipe ? checkLane(Reflect.get(entry, 'lane'), path) : []),
  ]
}

function checkMethod(value: unknown, path: string): readonly Finding[] {
  return typeof value === 'function' ? [] : [problem({ path, expected: 'a function', got: describeValue(value) })]
}

/** The lane's options came through the adapter's factory, so they are named as its options are. */
function checkLane(lane: unknown, path: string): readonly Finding[] {
  if (!isObject(lane))
    return [problem({ path: `${path}.lane`, expected: 'an object with options of the lane', got: kindOf(lane) })]
  const shape = checkShape(validateLane, LANE_SCHEMA, lane, path)
  const level: unknown = Reflect.get(lane, 'level')
  const isLevel = level === undefined || levelValue(level) !== undefined
  return [
    ...shape,
    ...(isLevel
      ? []
      : [problem({ path: `${path}.level`, expected: 'a level name', got: describeValue(level), hint: levelHint(level) })]),
    ...(shape.length > 0 ? [] : checkPauses(lane, path)),
  ]
}

function checkPauses(lane: LaneOptions, path: string): readonly Finding[] {
  const { retryMinMs, retryMaxMs } = { ...LANE_DEFAULTS, ...lane }
  if (retryMinMs <= retryMaxMs) return []
  const expected = `at most \`retryMaxMs\`, which is ${retryMaxMs}`
  return [problem({ path: `${path}.retryMinMs`, expected, got: describeValue(retryMinMs) })]
}

/** A problem with an adapter that no variable has a part in. */
export function problem(found: ConfigProblem): Finding {
  return { ...found, option: 'adapters', variables: [] }
}
