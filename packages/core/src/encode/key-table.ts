import type { Scrub } from '../stages/scrub/scrub.js'
import { quote } from './quote.js'
import { Texts } from './texts.js'

/** The value is replaced, whatever it is. */
export const SENSITIVE = 1
/** `err` or `error`: an Error here is the error of the event. */
export const ERROR_KEY = 2
/** A serializer of the runtime is waiting for it. */
const SERIALIZED = 4
/** `toJSON`: a function here speaks for the whole object. */
export const TO_JSON = 8
/** The key was cut or scrubbed, so that another may look the same: it gets a number. */
export const ALTERED = 16
/** `args`, or a name that surplus arguments would have instead. */
export const ARGS = 32

/** What is known about a key, worked out once and not at each event. */
export interface Key {
  /** Scrubbed and cut, as it will be read. */
  readonly text: string
  /** `"key":` */
  readonly first: string
  /** `,"key":` */
  readonly next: string
  /** UTF-8 bytes of `next`. */
  readonly bytes: number
  /** 0 for almost every key: nothing is special about it. */
  readonly flags: number
}

/** Keys beyond it are cut. */
const MAX_KEY_CHARS = 256
/** The key of markers ("12 more keys"); a user's own key of this name, with spaces or without, gets one more, so that none appears twice. */
export const MARK_KEY = '…'
const MARKS: RegExp = new RegExp(`^${MARK_KEY} {0,200}$`)
/** `args`, `surplus_args`, … */
export const ARGS_KEY: RegExp = /^(?:surplus_)*args$/
const NUMBERED = /~\d+$/

const GENERATION_SIZE = 2048

/**
 * Remembers keys, at most 4096. Two generations: when the young one is full it becomes the old one, and what is still in use moves
 * back. So a caller with ever new keys costs time but neither memory nor, for long, the place of the keys that are used all the time.
 */
export class KeyTable {
  #young = new Map<string, Key>()
  #old = new Map<string, Key>()
  readonly #scrub: Scrub | undefined
  readonly #texts: Texts
  readonly #serialized: ReadonlySet<string>

  constructor(scrub: Scrub | undefined, serialized: ReadonlySet<string>) {
    this.#scrub = scrub
    this.#texts = new Texts(scrub)
    this.#serialized = serialized
  }

  find(key: string): Key {
    return this.#young.get(key) ?? this.#promote(key)
  }

  #promote(key: string): Key {
    const found = this.#old.get(key) ?? this.#make(key)
    // what was altered holds a secret or is long: not kept
    if ((found.flags & ALTERED) === 0) {
      if (this.#young.size >= GENERATION_SIZE) {
        this.#old = this.#young
        this.#young = new Map()
      }
      this.#young.set(key, found)
    }
    return found
  }

  #make(key: string): Key {
    const text = this.#textOf(key)
    const next = `,${quote(text)}:`
    let flags = (text === key && !this.#looksNumbered(key)) || MARKS.test(key) ? 0 : ALTERED
    if (this.#scrub?.isSensitive(key) === true) flags |= SENSITIVE
    if (key === 'err' || key === 'error') flags |= ERROR_KEY
    if (this.#serialized.has(key)) flags |= SERIALIZED
    if (key === 'toJSON') flags |= TO_JSON
    if (ARGS_KEY.test(key)) flags |= ARGS
    return { text, first: next.slice(1), next, bytes: Buffer.byteLength(next), flags }
  }

  #textOf(key: string): string {
    return MARKS.test(key) ? `${key} ` : this.#texts.clean(key, MAX_KEY_CHARS)
  }

  /** What a scrubbed key with its number looks like. One that was cut is longer than any that was not. */
  #looksNumbered(key: string): boolean {
    return this.#scrub !== undefined && NUMBERED.test(key) && key.includes(this.#scrub.replacement)
  }
}

/** A key that stands in an object together with others that were altered to the same text. */
export function numbered(key: Key, number: number): Key {
  const text = `${key.text}~${number}`
  const next = `,${quote(text)}:`
  return { ...key, text, first: next.slice(1), next, bytes: Buffer.byteLength(next) }
}
