import { encodeThrown, isError } from './error-shape.js'
import { describeRequest, describeResponse } from './http-shapes.js'
import { ARGS, ERROR_KEY, type Key, SENSITIVE } from './key-table.js'
import type { TopLevel, Walk } from './walk.js'

/** By top-level key: what makes a value loggable. */
export type Serializers = Readonly<Record<string, (value: never) => unknown>>

const BUILT_IN: Serializers = { req: describeRequest, res: describeResponse }

/** What is special about the keys at the top of a call: serializers, the error of the event, keys of a child logger, `args`. */
export class CallFields implements TopLevel {
  wantsAll = false
  /** JSON of the Error found under `err` or `error`. */
  error = ''
  /** Keys, as they are written, that a child logger has bound too. */
  readonly collisions: string[] = []
  /** The longest key of the caller that surplus arguments could have had, or `''`. */
  argsKey = ''
  readonly #walker: Walk
  readonly #serializers: Serializers
  readonly #errorBytes: number
  #own: Serializers | undefined
  #bound: ReadonlyMap<string, string> | undefined
  #mayTakeError = false
  #takesError = false

  constructor(walker: Walk, serializers: Serializers, errorBytes: number) {
    this.#walker = walker
    this.#serializers = withBuiltIn(serializers)
    this.#errorBytes = errorBytes
  }

  begin(takesError: boolean, bound: ReadonlyMap<string, string> | undefined, serializers: Serializers | undefined): void {
    this.wantsAll = bound !== undefined || serializers !== undefined
    this.error = ''
    // setting a length costs more than reading it
    if (this.collisions.length > 0) this.collisions.length = 0
    this.argsKey = ''
    this.#own = serializers
    this.#bound = bound
    this.#mayTakeError = takesError
    this.#takesError = takesError
  }

  restart(): void {
    this.begin(this.#mayTakeError, this.#bound, this.#own)
  }

  member(key: string, entry: Key, value: unknown): string {
    const serialize = this.#serializerOf(key)
    const isSecret = (entry.flags & SENSITIVE) !== 0
    const shown = serialize === undefined || isSecret ? value : this.#serialized(serialize, value)
    if (this.#takesError && (entry.flags & ERROR_KEY) !== 0 && shown === value && isError(value)) {
      this.#takesError = false
      this.error = this.errorOf(value)
      return ''
    }
    if ((entry.flags & ARGS) !== 0 && key.length > this.argsKey.length) this.argsKey = key
    const json = this.#walker.member(entry, shown, 0)
    if (json !== '' && this.#bound?.has(entry.text) === true) this.collisions.push(entry.text)
    return json
  }

  /** The error of an event has room of its own, so that fields cannot push it out nor it them. */
  errorOf(error: unknown): string {
    const left = this.#walker.left
    this.#walker.left = this.#errorBytes
    const json = encodeThrown(this.#walker, error)
    this.#walker.left = left
    return json
  }

  /** What a serializer of pino's makes of an Error keeps it as `raw`: then the Error counts, with its whole stack and its causes. */
  #serialized(serialize: (value: never) => unknown, value: unknown): unknown {
    return this.#walker.attempt('serializer', () => {
      const made = serialize(value as never)
      const isCopy = isError(value) && typeof made === 'object' && made !== null && Reflect.get(made, 'raw') === value
      return isCopy ? value : made
    })
  }

  #serializerOf(key: string): ((value: never) => unknown) | undefined {
    if (this.#own !== undefined && Object.hasOwn(this.#own, key)) return this.#own[key]
    return this.#serializers[key]
  }
}

/** Names that have a serializer whatever the logger. */
export function serializedKeys(serializers: Serializers): ReadonlySet<string> {
  return new Set(Object.keys(withBuiltIn(serializers)))
}

/** Without a prototype, so that no key finds an inherited function. */
function withBuiltIn(serializers: Serializers): Serializers {
  return Object.assign(Object.create(null), BUILT_IN, serializers)
}
