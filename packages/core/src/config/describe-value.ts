import { types } from 'node:util'

const MAX_CHARS = 60

/** A value as an error shows it: short, on one line, without control characters. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty text' : quote(value)
    case 'undefined':
      return 'nothing'
    case 'number':
    case 'boolean':
    case 'bigint':
      return quote(String(value))
    default:
      return kindOf(value)
  }
}

/** What kind of value it is, for values that may be secret. */
export function kindOf(value: unknown): string {
  if (value === null) return '`null`'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (types.isRegExp(value)) return 'a regular expression'
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty text' : `a text of ${value.length} character${value.length === 1 ? '' : 's'}`
    case 'object':
      return 'an object'
    default:
      return `a ${typeof value}`
  }
}

/** A name or text between backticks: shortened, controls and direction marks made visible. */
export function quote(text: string): string {
  return `\`${printable(text)}\``
}

/** The same without backticks. */
export function printable(text: string): string {
  const shown = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text
  return shown.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}
