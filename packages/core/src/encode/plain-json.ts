import type { LimitSettings } from '../config/settings.js'
import type { Scrub } from '../stages/scrub/scrub.js'
import { classify, WIDE } from './characters.js'
import type { KeyTable } from './key-table.js'

/** Whole numbers of at least 12 digits may be card numbers. */
const MAX_PLAIN_NUMBER = 1e11
/** `,"` and `":` around a key that needs no escapes. */
const KEY_PUNCTUATION = 4

/**
 * The short way for fields that need no work: plain objects of ordinary values, nothing secret, nothing to cut. One look at each value,
 * then the engine's own `JSON.stringify`, which is quicker than a walk and makes one flat text where concatenation leaves a rope
 * that has to be copied once more (`npm run bench -- tick`). Whatever is unusual goes to the walker.
 */
export class PlainJson {
  readonly #keys: KeyTable
  readonly #scrub: Scrub | undefined
  readonly #limits: LimitSettings

  constructor(keys: KeyTable, scrub: Scrub | undefined, limits: LimitSettings) {
    this.#keys = keys
    this.#scrub = scrub
    this.#limits = limits
  }

  /** The JSON of fields, or '' when the walker has to do it. May throw what a getter throws. */
  of(fields: object): string {
    if (!this.#isPlain(fields, 0)) return ''
    const json = JSON.stringify(fields)
    // all of it is ASCII, so this is its bytes
    return json.length <= this.#limits.extraMaxTotalBytes ? json : ''
  }

  #isPlain(value: object, depth: number): boolean {
    if (depth > this.#limits.extraMaxDepth) return false
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return Array.isArray(value) && this.#isPlainList(value)
    let count = 0
    for (const key in value) {
      if (++count > this.#limits.extraMaxKeys) return false
      const entry = this.#keys.find(key)
      if (entry.flags !== 0 || entry.bytes !== key.length + KEY_PUNCTUATION) return false
      const member = (value as Readonly<Record<string, unknown>>)[key]
      if (!this.#isPlainValue(member) && !(typeof member === 'object' && this.#isPlain(member as object, depth + 1))) return false
    }
    return true
  }

  /** Numbers and the like only: among texts there may be names of headers before their values. */
  #isPlainList(list: readonly unknown[]): boolean {
    if (list.length > this.#limits.extraMaxItems) return false
    for (let i = 0; i < list.length; i++) if (typeof list[i] === 'string' || !this.#isPlainValue(list[i])) return false
    return true
  }

  #isPlainValue(value: unknown): boolean {
    switch (typeof value) {
      case 'string': {
        if (value.length > this.#limits.extraMaxValueChars) return false
        const classes = classify(value)
        return (classes & WIDE) === 0 && this.#scrub?.concerns(value.length, classes) !== true
      }
      case 'number':
        // NaN and the infinities are not less than anything
        return value < MAX_PLAIN_NUMBER && value > -MAX_PLAIN_NUMBER
      case 'boolean':
      case 'undefined':
        return true
      default:
        return value === null
    }
  }
}
