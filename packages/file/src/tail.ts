import type { OpenFile } from './open-file.js'
import { type EventPlace, PLACE_CHARS, placeAtEnd, type SeenEvents } from './seen-events.js'

const NEWLINE = 10
const CHUNK_BYTES = 64 * 1024
/** No line of ours is longer. */
const TAIL_MAX_BYTES = 16 * 1024 * 1024

/**
 * What is behind the last whole line of a file. It may be the beginning of a line that a kill has torn, or somebody else's: that shows when
 * the record comes whose beginning it is, byte for byte.
 */
export interface TornTail {
  /** Where in the file it begins. */
  readonly start: number
  readonly bytes: Buffer
  /** The event that was to be written there, where that is known. */
  readonly place?: EventPlace | undefined
}

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

/** What is behind the last whole line; `undefined` when there is nothing, or what cannot be a line of ours. */
export function tailAfterLines(file: OpenFile, from: number): TornTail | undefined {
  const start = endOfLastLine(file, from)
  return start === undefined ? undefined : tailFrom(file, start)
}

/** What is in the file from byte `start` on. */
export function tailFrom(file: OpenFile, start: number, place?: EventPlace): TornTail | undefined {
  const length = file.size - start
  if (length <= 0 || length > TAIL_MAX_BYTES) return undefined
  const bytes = Buffer.allocUnsafe(length)
  return file.read(bytes, start) ? { start, bytes, place } : undefined
}

/** Whether a line of this event begins with what is there. */
export function isBeginningOf(tail: TornTail, line: Buffer, place: EventPlace | undefined): boolean {
  const { bytes, place: wanted } = tail
  if (wanted !== undefined && (wanted.origin !== place?.origin || wanted.seq !== place.seq)) return false
  return line.subarray(0, bytes.length).equals(bytes)
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
