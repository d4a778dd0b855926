/** Larger ones are written in hexadecimal, cut: decimal digits would take time that grows with the square of their count. */
const MAX_BITS = 4096

/** JSON of a number; those that JSON has no form for are strings. */
export function numberText(value: number): string {
  return value - value === 0 ? `${value}` : `"${value}"`
}

/** Decimal digits, because JSON readers round large numbers. */
export function bigintText(value: bigint): string {
  if (BigInt.asIntN(MAX_BITS, value) === value) return value.toString()
  const digits = value.toString(16)
  return `${value < 0n ? '-0x' : '0x'}${digits.slice(value < 0n ? 1 : 0, 65)}…[${digits.length} hexadecimal digits]`
}
