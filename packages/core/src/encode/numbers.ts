import type { Walk } from './walk.js'

/** Larger ones are written in hexadecimal, cut: decimal digits would take time that grows with the square of their count. */
const MAX_BITS = 4096

/** JSON of a number; those that JSON has no form for are texts, minus zero is zero. */
export function encodeNumber(walker: Walk, value: number): string {
  const text = value - value === 0 ? `${value}` : `"${value}"`
  const { scrub } = walker
  return walker.raw(
    scrub !== undefined && text.length >= scrub.minNumberChars && scrub.isSecretNumber(text) ? walker.secret : text,
  )
}

/** A text of decimal digits, because JSON readers round large numbers. */
export function encodeBigint(walker: Walk, value: bigint): string {
  const text = bigintText(value)
  return walker.scrub?.isSecretNumber(text) === true ? walker.raw(walker.secret) : walker.text(text)
}

function bigintText(value: bigint): string {
  if (BigInt.asIntN(MAX_BITS, value) === value) return value.toString()
  const digits = value.toString(16)
  return `${value < 0n ? '-0x' : '0x'}${digits.slice(value < 0n ? 1 : 0, 65)}…[${digits.length} hexadecimal digits]`
}
