import { LinearPattern } from './linear-pattern.js'

const MAX_SOURCE_CHARS = 1000

/**
 * What is wrong with a pattern of `scrub.patterns`, as the "expected" of an error; `undefined` when it is fine.
 *
 * Patterns run over everything that is logged, on an engine that takes linear time. What it cannot do that way is refused: back-references,
 * and looking around, but for a `(?<=…)` in front.
 *
 * @throws when the engine is not there
 */
export function checkPattern(pattern: RegExp): string | undefined {
  const { source, flags } = pattern
  if (source.length > MAX_SOURCE_CHARS) return `a pattern of at most ${MAX_SOURCE_CHARS} characters`
  if (flags.includes('v')) return 'a pattern without the flag `v`'
  if (new RegExp(source, flags.replace(/[gy]/g, '')).test('')) return 'a pattern that does not match the empty text'
  try {
    new LinearPattern(pattern)
    return undefined
  } catch (error) {
    if (error instanceof Error && error.cause !== undefined) throw error
    return 'a pattern that takes linear time: without back-references, and without looking around but for a `(?<=…)` in front'
  }
}
