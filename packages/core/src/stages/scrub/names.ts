import { DEFAULT_NAMES, DEFAULT_WHOLE_NAMES, GLUED_ENDINGS, HARMLESS_HEADS, HARMLESS_TAILS } from './default-names.js'

/** Longer names are not secrets' names, and looking at them would cost. */
const MAX_NAME_CHARS = 128

const SEPARATORS = /[^a-z0-9]+/g
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

  /** `extra`: own names; `!name` takes a default away and exempts that very name. */
  constructor(extra: readonly string[]) {
    for (const name of DEFAULT_NAMES) this.#add(name)
    for (const name of DEFAULT_WHOLE_NAMES) this.#whole.add(glue(name))
    for (const ending of GLUED_ENDINGS) this.#endings.add(ending)
    for (const name of extra) {
      if (name.startsWith('!')) this.#remove(name.slice(1))
      else this.#add(name)
    }
    const stems = [...this.#whole, ...this.#endings, ...[...this.#words].map((words) => words.trim().split(' ').at(-1) ?? '')]
    this.#stems = new RegExp([...new Set(stems)].map(escapeForPattern).join('|') || '(?!)')
  }

  isSensitive(name: string): boolean {
    if (name.length > MAX_NAME_CHARS) return false
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

/** Lower case, separators and anything that is no ASCII letter or digit dropped; a name without any of those stays as it is. */
function glue(name: string): string {
  const lower = name.toLowerCase()
  return lower.replace(SEPARATORS, '') || lower
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
