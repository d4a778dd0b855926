import type { LimitSettings } from '../config/settings.js'
import type { Scrub } from '../stages/scrub/scrub.js'
import type { Key } from './key-table.js'
import type { Unreadable, WalkReport } from './walk-report.js'

/** What a caller passed, before anything is known about it. */
export type Bag = Readonly<Record<string, unknown>>

/** Which bounds hold for one walk. */
export interface WalkBounds {
  readonly place: 'extra' | 'context'
  readonly maxBytes: number
  /** Keys at the top; below it `extraMaxKeys` counts. */
  readonly maxKeys: number
  /** UTF-16 units of a text value. */
  readonly maxChars: number
}

/** Has a say about keys at the top. */
export interface TopLevel {
  /** Asked for every key, not only for those that are flagged. */
  readonly wantsAll: boolean
  /** The JSON of the value, or `''` to leave the key out. */
  member(key: string, entry: Key, value: unknown): string
  /** Forgets what it was asked so far: a `toJSON` speaks for the whole object, whatever keys stood before it. */
  restart(): void
}

/** A walk under way, as those see it who write one kind of value. */
export interface Walk {
  readonly limits: LimitSettings
  readonly scrub: Scrub | undefined
  readonly report: WalkReport
  /** JSON of what stands in the place of a secret. */
  readonly secret: string
  /** UTF-8 bytes that may still be written. */
  left: number
  /** Causes and members of errors that may still be written. */
  causesLeft: number
  /** JSON that needs no more work, in ASCII. */
  raw(json: string): string
  /** A text value as JSON: scrubbed, cut, quoted. */
  text(text: string, max?: number, isCode?: boolean): string
  /** A text without secrets, cut, not yet JSON. */
  clean(text: string, max: number, isCode?: boolean): string
  /** JSON, or `''` for what JSON has no value for: then there is no key either. */
  value(value: unknown, depth: number): string
  /** As `value`: `''` is what an object says of itself whose `toJSON` returns nothing. */
  guarded(value: object, depth: number, encode?: Encode): string
  /** As `value`: a `toJSON` among the properties speaks for the object. */
  object(source: object, depth: number): string
  /** Always an object: of a collection that was read into one, in which `toJSON` is a key as any other. `unseen`: keys that it has beyond. */
  entries(source: object, depth: number, unseen?: number): string
  array(source: readonly unknown[], depth: number): string
  /** The value of a key that is flagged. */
  member(entry: Key, value: unknown, depth: number): string
  /** Mark for items that were left out, as the last item. */
  moreItems(dropped: number, shown: number): string
  /** Runs a caller's code; what it throws becomes a mark. */
  attempt(what: Unreadable, run: () => unknown): unknown
}

/** Writes objects of one kind. `''` for one that is absent. */
export type Encode = (walk: Walk, value: object, depth: number) => string
