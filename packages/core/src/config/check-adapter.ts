import { checkLane } from './check-lane.js'
import { describeValue, kindOf } from './describe-value.js'
import { adapterFinding, type Finding } from './finding.js'
import { isObject } from './options.js'

const OPTIONAL_METHODS = ['flush', 'close', 'health', 'writeSync', 'flushSync', 'reopen', 'release']

/** What is wrong with an entry of `adapters`: it is neither an adapter nor a recipe, or its lane cannot be. */
export function checkAdapter(entry: unknown, path: string): readonly Finding[] {
  if (!isObject(entry)) {
    const hint = typeof entry === 'function' ? { hint: 'Call it: `adapters: [consoleAdapter()]`.' } : undefined
    return [adapterFinding({ path, expected: 'an adapter', got: describeValue(entry), ...hint })]
  }
  const isRecipe = Reflect.get(entry, 'kind') === 'recipe'
  const methods = isRecipe ? ['create'] : ['write']
  const optional = isRecipe ? ['applyEnvironment'] : OPTIONAL_METHODS
  const name: unknown = Reflect.get(entry, 'name')
  return [
    ...(typeof name === 'string' && name.trim() !== ''
      ? []
      : [adapterFinding({ path: `${path}.name`, expected: 'a text that is not blank', got: describeValue(name) })]),
    ...methods.flatMap((method) => checkMethod(Reflect.get(entry, method), `${path}.${method}`)),
    ...optional.flatMap((method) => checkMethod(Reflect.get(entry, method) ?? checkMethod, `${path}.${method}`)),
    ...(isRecipe ? checkResource(Reflect.get(entry, 'resource'), path) : []),
    ...(isRecipe ? checkRecipeLane(Reflect.get(entry, 'lane'), path) : []),
  ]
}

function checkMethod(value: unknown, path: string): readonly Finding[] {
  return typeof value === 'function' ? [] : [adapterFinding({ path, expected: 'a function', got: describeValue(value) })]
}

function checkResource(resource: unknown, path: string): readonly Finding[] {
  if (resource === undefined || (typeof resource === 'string' && resource !== '')) return []
  const got = describeValue(resource)
  return [adapterFinding({ path: `${path}.resource`, expected: 'a text as `file:/var/log/app.log`', got })]
}

function checkRecipeLane(lane: unknown, path: string): readonly Finding[] {
  if (isObject(lane)) return checkLane(lane, path)
  return [adapterFinding({ path: `${path}.lane`, expected: 'an object with options of the lane', got: kindOf(lane) })]
}
