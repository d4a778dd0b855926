import { crc32 } from 'node:zlib'

/** Begins every file of a spool; the last character is the version of the format. */
export const SEGMENT_HEAD: Buffer = Buffer.from('HFGELF1\n')

const ENTRY_HEAD_BYTES = 8
/** Longer than any message; what claims to be longer is damaged. */
const MESSAGE_LIMIT_BYTES = 1 << 28

/** One message that was read, and where the next one begins. */
export interface Entry {
  readonly message: string
  readonly end: number
}

/**
 * A message as it stands in a file:
 *
 * ```
 *  0        4        8
 *  ├ length ┤ CRC-32 ┤ GELF message, UTF-8 …
 * ```
 */
export function encodeEntry(message: string): Buffer {
  const length = Buffer.byteLength(message)
  const entry = Buffer.allocUnsafe(ENTRY_HEAD_BYTES + length)
  entry.write(message, ENTRY_HEAD_BYTES)
  entry.writeUInt32LE(length, 0)
  entry.writeUInt32LE(crc32(entry.subarray(ENTRY_HEAD_BYTES)), 4)
  return entry
}

/** The message at an offset; `undefined` where no whole and undamaged one is. */
export function decodeEntry(bytes: Buffer, offset: number): Entry | undefined {
  const start = offset + ENTRY_HEAD_BYTES
  if (start > bytes.length) return undefined
  const length = bytes.readUInt32LE(offset)
  const end = start + length
  if (length > MESSAGE_LIMIT_BYTES || end > bytes.length) return undefined
  const payload = bytes.subarray(start, end)
  return crc32(payload) === bytes.readUInt32LE(offset + 4) ? { message: payload.toString('utf8'), end } : undefined
}

/** How far a file is whole, and how many messages that is from `offset` on. A length of 0 says that its head is damaged. */
export function scanSegment(bytes: Buffer, offset: number): { readonly end: number; readonly messages: number } {
  if (!bytes.subarray(0, SEGMENT_HEAD.length).equals(SEGMENT_HEAD)) return { end: 0, messages: 0 }
  let end = SEGMENT_HEAD.length
  let messages = 0
  for (let entry = decodeEntry(bytes, end); entry !== undefined; entry = decodeEntry(bytes, end)) {
    if (end >= offset) messages++
    end = entry.end
  }
  return { end, messages }
}
