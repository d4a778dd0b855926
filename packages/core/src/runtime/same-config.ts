/** Options are not nested deeper; beyond it, and in a cycle, two values only count as the same when they are one. */
const MAX_DEPTH = 12

/**
 * Whether two configurations ask for the same: the same values at the same places. Functions, adapters and other instances of classes
 * only count as the same when they are one; recipes of adapters when their options are the same, whatever `create` closes over.
 */
export function isSameConfig(a: unknown, b: unknown, depth = 0): boolean {
  if (Object.is(a, b)) return true
  if (depth > MAX_DEPTH) return false
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isRecipe(a) && isRecipe(b)) return a.name === b.name && a.place === b.place && isSameConfig(a.options, b.options, depth + 1)
  if (a instanceof RegExp && b instanceof RegExp) return a.source === b.source && a.flags === b.flags
  if (!isPlain(a) || !isPlain(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && isSameConfig(Reflect.get(a, key), Reflect.get(b, key), depth + 1))
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

interface RecipeLike {
  readonly kind: 'recipe'
  readonly name: string
  readonly place: string
  readonly options: unknown
}

function isRecipe(value: object): value is RecipeLike {
  return 'kind' in value && value.kind === 'recipe'
}
