import type { OpenFile } from './open-file.js'
import { PLACE_CHARS, placeAtEnd, type SeenEvents } from './seen-events.js'

const NEWLINE = 10
const CHUNK_BYTES = 64 * 1024

/** Where the last whole line ends, looked for backwards but not before `from`; `undefined` when the file may not be read. */
function endOfLastLine(file: OpenFile, from = 0): number | undefined {
  // a file that is shorter was cut by somebody, so that nothing is known of what is in it
  const begin = from > file.size ? 0 : from
  let end = file.size
  while (end > begin) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - begin))
    if (!file.read(chunk, end - chunk.length)) return undefined
    const newline = chunk.lastIndexOf(NEWLINE)
    if (newline !== -1) return end - chunk.length + newline + 1
    end -= chunk.length
  }
  return begin
}

/** Takes out a last line that a kill has torn; where that cannot be done gives it an end, so that the next one is not glued to it. */
export function cutTornLine(file: OpenFile, from = 0): void {
  const end = endOfLastLine(file, from)
  if (end === file.size) return
  if (end === undefined || !file.cut(end)) file.endTornLine()
  file.sizeWhenSeen = file.size
}

/**
 * Notes the canonical lines of a file from byte `from` on, and of those only the last `mostBytes`; a longer last line counts whole.
 * False when the file may not be read.
 */
export function noteLines(file: OpenFile, from: number, mostBytes: number, seen: SeenEvents): boolean {
  const whole = endOfLastLine(file, from)
  if (whole === undefined) return false
  const begin = Math.max(from > file.size ? 0 : from, whole - mostBytes)
  const length = whole - begin
  const bytes = Buffer.allocUnsafe(length)
  if (!file.read(bytes, begin)) return false
  // what ends in here counts, wherever it begins: the identity of a line stands at its end
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, end + 1)) {
    const place = placeAtEnd(bytes.toString('utf8', Math.max(0, end - PLACE_CHARS), end))
    if (place !== undefined) seen.note(place.origin, place.seq)
  }
  seen.advance(length)
  return true
}
