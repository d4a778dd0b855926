const MARK = '…[truncated]'
const MARK_BYTES: number = Buffer.byteLength(MARK)
const UTF8_BYTES_PER_UNIT = 3

/** The text, cut with a mark to at most `maxBytes` of UTF-8. */
export function cutText(text: string, maxBytes: number): string {
  if (text.length * UTF8_BYTES_PER_UNIT <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text
  const room = Math.max(0, maxBytes - MARK_BYTES)
  // never more characters than bytes, so that only the beginning of a long text is encoded
  const bytes = Buffer.from(text.slice(0, room))
  let end = Math.min(room, bytes.length)
  while (end > 0 && end < bytes.length && isContinuation(bytes[end])) end--
  return bytes.toString('utf8', 0, end) + MARK
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
