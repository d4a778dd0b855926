/** What `escapeText` leaves as it is. */
export interface EscapeOptions {
  /** Keep `\n` as it is, for text whose line breaks the caller indents. @default false */
  readonly keepNewlines?: boolean
}

/**
 * Text that cannot steer a terminal, start a new line or change its reading direction: everything that would is shown, as
 * `\n`, `\x1b`, `\u202e`. Covers C0, DEL, C1, bidi controls, line and paragraph separators, invisible characters and lone
 * surrogates. What legitimate text needs stays: emoji sequences, variation selectors, joiners between letters of scripts that join.
 */
export function escapeText(text: string, options: EscapeOptions = {}): string {
  if (PLAIN.test(text)) return text
  const keepNewlines = options.keepNewlines === true
  return text.replace(SUSPECT, (found, offset: number) => {
    if (found === '\n' && keepNewlines) return found
    return isNeeded(found, offset, text) ? found : visible(found)
  })
}

const PLAIN = /^[\x20-\x7e]*$/

/** Emoji flags of tag characters come first, so that their tags are not looked at one by one. Only the three that exist are known. */
const SUSPECT =
  /\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}|[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu

const SELECTOR = /^[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u
// The end of a text is `(?![\s\S])` here, not `$`: the V8 of Node 26 misses pairs of surrogates in a class before `$`.
const AFTER_EMOJI = /\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?(?![\s\S])/u
const BEFORE_EMOJI = /^\p{Extended_Pictographic}/u
const JOINING =
  '[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mong}\\p{scx=Nkoo}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}\\p{scx=Khmr}]'
const AFTER_JOINING = new RegExp(`(?=[\\p{L}\\p{M}])${JOINING}(?![\\s\\S])`, 'u')
const BEFORE_JOINING = new RegExp(`^(?=[\\p{L}\\p{M}])${JOINING}`, 'u')

const JOINER = '\u200d'
const NON_JOINER = '\u200c'

/** Longest text before or after a character that the look-around needs: an emoji with its modifier. */
const CONTEXT_UNITS = 4

function isNeeded(found: string, offset: number, text: string): boolean {
  if (found.length > 2) return true
  const before = text.slice(Math.max(0, offset - CONTEXT_UNITS), offset)
  const after = text.slice(offset + found.length, offset + found.length + CONTEXT_UNITS)
  // one selector picks a shape; a run of them can only carry hidden data
  if (SELECTOR.test(found)) return VISIBLE_BEFORE.test(before)
  if (found !== JOINER && found !== NON_JOINER) return false
  if (found === JOINER && AFTER_EMOJI.test(before) && BEFORE_EMOJI.test(after)) return true
  return AFTER_JOINING.test(before) && BEFORE_JOINING.test(after)
}

const VISIBLE_BEFORE = /[^\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\s](?![\s\S])/u

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function visible(found: string): string {
  const code = found.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code > 0xffff) return `\\u{${hex}}`
  return NAMED[found] ?? (code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
}
