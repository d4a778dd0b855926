import type { ReadableRing } from '../../lane/cursor.js'
import { checkOf, type FrameCheck } from '../check-word.js'
import { FRAME_HEADER_BYTES, KIND, WORD } from '../layout.js'
import { isWhole } from '../reader.js'
import { Segment } from '../segment.js'
import { countOf } from './count-of.js'
import type { RingIdentity } from './identity.js'
import {
  CONTROL,
  FLAG_FULL_CHECK,
  headerBytes,
  IDENTITY_AT,
  IDENTITY_BYTES,
  MAGIC,
  NUMBER,
  PRODUCER_BYTES,
  ROW,
  ROW_BYTES,
  ROWS_AT,
  regionBytes,
  WIRE_VERSION,
} from './layout.js'
import { positionNear } from './position.js'
import type { Region } from './region.js'

/** Of a file that is read piece by piece, at a time. */
const PULL_BYTES = 8192

/** What is wrong with a region that is not a ring of ours. */
export class RingRefused extends Error {
  override readonly name = 'RingRefused'
  readonly code: 'not_a_ring' | 'other_version' | 'damaged'

  constructor(code: RingRefused['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Gives back what a lane that lags still needs after the producer has used its segments again. */
export interface Spill {
  segmentAt(base: number): Segment | undefined
  /** Where the segment ends that begins there. */
  endOf(base: number): number | undefined
  /** Base of the first segment that begins behind a position. */
  baseBehind(position: number): number | undefined
  /** Base of the oldest segment that it holds. */
  readonly oldest: number | undefined
}

/** A ring in shared memory, as its writer and those who recover it see it. Nothing in the memory is trusted. */
export class RingView implements ReadableRing {
  readonly region: Region
  readonly segmentBytes: number
  readonly identity: RingIdentity
  readonly check: FrameCheck
  position = 0
  events = 0
  /** What the writer has taken out of the region, if anything. */
  spill: Spill | undefined
  readonly #header: number
  readonly #segments: Segment[]
  #newest: Segment | undefined

  /** @throws RingRefused */
  constructor(region: Region) {
    this.region = region
    const { words, memory, mirror } = region
    mirror?.pull(0, Math.min(memory.byteLength, ROWS_AT))
    if (memory.byteLength < 4096 || Atomics.load(words, CONTROL.magic) !== MAGIC)
      throw new RingRefused('not_a_ring', 'It is not a ring of Holdfast.')
    const version = words[CONTROL.version]
    if (version !== WIRE_VERSION)
      throw new RingRefused('other_version', `Its wire version is ${version}, and this one reads ${WIRE_VERSION}.`)
    const segments = words[CONTROL.segments] as number
    this.segmentBytes = words[CONTROL.segmentBytes] as number
    this.#header = words[CONTROL.headerBytes] as number
    const isSane = segments >= 2 && segments <= 1 << 16 && this.segmentBytes >= 4096 && this.segmentBytes % 8 === 0
    if (!isSane || this.#header !== headerBytes(segments) || memory.byteLength < regionBytes(segments, this.segmentBytes))
      throw new RingRefused('damaged', 'Its header contradicts itself.')
    this.identity = readIdentity(region)
    this.check = checkOf(this.identity.origin, ((words[CONTROL.flags] as number) & FLAG_FULL_CHECK) !== 0)
    this.#segments = Array.from(
      { length: segments },
      (_, index) => new Segment(memory, this.#header + index * this.segmentBytes, this.segmentBytes, this.check),
    )
    for (const segment of this.#segments) segment.base = -1
    this.refresh()
  }

  /** Looks what has been published since the last time. False when nothing was. */
  refresh(): boolean {
    const { words, doubles, mirror } = this.region
    mirror?.pull(0, PRODUCER_BYTES)
    // in this order: a segment that begins in between is then found empty, and the one before it complete
    const word = Atomics.load(words, CONTROL.published)
    const index = Atomics.load(words, CONTROL.newest)
    const newest = this.#segments[index]
    if (newest === undefined) return false
    mirror?.pull(this.#row(index) << 3, ROW_BYTES)
    const base = doubles[this.#row(index) + ROW.base] as number
    if (!this.#isBaseOf(index, base)) return false
    const before = this.position
    if (this.#newest !== newest || newest.base !== base) {
      mirror?.pull(ROWS_AT, this.#segments.length * ROW_BYTES)
      this.#takeRows(newest, base)
    }
    this.#newest = newest
    if (mirror === undefined) {
      const published = positionNear(newest.base, word)
      newest.used = Math.min(Math.max(published - newest.base, newest.used), this.segmentBytes)
      const events = countOf(doubles[NUMBER.events]) - newest.eventsBefore
      newest.events = Math.min(Math.max(newest.events, events), mostEvents(newest.used))
    } else this.#discover(newest)
    this.position = newest.used > 0 ? newest.base + newest.used : Math.max(before, this.#endBefore(newest))
    this.events = Math.max(this.events, newest.eventsBefore + newest.events)
    return this.position !== before
  }

  get oldestPosition(): number {
    let oldest = this.spill?.oldest ?? Number.POSITIVE_INFINITY
    for (const { base } of this.#segments) if (base >= 0 && base < oldest) oldest = base
    return oldest === Number.POSITIVE_INFINITY ? 0 : oldest
  }

  segmentAt(position: number): Segment | undefined {
    const segment = this.#at(position - (position % this.segmentBytes))
    return segment !== undefined && position < segment.end ? segment : this.#behind(position)
  }

  /** Segments that the producer is done with, oldest first, which are still in the region. */
  get complete(): readonly Segment[] {
    return this.#segments.filter((segment) => segment.base >= 0 && segment !== this.#newest).sort((a, b) => a.base - b.base)
  }

  /** The segment that frames go to. */
  get newestSegment(): Segment | undefined {
    return this.#newest
  }

  /** Where reading goes on from a position: behind the last frame of a segment, the beginning of the next. */
  beginningAt(position: number): number {
    const base = position - (position % this.segmentBytes)
    if (base >= (this.#newest?.base ?? 0)) return position
    const segment = this.#segments[(base / this.segmentBytes) % this.#segments.length]
    const end = segment?.base === base ? segment.end : this.spill?.endOf(base)
    return end !== undefined && position >= end ? base + this.segmentBytes : position
  }

  get segmentCount(): number {
    return this.#segments.length
  }

  #at(base: number): Segment | undefined {
    const segment = this.#segments[(base / this.segmentBytes) % this.#segments.length]
    return segment?.base === base ? segment : this.spill?.segmentAt(base)
  }

  /** The next segment with anything in it. There may be none between: of damaged memory not every segment is found again. */
  #behind(position: number): Segment | undefined {
    let next: Segment | undefined
    for (const segment of this.#segments)
      if (segment.base > position && segment.used > 0 && segment.base < (next?.base ?? Number.POSITIVE_INFINITY)) next = segment
    for (;;) {
      const base = this.spill?.baseBehind(position)
      if (base === undefined || base >= (next?.base ?? Number.POSITIVE_INFINITY)) return next
      const spilled = this.spill?.segmentAt(base)
      if (spilled !== undefined) return spilled
      position = base
    }
  }

  #endBefore(newest: Segment): number {
    return this.#at(newest.base - this.segmentBytes)?.end ?? newest.base
  }

  #row(index: number): number {
    return (ROWS_AT + index * ROW_BYTES) >> 3
  }

  #isBaseOf(index: number, base: number): boolean {
    return Number.isSafeInteger(base) && base >= 0 && (base / this.segmentBytes) % this.#segments.length === index
  }

  /** Takes over the rows of all segments: a new one has begun. Those that do not belong to the same lap are not there. */
  #takeRows(newest: Segment, newestBase: number): void {
    const { doubles, mirror } = this.region
    const oldestBase = newestBase - (this.#segments.length - 1) * this.segmentBytes
    for (const [index, segment] of this.#segments.entries()) {
      const row = this.#row(index)
      const base = doubles[row + ROW.base] as number
      // one that is newer than the newest is being begun just now: its row may be half written
      if (!this.#isBaseOf(index, base) || base < oldestBase || base > newestBase) {
        segment.base = -1
        continue
      }
      if (segment.base !== base) segment.begin(base, Math.min(countOf(doubles[row + ROW.eventsBefore]), mostEvents(base)))
      if (segment === newest) continue
      const used = Math.min(countOf(doubles[row + ROW.used]), this.segmentBytes) & ~7
      if (used > segment.used) mirror?.pull(segment.start + segment.used, used - segment.used)
      segment.used = used
      segment.events = Math.min(countOf(doubles[row + ROW.events]), mostEvents(used))
    }
  }

  /** Finds frames that were written behind those that are known: each shows by its position and its check word that it is whole. */
  #discover(newest: Segment): void {
    const { mirror } = this.region
    let end = newest.used
    let pulled = end
    while (end + FRAME_HEADER_BYTES <= this.segmentBytes) {
      // a little at a time: mostly there is nothing new, and a segment is large
      const length = end < pulled ? (newest.words[end >> 2] as number) : 0
      const wanted = Math.max(end + FRAME_HEADER_BYTES, Math.min(end + length, this.segmentBytes))
      if (wanted > pulled) {
        const until = Math.min(Math.max(wanted, pulled + PULL_BYTES), this.segmentBytes)
        mirror?.pull(newest.start + pulled, until - pulled)
        pulled = until
        continue
      }
      if (!isWhole(newest, end, length, this.segmentBytes)) break
      if (((newest.words[(end >> 2) + WORD.kind] as number) & 0xff) === KIND.event) newest.events++
      end += length
    }
    newest.used = end
  }
}

function mostEvents(bytes: number): number {
  return Math.floor(bytes / FRAME_HEADER_BYTES)
}

/** @throws RingRefused */
export function readIdentity({ words, bytes }: Region): RingIdentity {
  const length = Math.min(Math.max(words[CONTROL.identityBytes] as number, 0), IDENTITY_BYTES)
  try {
    const identity = JSON.parse(bytes.toString('utf8', IDENTITY_AT, IDENTITY_AT + length)) as RingIdentity
    if (/^[a-z2-7]{13,32}$/.test(identity.origin) && typeof identity.process === 'string') return identity
  } catch (error) {
    throw new RingRefused('damaged', `It does not say who writes it: ${String(error)}`)
  }
  throw new RingRefused('damaged', 'It does not say who writes it.')
}
