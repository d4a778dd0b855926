/** Most characters of one string, in UTF-16 units (Microsoft's documentation of ReportEvent). */
const STRING_MAX_UNITS = 31_839
/** Most strings of an entry ([MS-EVEN] 3.1.4.17). */
export const STRINGS_MAX = 256
/**
 * Room for all strings of an entry. The limit of one string is what is left of a record of 64 KiB, so that several strings
 * share it; Windows keeps the names of machine and source, and something for each string, in the same record.
 */
export const ENTRY_MAX_UNITS: number = STRING_MAX_UNITS - 512
/** What is tried when Windows finds an entry too large all the same. */
export const SMALL_ENTRY_MAX_UNITS = 8000

const UNITS_PER_STRING = 8

/** A text on its way into a string. It may have been cut already. */
export interface Piece {
  readonly text: string
  /** How long it was. */
  readonly chars: number
}

/** A text behind its key, made harmless. What Windows would not take anyway is not even looked at. */
export function pieceOf(prefix: string, text: string, clean: (text: string) => string): Piece {
  // one more than fits, so that it is cut again, and says so
  return { text: prefix + clean(text.slice(0, STRING_MAX_UNITS + 1)), chars: prefix.length + text.length }
}

/**
 * The same strings, none longer than Windows takes and all of them within `maxUnits`. The longest are cut first, all to one length;
 * each says how long it was.
 */
export function fitStrings(pieces: readonly Piece[], maxUnits: number): readonly string[] {
  const cap = Math.min(STRING_MAX_UNITS, capOf(pieces, maxUnits - pieces.length * UNITS_PER_STRING))
  return pieces.map((piece) => (piece.text.length <= cap ? piece.text : cut(piece, cap)))
}

/** What an entry takes of the room. */
export function unitsOf(strings: readonly string[]): number {
  return strings.reduce((sum, text) => sum + text.length + UNITS_PER_STRING, 0)
}

/** The greatest length at which all strings fit: those that are shorter leave their room to the others. */
function capOf(pieces: readonly Piece[], room: number): number {
  const lengths = pieces.map(({ text }) => text.length).sort((a, b) => a - b)
  let left = room
  for (const [index, length] of lengths.entries()) {
    const share = Math.floor(left / (lengths.length - index))
    if (length > share) return Math.max(0, share)
    left -= length
  }
  return Number.POSITIVE_INFINITY
}

function cut({ text, chars }: Piece, cap: number): string {
  const marker = `… [cut from ${chars} characters]`
  if (marker.length > cap) return wholeSlice(text, cap)
  return wholeSlice(text, cap - marker.length) + marker
}

/** Never half of a surrogate pair, nor of a line end. */
function wholeSlice(text: string, end: number): string {
  const isHalf = end > 0 && /[\ud800-\udbff\r]/.test(text.charAt(end - 1))
  return text.slice(0, isHalf ? end - 1 : end)
}
