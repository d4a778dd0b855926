/** Must be escaped in JSON, or is by us: controls, quote, backslash, DEL. */
export const ESCAPE = 1
/** `=`, `:` and `%`: something may be given a value here. */
export const SEPARATOR = 2
export const SPACE = 4
export const DIGIT = 8
/** Not ASCII: may need an escape, and takes more than one byte in UTF-8. */
export const WIDE = 16

const CLASSES = new Uint8Array(128)
for (let code = 0; code < 32; code++) CLASSES[code] = ESCAPE
for (const code of [9, 10, 11, 12, 13]) CLASSES[code] = ESCAPE | SPACE
for (let code = 48; code < 58; code++) CLASSES[code] = DIGIT
for (const code of [34, 92, 127]) CLASSES[code] = ESCAPE
for (const character of ['=', ':', '%']) CLASSES[character.charCodeAt(0)] = SEPARATOR
CLASSES[32] = SPACE

/** The classes of all characters of a text, or-ed: one pass answers what escaping and scrubbing need to know. */
export function classify(text: string): number {
  let classes = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    classes |= code < 128 ? (CLASSES[code] as number) : WIDE
  }
  return classes
}
