const QUOTE = 34
const APOSTROPHE = 39
const BACKSLASH = 92
const COLON = 58
const EQUALS = 61
const PERCENT = 37
const SLASH = 47

/** Longest name that is read backwards from a separator: what makes the scan linear on any text. */
const MAX_NAME_CHARS = 64
const MAX_GAP_CHARS = 4
const MAX_BACKSLASHES = 8

/** Headers whose value has spaces and separators of its own: it ends with the line. */
const LINE_HEADER = /(?:authorization|cookie|cookies)$/i

interface Name {
  readonly text: string
  /** Where it starts, with its quote. */
  readonly start: number
  /** The quote it stands in, `''` when it stands bare. */
  readonly quote: string
}

export interface AssignmentRules {
  readonly isSensitive: (name: string) => boolean
  readonly replacement: string
}

/**
 * Replaces values that a text gives to sensitive names: `password=hunter2`, `api_key: abc`, `"password":"hunter2"` (also escaped once
 * more), `?token=abc&`, `%3Ftoken%3Dabc`, `Cookie: a=b; c=d`, objects and arrays under a name. One pass; what was replaced is not
 * looked at again. `isCode`: stack frames are full of `file:line:column`, there a colon assigns only behind a quote or before a space.
 */
export function scrubAssignments(text: string, rules: AssignmentRules, isCode: boolean): string {
  let out = ''
  let kept = 0
  let at = nextSeparator(text, 0, isCode)
  while (at >= 0) {
    const name = nameBefore(text, at, kept, rules.isSensitive)
    const end = name === undefined ? at : scrubValue(name, at)
    at = nextSeparator(text, Math.max(end, at + 1), isCode)
  }
  return kept === 0 ? text : out + text.slice(kept)

  function scrubValue(name: Name, separator: number): number {
    const start = valueStart(text, separator)
    const end = valueEnd(text, start, name, separator)
    if (end <= start || text.slice(start, end) === rules.replacement) return end
    // keeps JSON in a string readable as JSON
    const quote = name.quote !== '' && quoteAt(text, start) === '' ? name.quote : ''
    if (quote !== '' && text.slice(start, end) === 'null') return end
    out += text.slice(kept, start + quoteAt(text, start).length) + quote + rules.replacement + quote
    kept = end
    return end
  }
}

/** `--api-key abc`: an option of a command line whose value is the next word. */
const FLAG = /(?<!\S)--?[A-Za-z][\w-]{0,63} (?=[^\s-])/g

/** Replaces values that a command line gives to sensitive rules. */
export function scrubFlags(text: string, rules: AssignmentRules): string {
  let out = ''
  let kept = 0
  for (const { 0: flag, index } of text.matchAll(FLAG)) {
    const start = index + flag.length
    if (start < kept || !rules.isSensitive(flag.trim())) continue
    const quote = quoteAt(text, start)
    out += text.slice(kept, start) + quote + rules.replacement
    kept = quote === '' ? endOfWord(text, start) : closingQuote(text, start + quote.length, quote)
  }
  return kept === 0 ? text : out + text.slice(kept)
}

/** A colon before a slash belongs to a URL. */
function nextSeparator(text: string, from: number, isCode: boolean): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === EQUALS) return i
    if (code === COLON && text.charCodeAt(i + 1) !== SLASH && (!isCode || assignsInCode(text, i))) return i
    if (code === PERCENT && isEncodedEquals(text, i)) return i
  }
  return -1
}

/** `"name":` and `name: `, but not `file:line:column`. */
function assignsInCode(text: string, colon: number): boolean {
  const before = text.charCodeAt(colon - 1)
  return before === QUOTE || before === APOSTROPHE || isSpace(text.charCodeAt(colon + 1))
}

function isEncodedEquals(text: string, at: number): boolean {
  return text.charCodeAt(at + 1) === 51 && (text.charCodeAt(at + 2) | 32) === 100
}

/** The sensitive name that ends before `separator`, alone or with the word before it (`api key: …`). */
function nameBefore(text: string, separator: number, floor: number, isSensitive: (name: string) => boolean): Name | undefined {
  let end = skipBack(text, separator, floor, isSpace, MAX_GAP_CHARS)
  let quote = ''
  const code = text.charCodeAt(end - 1)
  if (end > floor && (code === QUOTE || code === APOSTROPHE)) {
    const from = skipBack(text, end - 1, floor, isBackslash, MAX_BACKSLASHES)
    quote = text.slice(from, end)
    end = from
  }
  const start = skipBack(text, end, floor, isNameCode, MAX_NAME_CHARS)
  if (start === end) return undefined
  const word = text.slice(start, end)
  if (isSensitive(word)) return { text: word, start: start - quote.length, quote }
  if (quote !== '' || start - 1 <= floor || text.charCodeAt(start - 1) !== 32) return undefined
  const two = text.slice(skipBack(text, start - 1, floor, isNameCode, MAX_NAME_CHARS), end)
  return isSensitive(two) ? { text: two, start: end - two.length, quote } : undefined
}

/** Behind the separator (`=`, `:`, `%3D`, `=>`, `==`, `:=`) and a little white space. */
function valueStart(text: string, separator: number): number {
  let i = separator + (text.charCodeAt(separator) === PERCENT ? 3 : 1)
  if (text.charCodeAt(i) === EQUALS || text.charCodeAt(i) === 62) i++
  const limit = i + MAX_GAP_CHARS
  while (i < limit && isSpace(text.charCodeAt(i))) i++
  return i
}

function valueEnd(text: string, start: number, name: Name, separator: number): number {
  const quote = quoteAt(text, start)
  if (quote !== '') return closingQuote(text, start + quote.length, quote)
  const code = text.charCodeAt(start)
  if (code === 91 || code === 123) {
    const end = closingBracket(text, start)
    return name.quote === '' ? endOfWord(text, end) : end
  }
  if (name.quote === '' && text.charCodeAt(separator) === COLON && LINE_HEADER.test(name.text))
    return endOfLine(text, start, name)
  return name.quote === '' ? endOfWord(text, start) : endOfJsonValue(text, start)
}

/** The quote at `at` with the backslashes before it: `"`, `'`, `\"`; `''` when there is none. */
function quoteAt(text: string, at: number): string {
  let i = at
  while (i - at < MAX_BACKSLASHES && text.charCodeAt(i) === BACKSLASH) i++
  const code = text.charCodeAt(i)
  return code === QUOTE || code === APOSTROPHE ? text.slice(at, i + 1) : ''
}

/**
 * Where the closing quote begins, or the end of the text. Inside a string that was escaped n times a quote that closes has as many
 * backslashes as the one that opened, and one that belongs to the value has more: `\"a\\\"b\"`.
 */
function closingQuote(text: string, from: number, quote: string): number {
  const code = quote.charCodeAt(quote.length - 1)
  const escapes = quote.length - 1
  let run = 0
  for (let i = from; i < text.length; i++) {
    const current = text.charCodeAt(i)
    if (current === code && run % (2 * (escapes + 1)) === escapes) return i - escapes
    run = current === BACKSLASH ? run + 1 : 0
  }
  return text.length
}

/** Behind the bracket that closes the one at `start`; the end of the text when it was cut off. Brackets inside strings do not count. */
function closingBracket(text: string, start: number): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 91 || code === 123) depth++
    else if (code === 93 || code === 125) {
      depth--
      if (depth === 0) return i + 1
    } else if (code === QUOTE || code === BACKSLASH) {
      const quote = quoteAt(text, i)
      if (quote !== '') i = closingQuote(text, i + quote.length, quote) + quote.length - 1
    }
  }
  return text.length
}

/** A header in quotes (`-H "Cookie: a=b"`) ends with that quote, a bare one with the line. */
function endOfLine(text: string, start: number, name: Name): number {
  const before = text.charCodeAt(name.start - 1)
  const closing = before === QUOTE || before === APOSTROPHE ? before : -1
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 10 || code === 13 || code === closing) return i
  }
  return text.length
}

/** A bare value ends at white space, a quote, `&`, `;`, `%26`, or a comma that begins something new; closing brackets behind it stay. */
function endOfWord(text: string, start: number): number {
  let end = start
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (isSpace(code) || code === QUOTE || code === APOSTROPHE || code === 38 || code === 59 || code === 96) break
    if (code === 44 && beginsNew(text, end + 1)) break
    if (code === PERCENT && text.charCodeAt(end + 1) === 50 && text.charCodeAt(end + 2) === 54) break
  }
  while (end - 1 > start && isClosing(text.charCodeAt(end - 1))) end--
  return end
}

function beginsNew(text: string, at: number): boolean {
  if (at >= text.length || isSpace(text.charCodeAt(at))) return true
  let i = at
  while (i - at < MAX_NAME_CHARS && isNameCode(text.charCodeAt(i))) i++
  const code = text.charCodeAt(i)
  return i > at && (code === EQUALS || code === COLON)
}

function endOfJsonValue(text: string, start: number): number {
  let end = start
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (isSpace(code) || code === 44 || code === 93 || code === 125) break
  }
  return end
}

function skipBack(text: string, from: number, floor: number, matches: (code: number) => boolean, most: number): number {
  const lowest = Math.max(floor, from - most)
  let i = from
  while (i > lowest && matches(text.charCodeAt(i - 1))) i--
  return i
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0
}

function isBackslash(code: number): boolean {
  return code === BACKSLASH
}

/** Letters, digits and `_ - . [ ] $ @`. */
function isNameCode(code: number): boolean {
  if (code < 64) return (code >= 48 && code <= 57) || code === 45 || code === 46 || code === 36
  return code <= 91 || code === 93 || code === 95 || (code >= 97 && code <= 122)
}

/** `) ] } > . ,` */
function isClosing(code: number): boolean {
  return code === 41 || code === 93 || code === 125 || code === 62 || code === 46 || code === 44
}
