import { inspect, types } from 'node:util'

/** `expect.any(String)` of Vitest and Jest, and matchers of others that follow them. */
interface AsymmetricMatcher {
  asymmetricMatch(value: unknown): boolean
  /** As `Any<String>`. */
  toAsymmetricMatcher?(): string
}

const SHOWN_MAX_CHARS = 120

/**
 * The first difference between a value and what is expected of it, as text; `undefined` when there is none.
 * Objects must have the members that are expected and may have others; arrays must be of one length.
 */
export function findMismatch(value: unknown, expected: unknown, path: string): string | undefined {
  if (isMatcher(expected)) return expected.asymmetricMatch(value) ? undefined : differs(path, value, expected)
  if (types.isRegExp(expected)) {
    return typeof value === 'string' && matchesText(value, expected) ? undefined : differs(path, value, expected)
  }
  if (typeof expected !== 'object' || expected === null)
    return Object.is(value, expected) ? undefined : differs(path, value, expected)
  if (typeof value !== 'object' || value === null) return differs(path, value, expected)
  if (Array.isArray(expected) && (!Array.isArray(value) || value.length !== expected.length))
    return differs(path, value, expected)
  for (const [key, inner] of Object.entries(expected)) {
    const own: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
    const mismatch = findMismatch(own, inner, Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`)
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

/** Whether a text is the one expected, or has a match in it; a `g` flag changes nothing. */
export function matchesText(text: string, expected: string | RegExp): boolean {
  return typeof expected === 'string' ? text === expected : text.search(expected) !== -1
}

/** A value as short text for a message. */
export function show(value: unknown): string {
  const text = inspect(withNamedMatchers(value), { depth: 4, breakLength: Number.POSITIVE_INFINITY, colors: false })
  return text.length > SHOWN_MAX_CHARS ? `${text.slice(0, SHOWN_MAX_CHARS)}…` : text
}

/** Matchers as they call themselves, in place of what they are made of. */
function withNamedMatchers(value: unknown): unknown {
  if (isMatcher(value)) return { [inspect.custom]: () => value.toAsymmetricMatcher?.() ?? 'a matcher' }
  if (Array.isArray(value)) return value.map(withNamedMatchers)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNamedMatchers(inner)]))
}

function differs(path: string, value: unknown, expected: unknown): string {
  return value === undefined
    ? `${path} is absent, expected ${show(expected)}`
    : `${path} is ${show(value)}, expected ${show(expected)}`
}

function isMatcher(expected: unknown): expected is AsymmetricMatcher {
  return typeof expected === 'object' && expected !== null && 'asymmetricMatch' in expected
}
