const MAX_SOURCE_CHARS = 1000
/** Repetitions up to this count multiply the work by a constant that nobody notices. */
const FEW = 10

/** What is known about a part of a pattern that was read. */
interface Part {
  /** Where it ends in the source. */
  readonly end: number
  readonly canBeEmpty: boolean
  /** Something in it repeats without a small bound. */
  readonly repeats: boolean
  /** The literal characters that its alternatives begin with; `undefined` for one that begins with anything else. */
  readonly starts: readonly (string | undefined)[]
}

class Refusal extends Error {}

/**
 * What is wrong with a pattern of `scrub.patterns`, as the "expected" of an error; `undefined` when it is fine.
 *
 * Patterns run over everything that is logged, so those that can take exponential time are refused: back-references, repetitions inside
 * repetitions (`(a+)+`), repeated groups that can be empty, and repeated alternatives that begin alike (`(a|ab)*`).
 */
export function checkPattern(pattern: RegExp): string | undefined {
  const { source } = pattern
  if (source.length > MAX_SOURCE_CHARS) return `a pattern of at most ${MAX_SOURCE_CHARS} characters`
  if (new RegExp(pattern).test('')) return 'a pattern that does not match the empty text'
  try {
    readAlternatives(source, 0)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

function readAlternatives(source: string, from: number): Part {
  let at = from
  let canBeEmpty = false
  let repeats = false
  const starts: (string | undefined)[] = []
  for (;;) {
    const sequence = readSequence(source, at)
    canBeEmpty ||= sequence.canBeEmpty
    repeats ||= sequence.repeats
    starts.push(...sequence.starts)
    at = sequence.end
    if (source[at] !== '|') return { end: at, canBeEmpty, repeats, starts }
    at++
  }
}

function readSequence(source: string, from: number): Part {
  let at = from
  let canBeEmpty = true
  let repeats = false
  let starts: readonly (string | undefined)[] = [undefined]
  while (at < source.length && source[at] !== '|' && source[at] !== ')') {
    const atom = readAtom(source, at)
    const times = readQuantifier(source, atom.end)
    const many = times.max > FEW
    if (many) refuseUnlessLinear(atom)
    if (at === from && times.min > 0) starts = atom.starts
    canBeEmpty &&= atom.canBeEmpty || times.min === 0
    repeats ||= atom.repeats || many
    at = times.end
  }
  return { end: at, canBeEmpty, repeats, starts }
}

function refuseUnlessLinear(atom: Part): void {
  if (atom.repeats) throw new Refusal('a pattern without repetitions inside repetitions')
  if (atom.canBeEmpty) throw new Refusal('a pattern without repetitions of what can be empty')
  const unlike = new Set(atom.starts.filter((start) => start !== undefined))
  if (atom.starts.length > 1 && unlike.size < atom.starts.length) {
    throw new Refusal(
      'a pattern whose repeated alternatives begin with different characters (or a character class in their place)',
    )
  }
}

function readAtom(source: string, at: number): Part {
  const character = source[at] as string
  if (character === '(') return readGroup(source, at)
  if (character === '[') return single(endOfClass(source, at), undefined)
  if (character === '^' || character === '$') return { end: at + 1, canBeEmpty: true, repeats: false, starts: [undefined] }
  if (character === '\\') return readEscape(source, at)
  return single(at + 1, character === '.' ? undefined : character.toLowerCase())
}

function readGroup(source: string, at: number): Part {
  const head = /^\((?:\?(?::|<?[=!]|<[^>]*>))?/.exec(source.slice(at))?.[0] ?? '('
  const body = readAlternatives(source, at + head.length)
  const looks = /^\(\?<?[=!]/.test(head)
  return { ...body, end: body.end + 1, canBeEmpty: looks || body.canBeEmpty }
}

function readEscape(source: string, at: number): Part {
  const next = source[at + 1] as string
  if (/[1-9]/.test(next) || (next === 'k' && source[at + 2] === '<')) throw new Refusal('a pattern without back-references')
  if (next === 'b' || next === 'B') return { end: at + 2, canBeEmpty: true, repeats: false, starts: [undefined] }
  const long = /^\\(?:u\{[^}]*\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|[pP]\{[^}]*\}|c[A-Za-z])/.exec(source.slice(at))?.[0]
  if (long !== undefined) return single(at + long.length, undefined)
  return single(at + 2, /[A-Za-z0-9]/.test(next) ? undefined : next)
}

function single(end: number, start: string | undefined): Part {
  return { end, canBeEmpty: false, repeats: false, starts: [start] }
}

/** Also of a class with others in it, as the `v` flag allows. */
function endOfClass(source: string, at: number): number {
  let depth = 0
  for (let i = at; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === '[') depth++
    else if (source[i] === ']' && --depth === 0) return i + 1
  }
  // without the flag a bracket inside a class is a plain character
  return source.indexOf(']', at + 1) + 1
}

function readQuantifier(source: string, at: number): { readonly end: number; readonly min: number; readonly max: number } {
  const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(source.slice(at))
  if (found === null) return { end: at, min: 1, max: 1 }
  const end = at + found[0].length
  const sign = source[at]
  if (sign === '?') return { end, min: 0, max: 1 }
  if (sign !== '{') return { end, min: sign === '*' ? 0 : 1, max: Number.POSITIVE_INFINITY }
  const min = Number(found[1])
  return { end, min, max: found[2] === '' ? min : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]) }
}
