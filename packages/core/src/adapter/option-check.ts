import type { ConfigProblem } from '../config/config-error.js'

/** How an error shows a value: as it is, or only what kind of value it is. */
export type Show = (value: unknown) => string

/** What a value of one option has to be. A plain object: `check` has the usual ones, `check.custom` makes another. */
export interface OptionCheck {
  /** What the value may be, in the words of an error, with `or` between several: `['a positive integer']`. */
  readonly expected: readonly string[]
  /** Whether a value is one of those. Never asked about `undefined`, which means that the option is not given. */
  readonly holds: (value: unknown) => boolean
  /** Words that the value may be, so that an error can name the nearest one. */
  readonly words?: readonly string[]
  /** Says more about a value that does not hold: a problem for each part of it, or none when `expected` says it all. */
  readonly explain?: (value: unknown, path: string, show: Show) => readonly ConfigProblem[]
  /** Set by `check.required`: leaving the option out is a problem. */
  readonly required?: true
  /** Set by `check.secret`: errors tell what kind of value was found, never the value. */
  readonly secret?: true
  /** The checks of the options within, for an object with options of its own. */
  readonly within?: OptionChecks
}

/** Checks by the name of the option. */
export type OptionChecks = Readonly<Record<string, OptionCheck>>

/** A check of an option of type `T`. The compiler refuses it for an option that can have other values, more or fewer. */
export interface Check<T> extends OptionCheck {
  /** Never has a value; it carries the type. */
  readonly forType?: (value: T) => T
}

/** A check for each option of `O`: one that is missing, misspelt or about another type does not compile. */
export type Checks<O extends object> = {
  readonly [K in keyof O]-?: Record<never, never> extends Pick<O, K>
    ? Check<Checkable<O[K]>>
    : Check<Checkable<O[K]>> & { readonly required: true }
}

/** No check tells one kind of function from another. */
export type AnyFunction = (...values: never) => unknown

type Checkable<T> = T extends undefined ? never : T extends AnyFunction ? AnyFunction : T
