import type { LogRecord } from '@holdfast/api'
import { placeAtEnd } from './seen-events.js'
import { isCount, isName, isSeen, parseJson } from './state-file.js'

/** What is about to be written: enough to tell afterwards, from the size of the file alone, which events are in it. */
export interface Mark {
  /** Counts up, so that the newest can be told. */
  readonly number: number
  /** Identity of the file. */
  readonly file: string
  /** Its size before the write. */
  readonly at: number
  /** The first bytes of what is written, each as one character: nobody else's file has them there. */
  readonly head: string
  /** Where the line of each event ends, counted from `at`. */
  readonly ends: readonly number[]
  readonly origins: readonly string[]
  /** Of each event, the index of its origin; -1 for a line that is no event's. */
  readonly origin: readonly number[]
  readonly seq: readonly number[]
  /** The highest `seq` of each origin in what was written before. */
  readonly seen: readonly (readonly [origin: string, seq: number])[]
}

/** The events of a block that is about to be written. */
export type MarkedEvents = Pick<Mark, 'ends' | 'origins' | 'origin' | 'seq'>

const HEAD_BYTES = 64
/** Length and checksum, so that longer bytes of an older mark may follow. */
const HEADER_CHARS = 21

export function headOf(bytes: Buffer, length: number): string {
  return bytes.toString('latin1', 0, Math.min(HEAD_BYTES, length))
}

/** The events of `batch` from `start` to `next`, whose lines end at `ends`. */
export function markedEvents(batch: readonly LogRecord[], start: number, next: number, ends: readonly number[]): MarkedEvents {
  const origins: string[] = []
  const origin: number[] = []
  const seq: number[] = []
  const indexes = new Map<string, number>()
  for (let i = start; i < next; i++) {
    const place = placeAtEnd((batch[i] as LogRecord).json)
    let index = place === undefined ? -1 : indexes.get(place.origin)
    if (index === undefined && place !== undefined) {
      index = origins.push(place.origin) - 1
      indexes.set(place.origin, index)
    }
    origin.push(index ?? -1)
    seq.push(place?.seq ?? 0)
  }
  return { ends: ends.slice(0, next - start), origins, origin, seq }
}

/**
 * ```
 * 0000001234 4023233417{"number":17,…}
 * length     checksum  json
 * ```
 */
export function encodeMark(mark: Mark): Buffer {
  const json = JSON.stringify(mark)
  const bytes = Buffer.allocUnsafe(HEADER_CHARS + json.length * 3)
  const length = bytes.write(json, HEADER_CHARS)
  const checksum = crc32(bytes.subarray(HEADER_CHARS, HEADER_CHARS + length))
  bytes.write(`${String(length).padStart(10, '0')} ${String(checksum).padStart(10, '0')}`, 0, 'latin1')
  return bytes.subarray(0, HEADER_CHARS + length)
}

/** `undefined` for what is no whole mark. */
export function decodeMark(bytes: Buffer): Mark | undefined {
  const [header, length, checksum] = /^(\d{10}) (\d{10})/.exec(bytes.toString('latin1', 0, HEADER_CHARS)) ?? []
  if (header === undefined) return undefined
  const json = bytes.subarray(header.length, header.length + Number(length))
  if (json.length !== Number(length) || crc32(json) !== Number(checksum)) return undefined
  const value = parseJson(json.toString())
  return isMark(value) ? value : undefined
}

/** Which lines are whole in a file of this size. */
export function wholeLines(mark: Mark, size: number): number {
  let whole = 0
  while (whole < mark.ends.length && mark.at + (mark.ends[whole] as number) <= size) whole++
  return whole
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null) return false
  const { number, file, at, head, ends, origins, origin, seq, seen } = value as Readonly<Record<keyof Mark, unknown>>
  if (!isCount(number) || !isName(file) || !isCount(at) || typeof head !== 'string') return false
  if (!isListOf(ends, isCount) || !isListOf(origins, isName) || !isListOf(seq, isCount) || !isListOf(seen, isSeen)) return false
  return isListOf(origin, Number.isInteger) && origin.length === ends.length && seq.length === ends.length
}

function isListOf<T>(value: unknown, holds: (item: unknown) => boolean): value is readonly T[] {
  return Array.isArray(value) && value.every(holds)
}

/** Marks are for writers that may be killed: whoever writes by itself never loads zlib. */
function crc32(bytes: Uint8Array): number {
  return process.getBuiltinModule('node:zlib').crc32(bytes)
}
