/** What JSON may have raw, and what terminals and line readers act on: DEL, C1, U+2028, U+2029. In JSON it stands only in strings. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/g
const HAS_UNSAFE = /[\u007f-\u009f\u2028\u2029]/

/** The same JSON with these escaped. */
export function escapeUnsafe(json: string): string {
  return HAS_UNSAFE.test(json) ? json.replace(UNSAFE, escapeUnit) : json
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
