/** Milliseconds since 1970 of what a caller may give as a time; `undefined` when it is none. */
export function momentOf(value: unknown): number | undefined {
  const time = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : value
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined
}
