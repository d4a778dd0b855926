import type { Scrub } from '../stages/scrub/scrub.js'
import { ALL, classify, WIDE } from './characters.js'
import { CUT_MARK, cutText, LOOK_AHEAD_CHARS } from './cut.js'
import { quote } from './quote.js'

/** Scrubs, cuts and quotes texts, in this order. What it tells about the last one are fields, so that a call allocates nothing else. */
export class Texts {
  /** Whether the last text was cut. */
  wasCut = false
  /** UTF-16 units of the last text after scrubbing and cutting. */
  length = 0
  /** UTF-8 bytes of the last quoted text, quotes and escapes included. */
  bytes = 0
  readonly #scrub: Scrub | undefined

  constructor(scrub: Scrub | undefined) {
    this.#scrub = scrub
  }

  /** A JSON string with its quotes, of `max` UTF-16 units at most before escaping. */
  quoted(text: string, max: number, isCode = false): string {
    if (text.length <= max) {
      const classes = classify(text)
      if (this.#scrub === undefined || !this.#scrub.concerns(text.length, classes)) {
        this.wasCut = false
        return this.#quote(text, classes)
      }
    }
    const clean = this.clean(text, max, isCode)
    return this.#quote(clean, classify(clean))
  }

  /** The text without secrets, of `max` UTF-16 units at most. Looks at a bounded part of a longer text only. */
  clean(text: string, max: number, isCode = false): string {
    const isLong = text.length > max
    const seen = isLong ? text.slice(0, max + LOOK_AHEAD_CHARS) : text
    const clean = this.#scrub === undefined ? seen : this.#scrub.text(seen, isCode ? ALL : classify(seen), isCode)
    this.wasCut = isLong && (clean.length > max || seen.length < text.length)
    if (!this.wasCut) return clean.length > max ? cutText(clean, max) : clean
    // a secret that runs beyond what was seen may go unknown, so the last part seen is never shown, however much scrubbing made it shorter
    const shown = seen.length < text.length ? Math.max(0, clean.length - LOOK_AHEAD_CHARS) : clean.length
    return cutText(clean, Math.min(max, shown + CUT_MARK.length))
  }

  #quote(text: string, classes: number): string {
    const json = quote(text, classes)
    this.length = text.length
    this.bytes = (classes & WIDE) === 0 ? json.length : Buffer.byteLength(json)
    return json
  }
}
