/** Checks beyond JSON Schema, by name; `check-values.ts` has them. */
export type CheckName =
  | 'level'
  | 'levels'
  | 'function'
  | 'functions'
  | 'function list'
  | 'scrub paths'
  | 'scrub patterns'
  | 'signals'
  | 'segment'

/**
 * A node of the schema of all options: JSON Schema as far as ajv reads it (`type` to `not`), and what errors and documents say.
 * `scripts/compile-validators.mjs` compiles the first part to code, so nothing is compiled at run time.
 */
export interface SchemaNode {
  readonly type?: string | readonly string[]
  readonly enum?: readonly (string | boolean)[]
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: boolean | SchemaNode
  readonly required?: readonly string[]
  readonly not?: { readonly const: boolean }
  /** What a value has to be, in the words of an error: `a positive integer`. */
  readonly expected: string
  readonly check?: CheckName
  /** The default, or the words that describe it. Absent: none. */
  readonly default?: unknown
  readonly defaultText?: string
  /** What changing it does. Absent for sections. */
  readonly description?: string
}

/** What an option's own line in the schema says beside its type. */
export interface OptionText {
  readonly default?: unknown
  readonly defaultText?: string
  readonly description: string
}

/** Counts and times stay below what a 32-bit timer and `Atomics` can hold. */
export const INT32_MAX = 0x7fff_ffff

const GIB = 1 << 30

export function section(
  name: string,
  properties: Readonly<Record<string, SchemaNode>>,
  more: Partial<SchemaNode> = {},
): SchemaNode {
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    expected: name === 'config' ? 'an object of options' : `an object with options of \`${name}\``,
    ...more,
  }
}

export function text(option: OptionText): SchemaNode {
  return { type: 'string', pattern: '\\S', expected: 'a text that is not blank', ...option }
}

export function flag(option: OptionText): SchemaNode {
  return { type: 'boolean', expected: '`true` or `false`', ...option }
}

export function oneOf(values: readonly (string | boolean)[], option: OptionText): SchemaNode {
  return { enum: values, expected: spoken(values), ...option }
}

export function count(option: OptionText): SchemaNode {
  return { type: 'integer', minimum: 1, maximum: INT32_MAX, expected: 'a positive integer', ...option }
}

/** A whole number in bounds that are part of the promise. */
export function integer(minimum: number, maximum: number, option: OptionText): SchemaNode {
  return { type: 'integer', minimum, maximum, expected: `an integer from ${minimum} to ${maximum}`, ...option }
}

export function milliseconds(minimum: 0 | 1, option: OptionText): SchemaNode {
  const expected = minimum === 0 ? 'a whole number of milliseconds, 0 or more' : 'a positive whole number of milliseconds'
  return { type: 'integer', minimum, maximum: INT32_MAX, expected, ...option }
}

export function bytes(minimum: number, option: OptionText): SchemaNode {
  return {
    type: 'integer',
    minimum,
    maximum: 2 * GIB,
    expected: `a whole number of bytes from ${minimum} to ${2 * GIB}`,
    ...option,
  }
}

/** What JSON Schema cannot see: functions and objects with behaviour. */
export function checked(check: CheckName, expected: string, option: OptionText): SchemaNode {
  return { check, expected, ...option }
}

/** `` `a`, `b` or `c` `` */
export function spoken(values: readonly (string | boolean)[]): string {
  return alternatives(values.map((value) => `\`${value}\``))
}

/** `a text, a number or nothing` */
export function alternatives(phrases: readonly string[]): string {
  return phrases.length < 2 ? phrases.join('') : `${phrases.slice(0, -1).join(', ')} or ${phrases.at(-1)}`
}
