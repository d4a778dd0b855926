import { FRAME_HEADER_BYTES } from '../ring/layout.js'
import type { EventTexts } from '../ring/producer.js'

const MARKER = '{"[truncated]":true}'
/** No text of UTF-16 takes more. */
const MAX_BYTES_PER_UNIT = 3

/**
 * Makes the texts of an event fit a frame: what the limits let through fits anyway, so this acts only when several are raised at once.
 * Cut in this order: fields, error, message. Returns the bytes it had, or 0 when nothing was cut.
 *
 * @param limit bytes of a frame
 */
export function fitFrame(texts: EventTexts, limit: number): number {
  const units = texts.message.json.length + texts.head.length + texts.extra.length + texts.error.length
  if (units * MAX_BYTES_PER_UNIT + FRAME_HEADER_BYTES <= limit) return 0
  const bytes = size(texts)
  if (bytes <= limit) return 0
  if (texts.extra !== '') texts.extra = MARKER
  if (size(texts) > limit && texts.error !== '') texts.error = '{"type":"Error","message":"…[truncated]"}'
  if (size(texts) > limit) texts.message = { json: '"…[truncated]"', segment: 0, ref: 0 }
  return bytes
}

function size({ message, head, extra, error }: EventTexts): number {
  return (
    FRAME_HEADER_BYTES +
    Buffer.byteLength(message.json) +
    Buffer.byteLength(head) +
    Buffer.byteLength(extra) +
    Buffer.byteLength(error)
  )
}
