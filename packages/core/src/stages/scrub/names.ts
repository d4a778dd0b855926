import { DEFAULT_NAMES, DEFAULT_WHOLE_NAMES, GLUED_ENDINGS, HARMLESS_HEADS, HARMLESS_TAILS } from './default-names.js'

/** Of longer names the end is looked at: the word that counts is the last. */
const MAX_NAME_CHARS = 128

const SEPARATORS = /[^a-z0-9]+/g
const PLAIN = /^[a-z0-9]*$/
const WORDS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g

/** Decides by its name whether a value is a secret. Case and separators do not matter: `apiKey`, `API-KEY`, `api_key` are one name. */
export class NameRules {
  /** Without separators. */
  readonly #whole = new Set<string>()
  /** With a space around each word, so that a match is a match of whole words. */
  readonly #words = new Set<string>()
  readonly #endings = new Set<string>()
  readonly #exempt = new Set<string>()
  /** Every secret's name contains one of these; most names contain none and are done after this one test. */
  readonly #stems: RegExp
  readonly #minChars: number
  /** Own names like `2fa`: then times and numbers in texts have to be looked at too. */
  readonly #hasNumericNames: boolean

  /** `extra`: own names; `!name` takes a default away and exempts that very name. */
  constructor(extra: readonly string[]) {
    for (const name of DEFAULT_NAMES) this.#add(name)
    for (const name of DEFAULT_WHOLE_NAMES) this.#whole.add(glue(name))
    for (const ending of GLUED_ENDINGS) this.#endings.add(ending)
    for (const name of extra) {
      if (name.startsWith('!')) this.#remove(name.slice(1))
      else this.#add(name)
    }
    const stems = [...this.#whole, ...this.#endings, ...[...this.#words].map((words) => words.trim().split(' ').at(-1) as string)]
    this.#stems = new RegExp(shortest(stems).map(escapeForPattern).join('|') || '(?!)')
    this.#hasNumericNames = [...this.#whole].some(isNumeric)
    this.#minChars = Math.min(...stems.map((stem) => stem.length))
  }

  isSensitive(name: string): boolean {
    if (name.length > MAX_NAME_CHARS) return this.isSensitive(name.slice(-MAX_NAME_CHARS))
    if (name.length < this.#minChars || (!this.#hasNumericNames && isNumeric(name))) return false
    const glued = glue(name)
    if (!this.#stems.test(glued) || this.#exempt.has(glued)) return false
    return this.#whole.has(glued) || this.#hasSensitiveWords(split(name))
  }

  #hasSensitiveWords(words: readonly string[]): boolean {
    if (words.length > 1 && HARMLESS_HEADS.has(words[0] as string)) return false
    for (let i = 0; i < words.length; i++) {
      if (this.#endsGlued(words[i] as string) && !isHarmlessTail(words[i + 1])) return true
    }
    const joined = ` ${words.join(' ')} `
    for (const term of this.#words) {
      const at = joined.lastIndexOf(term)
      if (at >= 0 && !isHarmlessTail(joined.slice(at + term.length).split(' ', 1)[0])) return true
    }
    return false
  }

  #endsGlued(word: string): boolean {
    for (const ending of this.#endings) if (word.endsWith(ending)) return true
    return false
  }

  #add(name: string): void {
    const glued = glue(name)
    if (glued === '') return
    this.#exempt.delete(glued)
    this.#whole.add(glued)
    const words = split(name)
    if (words.length > 0) this.#words.add(` ${words.join(' ')} `)
  }

  #remove(name: string): void {
    const glued = glue(name)
    this.#exempt.add(glued)
    this.#whole.delete(glued)
    this.#endings.delete(glued)
    for (const words of this.#words) if (glue(words) === glued) this.#words.delete(words)
  }
}

/** Without those that contain another one. */
function shortest(stems: readonly string[]): string[] {
  return [...new Set(stems)].filter((stem) => !stems.some((other) => other !== stem && stem.includes(other)))
}

/** At most two letters among ASCII digits and marks, as in the times `12:30` and `2026-11-20T12:30` that texts are full of. */
function isNumeric(name: string): boolean {
  let letters = 0
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) > 64 && ++letters > 2) return false
  return name.charCodeAt(0) < 58
}

/** Lower case, separators and anything that is no ASCII letter or digit dropped; a name without any of those stays as it is. */
function glue(name: string): string {
  const lower = name.toLowerCase()
  return PLAIN.test(lower) ? lower : lower.replace(SEPARATORS, '') || lower
}

/** The words of `camelCase`, `snake_case`, `kebab-case`, `HTTPHeader`, `dotted.names`, in lower case; digits are no words. */
function split(name: string): string[] {
  return name.match(WORDS)?.map((word) => word.toLowerCase()) ?? []
}

function isHarmlessTail(word: string | undefined): boolean {
  return word !== undefined && HARMLESS_TAILS.has(word)
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
