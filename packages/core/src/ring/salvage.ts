import { isAscii, isUtf8 } from 'node:buffer'
import { checkWord } from './check-word.js'
import { DOUBLE, FRAME_HEADER_BYTES, KIND, WORD } from './layout.js'
import { countOfLoss } from './read-loss.js'
import { FrameReader, isWhole } from './reader.js'
import type { Segment } from './segment.js'

/** A piece of a segment that cannot be read. Offsets in bytes. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** What is whole in a segment. */
export interface Salvaged {
  readonly gaps: readonly Gap[]
  /** Event frames, from its beginning. */
  readonly events: number
  /** Of those that were asked for: how many there are, and when the oldest and the youngest were logged, in milliseconds since 1970. */
  readonly wanted: number
  readonly from: number
  readonly to: number
  /** Events that the LOSS frames of that part tell of. */
  readonly lost: number
  /** Sequence numbers that it cannot explain, between the lowest and the highest that it can. */
  readonly missing: number
  /** The highest sequence number that a frame explains, 0 for none. */
  readonly lastSeq: number
}

export interface SalvageOptions {
  readonly origin: string
  /** Events from this offset on are wanted. */
  readonly from: number
  /** Their texts are looked at. */
  readonly checksTexts: boolean
  /** Nothing that stood before a gap is known behind it: the segment may be several. */
  readonly forgets: boolean
}

/**
 * Finds what is whole in a segment whose producer is dead, and hides the rest in its memory, so that whoever reads it comes to each frame
 * that is whole, at its own position. It costs a look at each text, which the living are spared: a line must be JSON, with the origin and the
 * number of its frame, and its texts must be what their flags say they are.
 */
export function salvage(segment: Segment, { origin, from: wantedFrom, checksTexts, forgets }: SalvageOptions): Salvaged {
  const reader = new FrameReader(origin)
  const gaps: Gap[] = []
  let events = 0
  let wanted = 0
  let lost = 0
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  let firstSeq = Number.POSITIVE_INFINITY
  let lastSeq = 0
  let explained = 0
  for (let offset = 0; offset + FRAME_HEADER_BYTES <= segment.used; ) {
    const kind = read(segment, offset, reader, checksTexts && offset >= wantedFrom)
    if (kind === 'corrupt') {
      const end = nextWhole(segment, offset + FRAME_HEADER_BYTES)
      gaps.push({ from: offset, to: end })
      hide(segment, { from: offset, to: end })
      reader.goOnAt(end, forgets)
      offset = end
      continue
    }
    if (kind === 'event') {
      events++
      explained++
      firstSeq = Math.min(firstSeq, reader.seq)
      lastSeq = Math.max(lastSeq, reader.seq)
      if (offset >= wantedFrom) {
        wanted++
        from = Math.min(from, reader.time)
        to = Math.max(to, reader.time)
      }
    } else if (kind === 'loss') {
      firstSeq = Math.min(firstSeq, reader.loss().from)
      lastSeq = Math.max(lastSeq, reader.loss().to)
      explained += reader.loss().to - reader.loss().from + 1
      if (offset >= wantedFrom) lost += countOfLoss(reader.loss())
    }
    offset += reader.length
  }
  const missing = lastSeq === 0 ? 0 : Math.max(0, lastSeq - firstSeq + 1 - explained)
  return { gaps, events, wanted, from, to, lost, missing, lastSeq }
}

/** Makes a gap a frame that stands for nothing: readers of all versions pass over it. */
export function hide({ bytes, words, doubles, base, check, used }: Segment, { from, to }: Gap): void {
  // what is too short to be a frame stands at the end, where nobody looks for one
  const length = to - from
  bytes.fill(0, from, Math.min(to, used))
  if (length < FRAME_HEADER_BYTES) return
  words[(from >> 2) + WORD.length] = length
  words[(from >> 2) + WORD.kind] = KIND.gap
  doubles[(from >> 3) + DOUBLE.position] = base + from
  words[(from >> 2) + WORD.check] = checkWord(words, from, check)
}

function read(segment: Segment, offset: number, reader: FrameReader, isChecked: boolean): ReturnType<FrameReader['read']> {
  const kind = reader.read(segment, offset)
  return kind === 'event' && isChecked && !isReadable(reader) ? 'corrupt' : kind
}

function nextWhole(segment: Segment, from: number): number {
  const { words, used } = segment
  for (let offset = from; offset + FRAME_HEADER_BYTES <= used; offset += 8)
    if (isWhole(segment, offset, words[offset >> 2] as number, used)) return offset
  return used
}

/** The event's texts are such that its line is one line of JSON, and says whose it is. */
function isReadable(reader: FrameReader): boolean {
  const texts = reader.texts()
  if (!(reader.isAscii ? isAscii(texts) : isUtf8(texts))) return false
  const { json } = reader.record()
  if (hasControl(json)) return false
  try {
    const { origin, seq } = JSON.parse(json) as { origin?: unknown; seq?: unknown }
    return origin === reader.head.origin && seq === reader.seq
  } catch {
    return false
  }
}

/** JSON may have line feeds and tabs between its members; our lines have none. */
function hasControl(json: string): boolean {
  for (let i = 0; i < json.length; i++) if (json.charCodeAt(i) < 0x20) return true
  return false
}
