import { cutText } from './cut-text.js'
import { escapeUnsafe } from './escape-unsafe.js'

type Fields = Record<string, string | number>

const UTF8_BYTES_PER_UNIT = 3
/** What is kept at least of a field, and of the message. */
const FIELD_FLOOR_BYTES = 64
const MESSAGE_FLOOR_BYTES = 256
/** The mark of a cut, and what is lost because characters are not cut in two. */
const SLACK_BYTES = 20
const CORE: ReadonlySet<string> = new Set(['version', 'host', 'short_message', 'full_message', 'timestamp', 'level', '_event_id'])

/**
 * A GELF message of at most `maxBytes`. A longer one is cut with marks: `full_message` first, then fields from the longest on, then
 * `short_message`; fields go only when all of that is not enough. `maxBytes` below 2 KiB may be exceeded.
 */
export function fitMessage(json: string, maxBytes: number): string {
  if (json.length * UTF8_BYTES_PER_UNIT <= maxBytes) return json
  const size = Buffer.byteLength(json)
  if (size <= maxBytes) return json
  const fields = JSON.parse(json) as Fields
  // a character has in JSON at least the bytes that it has in the text, so each cut byte saves one or more
  let surplus = size - maxBytes
  for (const [name, floor] of cuttable(fields)) {
    if (surplus <= 0) break
    surplus -= cutField(fields, name, surplus, floor)
  }
  const cut = escapeUnsafe(JSON.stringify(fields))
  if (Buffer.byteLength(cut) <= maxBytes) return cut
  return escapeUnsafe(JSON.stringify(withinCore(fields)))
}

/** Names of texts, in the order in which they are cut, and what must remain of each. */
function cuttable(fields: Fields): readonly (readonly [string, number])[] {
  const others = Object.keys(fields)
    .filter((name) => !CORE.has(name) && typeof fields[name] === 'string')
    .sort((a, b) => String(fields[b]).length - String(fields[a]).length)
  return [
    ['full_message', FIELD_FLOOR_BYTES],
    ...others.map((name) => [name, FIELD_FLOOR_BYTES] as const),
    ['short_message', MESSAGE_FLOOR_BYTES],
  ]
}

/** Cuts one text by what is needed, as far as it may; returns the bytes that are saved. */
function cutField(fields: Fields, name: string, needed: number, floor: number): number {
  const text = fields[name]
  if (typeof text !== 'string') return 0
  const size = Buffer.byteLength(text)
  const target = Math.max(floor, size - needed - SLACK_BYTES)
  if (size <= target) return 0
  const cut = cutText(text, target)
  fields[name] = cut
  return size - Buffer.byteLength(cut)
}

/** A message whose many small fields are too much: what tells an operator that it was there. */
function withinCore(fields: Fields): Fields {
  const core = Object.entries(fields)
    .filter(([name]) => CORE.has(name))
    .map(([name, value]) => [name, typeof value === 'string' ? cutText(value, MESSAGE_FLOOR_BYTES) : value] as const)
  return { ...Object.fromEntries(core), _truncated: 'fields' }
}
