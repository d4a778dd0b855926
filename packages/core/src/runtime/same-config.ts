/**
 * Whether two configurations ask for the same: the same values at the same places. Functions count as the same when they are the same
 * function; recipes of adapters when their options are, whatever `create` closes over.
 */
export function isSameConfig(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isRecipe(a) && isRecipe(b)) return a.name === b.name && a.place === b.place && isSameConfig(a.options, b.options)
  if (a instanceof RegExp && b instanceof RegExp) return a.source === b.source && a.flags === b.flags
  if (Array.isArray(a) !== Array.isArray(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(
    (key) => Object.hasOwn(b, key) && isSameConfig((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
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
