import type { ScrubSettings } from '../../config/settings.js'
import { BEYOND_HEX, classify, DIGIT, MARK, SEPARATOR, SPACE, UPPER } from '../../encode/characters.js'
import { type AssignmentRules, scrubAssignments, scrubFlags } from './assignments.js'
import { isCard, scrubCards } from './cards.js'
import { scrubSchemes, scrubTokens, scrubUrlUsers } from './known-forms.js'
import { LinearPattern } from './linear-pattern.js'
import { NameRules } from './names.js'

/** Shorter texts without separators and spaces can hold no form that is known. */
const MIN_FORM_CHARS = 12
const ASSIGNS_IN_CODE = /=|%3|: |["']:/

/** Finds secrets by name and by form, and says what to write instead. Knows nothing of where texts come from. */
export class Scrub {
  readonly replacement: string
  /** Shorter numbers need not be asked about. */
  readonly minNumberChars: number
  readonly #names: NameRules
  readonly #values: boolean
  readonly #patterns: readonly LinearPattern[]
  readonly #rules: AssignmentRules

  constructor(settings: ScrubSettings) {
    this.replacement = settings.replacement
    this.#names = new NameRules(settings.keys)
    this.#rules = { isSensitive: (name) => this.#names.isSensitive(name), replacement: settings.replacement }
    this.#values = settings.values
    this.minNumberChars = settings.patterns.length > 0 ? 1 : MIN_FORM_CHARS
    this.#patterns = settings.patterns.map((pattern) => new LinearPattern(pattern))
  }

  /** Whether what stands under this name is a secret, whatever it is. */
  isSensitive(name: string): boolean {
    return this.#names.isSensitive(name)
  }

  /** False when `text` cannot need `text()`; `classes` are those of all its characters. The cheap question of the hot path. */
  concerns(length: number, classes: number): boolean {
    return (classes & (SEPARATOR | SPACE)) !== 0 || length >= MIN_FORM_CHARS || this.#patterns.length > 0
  }

  /**
   * The text with every secret in it replaced. Time grows with the length of the text, not faster. `isCode`: stack frames, which are full
   * of `file:line:column`: there a colon assigns only behind a quote or before a space.
   */
  text(text: string, classes: number, isCode = false): string {
    let out = text
    if (this.#values) out = this.#forms(out, classes, isCode)
    for (const pattern of this.#patterns) out = pattern.replace(out, this.replacement)
    return out
  }

  /** Whether there is a secret anywhere in the text. */
  hidesIn(text: string): boolean {
    return this.text(text, classify(text)) !== text
  }

  /** Whether a whole number, written in decimal digits, is a secret by itself. */
  isSecretNumber(digits: string): boolean {
    if (this.#values && isCard(digits)) return true
    return this.#patterns.length > 0 && this.text(digits, DIGIT) !== digits
  }

  #forms(text: string, classes: number, isCode: boolean): string {
    let out = text
    if (out.length >= MIN_FORM_CHARS) {
      if ((classes & BEYOND_HEX) !== 0 && (classes & (MARK | UPPER)) !== 0) out = scrubTokens(out, this.replacement)
      if ((classes & DIGIT) !== 0) out = scrubCards(out, this.replacement)
    }
    if ((classes & SPACE) !== 0) {
      out = scrubSchemes(out, this.replacement)
      if ((classes & MARK) !== 0) out = scrubFlags(out, this.#rules)
    }
    if ((classes & SEPARATOR) === 0) return out
    out = scrubUrlUsers(out, this.replacement)
    const assigns = !isCode || ASSIGNS_IN_CODE.test(out)
    return assigns ? scrubAssignments(out, this.#rules, isCode) : out
  }
}
