/**
 * Text that means nothing to an HTML parser: for the content of elements and for attribute values in double quotes. It does not make
 * control characters and direction marks visible; `escapeText` does, and goes first.
 */
export function escapeHtml(text: string): string {
  return SPECIAL.test(text) ? text.replace(EVERY_SPECIAL, (sign) => ENTITIES[sign] ?? sign) : text
}

const SPECIAL = /[&<>"']/
const EVERY_SPECIAL = /[&<>"']/g
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
