import type { Key } from './key-table.js'
import type { Walker } from './walker.js'

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
}

/** Writes objects of one kind. */
export type Encode = (walker: Walker, value: object, depth: number) => string
