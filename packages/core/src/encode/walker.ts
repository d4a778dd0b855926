import { types } from 'node:util'
import type { LimitSettings } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import type { Scrub } from '../stages/scrub/scrub.js'
import { encodeExotic, encodeFunction } from './exotic.js'
import { ALTERED, type Key, type KeyTable, MARK_KEY, numbered, SENSITIVE, TO_JSON } from './key-table.js'
import { encodeBigint, encodeNumber } from './numbers.js'
import { quote } from './quote.js'
import { Texts } from './texts.js'
import { thrownText } from './thrown.js'
import type { Bag, Encode, TopLevel, Walk, WalkBounds } from './walk.js'
import { type Unreadable, WalkReport } from './walk-report.js'

const hasOwn = Object.prototype.hasOwnProperty

/** Deeper nesting is cut whatever the configuration says, so that the stack never overflows. */
const HARD_MAX_DEPTH = 64
/** Room that is kept at each level for its marks and brackets. */
const RESERVED_BYTES = 64
/** Keys beyond the limit are counted so far, then it is "more than". */
const MAX_COUNTED = 1000
/** Names of headers are not longer. */
const MAX_HEADER_NAME_CHARS = 40
const CUT_VALUE = '"…[truncated]"'
const CUT_VALUE_BYTES: number = Buffer.byteLength(CUT_VALUE)

/**
 * Writes any value as JSON in one walk: reads every property once, scrubs, cuts and escapes as it goes, so that what was checked is
 * what is written. Whatever may throw is guarded where it stands and becomes a mark. `''` stands for an absent value.
 */
export class Walker implements Walk {
  readonly limits: LimitSettings
  readonly scrub: Scrub | undefined
  readonly report: WalkReport
  /** A secret's replacement as JSON. */
  readonly secret: string
  /** UTF-8 bytes that may still be written. Below zero the last value has to go. */
  left = 0
  /** Causes and aggregated errors that may still be written. */
  causesLeft = 0
  readonly #texts: Texts
  readonly #keys: KeyTable
  readonly #maxDepth: number
  /** The objects that are being written, outermost first; beyond `#open` nothing is kept. */
  readonly #ancestors: (object | undefined)[] = new Array(HARD_MAX_DEPTH).fill(undefined)
  #open = 0
  #bounds: WalkBounds = { place: 'extra', maxBytes: 0, maxKeys: 0, maxChars: 0 }
  #topLevel: TopLevel | undefined
  /** The object whose `toJSON` is not asked again. */
  #deaf: object | undefined
  /** Whether an object was written at depth 0. */
  #isObject = false

  constructor(limits: LimitSettings, scrub: Scrub | undefined, keys: KeyTable, report: Report) {
    this.limits = limits
    this.scrub = scrub
    this.secret = quote(scrub?.replacement ?? '')
    this.#texts = new Texts(scrub)
    this.#keys = keys
    this.report = new WalkReport(report)
    this.#maxDepth = Math.min(limits.extraMaxDepth, HARD_MAX_DEPTH)
  }

  /** Starts anew, with nothing left of the last walk. */
  begin(logger: string, bounds: WalkBounds, topLevel: TopLevel | undefined): void {
    this.report.begin(logger, bounds.place)
    this.#bounds = bounds
    this.#topLevel = topLevel
    this.#deaf = undefined
    this.#isObject = false
    this.left = bounds.maxBytes - Math.min(bounds.maxBytes >> 2, RESERVED_BYTES * (this.#maxDepth + 1))
    this.causesLeft = this.limits.errorMaxCauses
  }

  /** Any value below `depth` levels of nesting. */
  value(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'number':
        return encodeNumber(this, value)
      case 'boolean':
        return this.raw(value ? 'true' : 'false')
      case 'object':
        return value === null ? this.raw('null') : this.guarded(value, depth)
      case 'undefined':
        return ''
      case 'bigint':
        return encodeBigint(this, value)
      case 'symbol':
        return this.text(String(value))
      case 'function':
        return encodeFunction(this, value)
    }
  }

  /**
   * The fields of a call: an object, at depth 0, or `''`. What has no fields (a Set, a Date, a proxy that throws) becomes the field `value`.
   */
  fields(fields: object): string {
    const json = this.guarded(fields, 0)
    return json === '' || this.#isObject ? json : `{"value":${json}}`
  }

  /** An object of any kind. Whatever throws in it becomes a mark, and a way back to an object above it `[Circular]`. */
  guarded(value: object, depth: number, encode?: Encode): string {
    const open = this.#open
    const left = this.left
    for (let i = 0; i < open; i++) if (this.#ancestors[i] === value) return this.raw('"[Circular]"')
    // each toJSON may return an object with a new one, each error have another cause: deeper by calls if not by nesting
    if (open === HARD_MAX_DEPTH) return this.#tooDeep('[Object]')
    try {
      this.#ancestors[open] = value
      this.#open = open + 1
      return encode === undefined ? this.#compound(value, depth) : encode(this, value, depth)
    } catch (thrown) {
      this.left = left
      this.#isObject = false
      return this.text(this.unreadable(types.isProxy(value) ? 'proxy' : 'other', thrown))
    } finally {
      this.#ancestors[open] = undefined
      this.#open = open
    }
  }

  /** A text value. */
  text(text: string, max: number = this.#bounds.maxChars, isCode = false): string {
    const json = this.#texts.quoted(text, max, isCode)
    this.left -= this.#texts.bytes
    if (this.#texts.wasCut) this.report.valueCut('length', text.length, max)
    return json
  }

  /** A text without secrets, cut, not yet JSON. */
  clean(text: string, max: number, isCode = false): string {
    return this.#texts.clean(text, max, isCode)
  }

  /** JSON that needs no more work, in ASCII. */
  raw(json: string): string {
    this.left -= json.length
    return json
  }

  /** What a Map or the like holds, by key. */
  entries(source: object, depth: number, unseen = 0): string {
    return this.object(source, depth, unseen, false)
  }

  /** Own enumerable properties. At depth 0 the bounds of the top hold. */
  object(source: object, depth: number, unseen = 0, maySpeak = true): string {
    if (depth > this.#maxDepth) return this.#tooDeep('[Object]')
    const maxKeys = depth === 0 ? this.#bounds.maxKeys : this.limits.extraMaxKeys
    const topLevel = depth === 0 ? this.#topLevel : undefined
    let out = ''
    let count = 0
    let dropped = unseen
    const start = this.left
    for (const key in source) {
      if (!hasOwn.call(source, key)) continue
      if (count >= maxKeys || this.left <= 0) {
        if (++dropped > MAX_COUNTED) break
        continue
      }
      let value: unknown
      try {
        value = (source as Bag)[key]
      } catch (thrown) {
        value = this.unreadable('getter', thrown)
      }
      if (value === undefined) continue
      let entry = this.#keys.find(key)
      if (entry.bytes > this.left) {
        dropped++
        continue
      }
      const before = this.left
      let json: string
      if (entry.flags === 0 && topLevel?.wantsAll !== true) {
        json = this.value(value, depth + 1)
      } else {
        if ((entry.flags & TO_JSON) !== 0 && typeof value === 'function' && maySpeak && source !== this.#deaf) {
          this.left = start
          topLevel?.restart()
          return this.#speaker(source, value as never, depth)
        }
        if ((entry.flags & ALTERED) !== 0) entry = numbered(entry, count + 1)
        json = topLevel === undefined ? this.member(entry, value, depth) : topLevel.member(key, entry, value)
      }
      // nothing was said: no key, as for undefined
      if (json === '') continue
      this.left -= entry.bytes
      if (this.left < 0) json = this.#fitted(json, before - entry.bytes)
      out += count === 0 ? entry.first + json : entry.next + json
      count++
    }
    if (depth === 0) this.#isObject = true
    return dropped === 0 ? `{${out}}` : `{${out}${this.#droppedKeys(count, dropped, depth)}}`
  }

  /** The value of a key that is flagged. */
  member(entry: Key, value: unknown, depth: number): string {
    if ((entry.flags & SENSITIVE) !== 0 && value !== null) return this.raw(this.secret)
    return this.value(value, depth + 1)
  }

  /** Items in order; what is absent is `null`. In flat lists of headers, and in pairs, a secret's name hides what follows it. */
  array(source: readonly unknown[], depth: number): string {
    const length = Number(source.length)
    if (depth > this.#maxDepth) return this.#tooDeep(`[Array(${length})]`)
    const shown = Math.min(length, this.limits.extraMaxItems)
    const mayBePairs = length % 2 === 0 && this.scrub !== undefined
    let out = ''
    let hidesNext = false
    let i = 0
    for (; i < shown && this.left > 0; i++) {
      const item = this.#item(source, i)
      const before = this.left
      let json = (hidesNext ? this.raw(this.secret) : this.value(item, depth + 1)) || this.raw('null')
      this.left--
      if (this.left < 0) json = this.#fitted(json, before - 1)
      out += i === 0 ? json : `,${json}`
      hidesNext = mayBePairs && i % 2 === 0 && this.isHeaderName(item)
    }
    return i === length ? `[${out}]` : `[${out}${this.moreItems(length - i, i)}]`
  }

  /** Mark for items that were left out, as the last item. */
  moreItems(dropped: number, shown: number): string {
    this.report.valueCut(
      this.left > 0 ? 'items' : 'total',
      shown + dropped,
      this.left > 0 ? this.limits.extraMaxItems : this.#bounds.maxBytes,
    )
    return this.raw(`${shown === 0 ? '' : ','}"…[${dropped} more]"`)
  }

  isHeaderName(value: unknown): boolean {
    return typeof value === 'string' && value.length <= MAX_HEADER_NAME_CHARS && this.scrub?.isSensitive(value) === true
  }

  /** Reports a value that threw, and says what to write instead. */
  unreadable(what: Unreadable, thrown: unknown): string {
    this.report.unreadable(what)
    return thrownText(thrown)
  }

  /** Runs a caller's code; what it throws becomes the mark. */
  attempt(what: Unreadable, run: () => unknown): unknown {
    try {
      return run()
    } catch (thrown) {
      return this.unreadable(what, thrown)
    }
  }

  #compound(value: object, depth: number): string {
    if (Array.isArray(value)) return this.array(value, depth)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return this.object(value, depth)
    return encodeExotic(this, value, depth)
  }

  /** A plain object whose own `toJSON` speaks for it. Should it return a plain object with one again, that one is only data. */
  #speaker(source: object, toJson: (...args: unknown[]) => unknown, depth: number): string {
    const said = this.attempt('to_json', () => toJson.call(source, ''))
    if (typeof said === 'object' && said !== null) this.#deaf = said
    const json = said === source ? this.entries(source, depth) : this.value(said, depth)
    this.#deaf = undefined
    return json
  }

  #item(source: readonly unknown[], index: number): unknown {
    try {
      return source[index]
    } catch (thrown) {
      return this.unreadable('getter', thrown)
    }
  }

  #tooDeep(mark: string): string {
    this.report.valueCut('depth', this.#maxDepth + 1, this.#maxDepth)
    return this.raw(`"${mark}"`)
  }

  /** What is instead of a value that was too long. Objects and arrays have cut themselves already. */
  #fitted(json: string, left: number): string {
    const first = json.charCodeAt(0)
    if (first === 123 || first === 91) return json
    this.report.valueCut('total', this.#bounds.maxBytes - this.left, this.#bounds.maxBytes)
    this.left = left - CUT_VALUE_BYTES
    return CUT_VALUE
  }

  #droppedKeys(shown: number, dropped: number, depth: number): string {
    const { maxBytes, maxKeys } = this.#bounds
    if (this.left <= 0) this.report.valueCut('total', maxBytes, maxBytes)
    this.report.keysDropped(depth > 0, dropped, depth === 0 ? maxKeys : this.limits.extraMaxKeys)
    return `${shown === 0 ? '' : ','}"${MARK_KEY}":"[${dropped > MAX_COUNTED ? `more than ${MAX_COUNTED}` : dropped} more keys]"`
  }
}
