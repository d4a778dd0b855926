import { classify, ESCAPE, WIDE } from './characters.js'

// C1 controls act as escape sequences on some terminals, U+2028 and U+2029 end lines in some readers: never raw in our JSON
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/
const UNSAFE_ALL = /[\u007f-\u009f\u2028\u2029]/g

/** A JSON string with its quotes. Beside what JSON demands, DEL, C1, U+2028/9 and lone surrogates are escaped. */
export function quote(text: string, classes: number = classify(text)): string {
  if ((classes & (ESCAPE | WIDE)) === 0) return `"${text}"`
  return (classes & WIDE) === 0 ? JSON.stringify(text) : escapeUnsafe(JSON.stringify(text))
}

/** JSON text as `JSON.stringify` makes it, with the characters escaped that it leaves raw. */
export function escapeUnsafe(json: string): string {
  return UNSAFE.test(json) ? json.replace(UNSAFE_ALL, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`) : json
}
