/** Must be escaped in JSON, or is by us: controls, quote, backslash, DEL. */
export const ESCAPE = 1
/** `=`, `:` and `%`: something may be given a value here. */
export const SEPARATOR = 2
export const SPACE = 4
export const DIGIT = 8
/** Not ASCII (or DEL): may need an escape, and takes more than one byte in UTF-8. */
export const WIDE = 16
export const UPPER = 32
/** `_` and `-`, which most keys of services have. */
export const MARK = 64
/** A letter that is no hexadecimal digit: what a UUID has none of. */
export const BEYOND_HEX = 128
/** For a text that is not worth a look in advance. */
export const ALL = 255

const CLASSES = new Uint8Array(128)
for (let code = 0; code < 32; code++) CLASSES[code] = ESCAPE
for (const code of [9, 10, 11, 12, 13]) CLASSES[code] = ESCAPE | SPACE
for (let code = 48; code < 58; code++) CLASSES[code] = DIGIT
for (let code = 65; code < 91; code++) CLASSES[code] = UPPER | BEYOND_HEX
for (let code = 103; code < 123; code++) CLASSES[code] = BEYOND_HEX
for (const character of ['_', '-']) CLASSES[character.charCodeAt(0)] = MARK
for (const code of [34, 92]) CLASSES[code] = ESCAPE
CLASSES[127] = WIDE
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
