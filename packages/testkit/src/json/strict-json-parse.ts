import type { JsonValue } from '@holdfast/api'

/** Deeper nesting than any canonical line has; keeps the parser's own stack bounded. */
const MAX_DEPTH = 256

/**
 * Parses one JSON line more strictly than `JSON.parse`. It also refuses duplicate keys, raw C0 and C1 control characters anywhere
 * (so also line ends and tabs between values), surrogates without their partner unless escaped, numbers too large for a double,
 * a byte order mark, and nesting deeper than 256.
 *
 * @throws SyntaxError that says what was expected, what was found, and where
 */
export function strictJsonParse(line: string): JsonValue {
  return new StrictParser(line).parse()
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
])
const WORD = /true|false|null/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROL = /[\u0000-\u001f\u0080-\u009f]/
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

class StrictParser {
  readonly #line: string
  #at = 0

  constructor(line: string) {
    this.#line = line
  }

  parse(): JsonValue {
    this.#refuse(CONTROL, 'an escaped control character')
    this.#refuse(LONE_SURROGATE, 'an escaped lone surrogate')
    const value = this.#value(0)
    this.#skipSpaces()
    if (this.#at < this.#line.length) throw this.#unexpected('the end')
    return value
  }

  #value(depth: number): JsonValue {
    this.#skipSpaces()
    if (depth > MAX_DEPTH) throw this.#unexpected(`nesting of at most ${MAX_DEPTH}`)
    switch (this.#line[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      default:
        return this.#wordOrNumber()
    }
  }

  #object(depth: number): JsonValue {
    const object: Record<string, JsonValue> = {}
    this.#at++
    if (this.#takes('}')) return object
    do {
      this.#skipSpaces()
      const start = this.#at
      const key = this.#string()
      if (Object.hasOwn(object, key)) throw this.#unexpected('a key that is new in its object', start)
      if (!this.#takes(':')) throw this.#unexpected('`:`')
      // not by assignment: `__proto__` would set the prototype
      Object.defineProperty(object, key, { value: this.#value(depth + 1), writable: true, enumerable: true, configurable: true })
    } while (this.#takes(','))
    if (!this.#takes('}')) throw this.#unexpected('`,` or `}`')
    return object
  }

  #array(depth: number): JsonValue {
    const array: JsonValue[] = []
    this.#at++
    if (this.#takes(']')) return array
    do array.push(this.#value(depth + 1))
    while (this.#takes(','))
    if (!this.#takes(']')) throw this.#unexpected('`,` or `]`')
    return array
  }

  #string(): string {
    const start = this.#at
    if (this.#line[start] !== '"') throw this.#unexpected('a string')
    let end = start + 1
    while (end < this.#line.length && this.#line[end] !== '"') end += this.#line[end] === '\\' ? 2 : 1
    this.#at = end + 1
    try {
      return JSON.parse(this.#line.slice(start, end + 1)) as string
    } catch (cause) {
      throw this.#unexpected('a string with valid escapes and an end', start, cause)
    }
  }

  #wordOrNumber(): JsonValue {
    const start = this.#at
    const word = this.#match(WORD)
    if (word !== undefined) return WORDS.get(word) ?? null
    const number = Number(this.#match(NUMBER) ?? Number.NaN)
    if (Number.isNaN(number)) throw this.#unexpected('a value')
    if (!Number.isFinite(number)) throw this.#unexpected('a number that a double can hold', start)
    return number
  }

  #takes(sign: string): boolean {
    this.#skipSpaces()
    if (this.#line[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#line)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  #skipSpaces(): void {
    while (this.#line[this.#at] === ' ') this.#at++
  }

  #refuse(pattern: RegExp, expected: string): void {
    const at = pattern.exec(this.#line)?.index
    if (at !== undefined) throw this.#unexpected(expected, at)
  }

  #unexpected(expected: string, at: number = this.#at, cause?: unknown): SyntaxError {
    const got = at >= this.#line.length ? 'the end' : `\`${JSON.stringify(this.#line.slice(at, at + 20)).slice(1, -1)}\``
    return new SyntaxError(`Expected ${expected} at position ${at}, got ${got}.`, { cause })
  }
}
