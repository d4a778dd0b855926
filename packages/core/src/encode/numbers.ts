import type { Walk } from './walk.js'

/** Larger ones are written in hexadecimal, cut: decimal digits would take time that grows with the square of their count. */
const MAX_BITS = 4096

/** `.001` to `.999` without zeros at the end, and nothing for 0. */
const THOUSANDTHS: readonly string[] = Array.from({ length: 1000 }, (_, i) => `${i / 1000}`.slice(1))
/** Below it, thousandths are 32-bit integers. */
const MAX_SHORT = 2_000_000

/** JSON of a number; those that JSON has no form for are texts, minus zero is zero. */
export function encodeNumber(walker: Walk, value: number): string {
  const text = value - value === 0 ? decimal(value) : `"${value}"`
  const { scrub } = walker
  return walker.raw(
    scrub !== undefined && text.length >= scrub.minNumberChars && scrub.isSecretNumber(text) ? walker.secret : text,
  )
}

/**
 * What `String` says, for amounts and durations at half the price: those with up to three decimals are put together from two integers.
 * A decimal of at most 15 digits that gives the value when it is read is the shortest one that does: two of them never give the same value.
 */
export function decimal(value: number): string {
  if (value > 0 && value < MAX_SHORT) {
    const thousandths = value * 1000
    const whole = thousandths | 0
    if (whole === thousandths && whole / 1000 === value) {
      const units = (whole / 1000) | 0
      return `${units}${THOUSANDTHS[whole - units * 1000] as string}`
    }
  }
  return `${value}`
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
