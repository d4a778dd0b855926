import type { LimitSettings, ScrubSettings } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import { PathRules } from '../stages/scrub/paths.js'
import { Scrub } from '../stages/scrub/scrub.js'
import { CallFields, type Serializers, serializedKeys } from './call-fields.js'
import { encodeContext } from './context-fields.js'
import { ARGS_KEY, KeyTable, MARK_KEY } from './key-table.js'
import { escapeUnsafe, quote } from './quote.js'
import { Texts } from './texts.js'
import type { WalkBounds } from './walk.js'
import { Walker } from './walker.js'

export interface EncoderOptions {
  readonly limits: LimitSettings
  readonly scrub: ScrubSettings | false
  readonly serializers: Serializers
  readonly report: Report
}

/** The fields of a child logger, encoded once. */
export interface BoundFields {
  /** `''` or an object: `{"a":1}`. */
  readonly json: string
  /** By key, with the key: `a` → `"a":1`. */
  readonly entries: ReadonlyMap<string, string>
}

const MAX_NAME_CHARS = 256
/** What objects end with whose last keys were left out. */
const MARK_END = ' more keys]"}'
const UNREADABLE = '"[Unreadable]"'
const UNREADABLE_FIELDS: string = `{"value":${UNREADABLE}}`
const NO_FIELDS: BoundFields = { json: '', entries: new Map() }

/**
 * Turns what a caller passed into the JSON parts of an event. It never throws, whatever it is given, mutates nothing and keeps nothing.
 *
 * Not re-entrant: whoever logs from a getter or serializer while an event is encoded must be refused before this is called.
 */
export class Encoder {
  /** Fields of the last `encode`: `''` or the JSON text of an object. */
  extra = ''
  /** Error of the last `encode`: `''` or the JSON text of an object. */
  error = ''
  /** True when a field of the last call had the key of a bound one: then `extra` holds both, merged. */
  replacesBound = false

  readonly #walker: Walker
  readonly #call: CallFields
  readonly #texts: Texts
  readonly #paths: PathRules | undefined
  readonly #report: Report
  readonly #limits: LimitSettings
  readonly #extraBounds: WalkBounds
  readonly #contextBounds: WalkBounds

  /** Throws when `scrub.paths` cannot be compiled, as where code generation is forbidden. */
  constructor(options: EncoderOptions) {
    const { limits, scrub, serializers, report } = options
    const rules = scrub === false ? undefined : new Scrub(scrub)
    this.#walker = new Walker(limits, rules, new KeyTable(rules, serializedKeys(serializers)), report)
    this.#call = new CallFields(this.#walker, serializers, 2 * limits.stackMaxChars + limits.extraMaxTotalBytes)
    this.#texts = new Texts(rules)
    this.#paths = scrub === false || scrub.paths.length === 0 ? undefined : new PathRules(scrub)
    this.#report = report
    this.#limits = limits
    const maxBytes = limits.extraMaxTotalBytes
    this.#extraBounds = { place: 'extra', maxBytes, maxKeys: limits.extraMaxKeys, maxChars: limits.extraMaxValueChars }
    this.#contextBounds = { place: 'context', maxBytes, maxKeys: limits.contextMaxKeys, maxChars: limits.contextMaxValueChars }
  }

  /**
   * Encodes what a call carries into `extra`, `error` and `replacesBound`: fields, not a returned object, so that a call allocates
   * nothing but its text.
   *
   * - `error`, when the call had one, may be anything; without one the first Error under `err` or `error` of the fields takes its place
   * - `surplus` arguments land in `extra.args`
   * - `serializers`: those of a child logger, before those of the runtime
   */
  encode(
    logger: string,
    fields: object | undefined,
    hasError: boolean,
    error: unknown,
    surplus: readonly unknown[] | undefined,
    bound: BoundFields | undefined,
    serializers?: Serializers,
  ): void {
    this.extra = ''
    this.error = ''
    this.replacesBound = false
    try {
      this.#call.begin(!hasError, bound?.entries, serializers)
      this.#walker.begin(logger, this.#extraBounds, this.#call)
      if (hasError) this.error = this.#call.errorOf(error)
      if (fields !== undefined) this.extra = this.#fields(fields)
      if (!hasError) this.error = this.#call.error
      if (bound?.entries.has(MARK_KEY) === true && this.extra.endsWith(MARK_END)) this.#call.collisions.push(MARK_KEY)
      if (surplus !== undefined && surplus.length > 0) this.#addSurplus(surplus, bound)
      if (bound !== undefined && this.#call.collisions.length > 0) this.#mergeBound(bound)
      if (this.#paths !== undefined) this.#applyPaths(this.#paths)
    } catch {
      // every value has its own guard, so this is the end of the call stack or a hook that throws: reporting it would throw again
      this.extra = UNREADABLE_FIELDS
      this.replacesBound = false
    }
  }

  /** A quoted message: scrubbed, and cut with a mark at `messageMaxChars`. What is no text is made one. */
  message(logger: string, text: unknown): string {
    try {
      const plain = typeof text === 'string' ? text : this.#textOf(logger, text)
      const json = this.#texts.quoted(plain, this.#limits.messageMaxChars)
      if (this.#texts.wasCut) {
        this.#report('message_truncated', { logger, original_length: plain.length, new_length: this.#texts.length })
      }
      return this.#paths === undefined ? json : this.#paths.apply('message', json)
    } catch {
      // as in encode
      return UNREADABLE
    }
  }

  /** A quoted logger name: scrubbed, at most 256 UTF-16 units. */
  name(text: string): string {
    return this.#texts.quoted(String(text), MAX_NAME_CHARS)
  }

  /** The fields of `with` and `child`, outermost first; later ones win. Scrubbed and limited like `extra`, all together. */
  bound(logger: string, fields: readonly object[], serializers?: Serializers): BoundFields {
    const entries = new Map<string, string>()
    let bytes = 0
    try {
      for (const each of fields) {
        this.#call.begin(false, undefined, serializers)
        this.#walker.begin(logger, this.#boundsLeft(entries.size, bytes), this.#call)
        const json = this.#fields(typeof each === 'object' && each !== null ? each : { value: each })
        bytes += Buffer.byteLength(json)
        addEntries(entries, this.#paths === undefined ? json : this.#paths.apply('extra', json))
      }
    } catch {
      // as in encode
      addEntries(entries, UNREADABLE_FIELDS)
    }
    return entries.size === 0 ? NO_FIELDS : { json: `{${[...entries.values()].join(',')}}`, entries }
  }

  /** The JSON text of an event's context: known fields by their names there, all others in `extra`; null and undefined are absent. */
  context(fields: Readonly<Record<string, unknown>>): string {
    try {
      this.#walker.begin('', this.#contextBounds, undefined)
      const json = encodeContext(this.#walker, fields)
      return this.#paths === undefined ? json : this.#paths.apply('context', json)
    } catch {
      // as in encode
      return '{}'
    }
  }

  #fields(fields: object): string {
    const json = this.#walker.fields(fields)
    return json === '{}' ? '' : json
  }

  /** Under `args`, or a longer name that neither the caller nor the child logger has. */
  #addSurplus(surplus: readonly unknown[], bound: BoundFields | undefined): void {
    let taken = this.#call.argsKey
    for (const key of bound?.entries.keys() ?? []) if (key.length > taken.length && ARGS_KEY.test(key)) taken = key
    const json = `"${taken === '' ? 'args' : `surplus_${taken}`}":${this.#walker.array(surplus, 1)}`
    this.extra = this.extra === '' ? `{${json}}` : `${this.extra.slice(0, -1)},${json}}`
  }

  #mergeBound(bound: BoundFields): void {
    let out = '{'
    for (const [key, entry] of bound.entries) if (!this.#call.collisions.includes(key)) out += `${entry},`
    this.extra = out + this.extra.slice(1)
    this.replacesBound = true
  }

  #applyPaths(paths: PathRules): void {
    this.extra = paths.apply('extra', this.extra)
    this.error = paths.apply('error', this.error)
  }

  #boundsLeft(keys: number, bytes: number): WalkBounds {
    const { maxBytes, maxKeys } = this.#extraBounds
    return { ...this.#extraBounds, maxBytes: Math.max(0, maxBytes - bytes), maxKeys: Math.max(0, maxKeys - keys) }
  }

  #textOf(logger: string, value: unknown): string {
    this.#walker.begin(logger, { ...this.#extraBounds, maxChars: this.#limits.messageMaxChars }, undefined)
    if (value === undefined) return 'undefined'
    if (value instanceof Error) return String(this.#walker.attempt('other', () => `${value.name}: ${value.message}`))
    const json = this.#walker.value(value, 1)
    return json.startsWith('"') ? (JSON.parse(json) as string) : json
  }
}

function addEntries(entries: Map<string, string>, json: string): void {
  if (json === '') return
  for (const [key, value] of Object.entries(JSON.parse(json) as object)) {
    entries.set(key, `${quote(key)}:${escapeUnsafe(JSON.stringify(value))}`)
  }
}
