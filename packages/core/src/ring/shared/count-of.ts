/** A number that counts something; what cannot be one is 0. */
export function countOf(value: number | undefined): number {
  return value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : 0
}
