/** White space of JavaScript; that of RE2 is ASCII alone. */
const SPACES = '\\t\\n\\x0B\\f\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}'
/** What a dot does not match. */
const LINE_ENDS = '\\n\\r\\x{2028}\\x{2029}'

/**
 * A pattern of JavaScript in the words of RE2, where the same ones mean less: a secret behind a no-break space is one, too.
 *
 * @throws SyntaxError for what would mean something else there, or nothing
 */
export function toRe2(source: string, dotMatchesAll: boolean): string {
  let out = ''
  let isInClass = false
  for (let at = 0; at < source.length; at++) {
    const character = source[at] as string
    if (character === '\\') {
      const pair = source.slice(at, at + 2)
      at++
      if (!isInClass && /[1-9k]/.test(pair)) throw new SyntaxError('a back-reference')
      if (pair === '\\s') out += isInClass ? SPACES : `[${SPACES}]`
      else if (pair === '\\S' && !isInClass) out += `[^${SPACES}]`
      else out += pair
      continue
    }
    if (character === '[') {
      if (!isInClass && /^\[\^?\]/.test(source.slice(at, at + 3))) throw new SyntaxError('a class of nothing or of everything')
      // a bracket inside a class is a character
      out += isInClass ? '\\[' : '['
      isInClass = true
      continue
    }
    if (character === ']') isInClass = false
    out += character === '.' && !isInClass && !dotMatchesAll ? `[^${LINE_ENDS}]` : character
  }
  return out
}

/** `(?<=id=)\w+` in two: what stands before a match, and the match. Only as the first thing of a pattern without alternatives. */
export function splitLookbehind(source: string): { readonly behind: string | undefined; readonly rest: string } {
  const whole = { behind: undefined, rest: source }
  if (!source.startsWith('(?<=')) return whole
  let depth = 0
  let isInClass = false
  let end = -1
  for (let at = 0; at < source.length; at++) {
    const character = source[at]
    if (character === '\\') at++
    else if (isInClass) isInClass = character !== ']'
    else if (character === '[') isInClass = true
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0 && end < 0) end = at
    else if (character === '|' && depth === 0) return whole
  }
  return end < 0 ? whole : { behind: source.slice(4, end), rest: source.slice(end + 1) }
}
