import type { ReadableRing } from '../../lane/cursor.js'
import { FRAME_HEADER_BYTES } from '../layout.js'
import { isWhole } from '../reader.js'
import { Segment } from '../segment.js'
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
  /** Base of the oldest segment that it holds. */
  readonly oldest: number | undefined
}

/** A ring in shared memory, as its writer and those who recover it see it. Nothing in the memory is trusted. */
export class RingView implements ReadableRing {
  readonly region: Region
  readonly segmentBytes: number
  readonly identity: RingIdentity
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
    const check = ((words[CONTROL.flags] as number) & FLAG_FULL_CHECK) === 0 ? 'header' : 'full'
    this.#segments = Array.from(
      { length: segments },
      (_, index) => new Segment(memory, this.#header + index * this.segmentBytes, this.segmentBytes, check),
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
    if (base < 0 || base % this.segmentBytes !== 0) return false
    const before = this.position
    if (this.#newest !== newest || newest.base !== base) {
      mirror?.pull(ROWS_AT, this.#segments.length * ROW_BYTES)
      this.#takeRows(newest)
    }
    this.#newest = newest
    if (mirror === undefined) {
      const published = positionNear(newest.base, word)
      newest.used = Math.min(Math.max(published - newest.base, newest.used), this.segmentBytes)
    } else this.#discover(newest)
    this.position = newest.used > 0 ? newest.base + newest.used : Math.max(before, this.#endBefore(newest))
    this.events = Math.max(this.events, doubles[NUMBER.events] as number)
    newest.events = this.events - newest.eventsBefore
    return this.position !== before
  }

  get oldestPosition(): number {
    let oldest = this.spill?.oldest ?? Number.POSITIVE_INFINITY
    for (const { base } of this.#segments) if (base >= 0 && base < oldest) oldest = base
    return oldest === Number.POSITIVE_INFINITY ? 0 : oldest
  }

  segmentAt(position: number): Segment | undefined {
    for (let base = position - (position % this.segmentBytes); base <= this.position; base += this.segmentBytes) {
      const segment = this.#at(base)
      if (segment !== undefined && Math.max(position, base) < segment.end) return segment
    }
    return undefined
  }

  /** Segments that the producer is done with, oldest first, which are still in the region. */
  get complete(): readonly Segment[] {
    return this.#segments.filter((segment) => segment.base >= 0 && segment !== this.#newest).sort((a, b) => a.base - b.base)
  }

  /** The segment that frames go to. */
  get newestSegment(): Segment | undefined {
    return this.#newest
  }

  get segmentCount(): number {
    return this.#segments.length
  }

  #at(base: number): Segment | undefined {
    const segment = this.#segments[(base / this.segmentBytes) % this.#segments.length]
    return segment?.base === base ? segment : this.spill?.segmentAt(base)
  }

  #endBefore(newest: Segment): number {
    return this.#at(newest.base - this.segmentBytes)?.end ?? newest.base
  }

  #row(index: number): number {
    return (ROWS_AT + index * ROW_BYTES) >> 3
  }

  /** Takes over the rows of all segments: a new one has begun. */
  #takeRows(newest: Segment): void {
    const { doubles, mirror } = this.region
    for (const [index, segment] of this.#segments.entries()) {
      const row = this.#row(index)
      const base = doubles[row + ROW.base] as number
      const isOurs = base >= 0 && (base / this.segmentBytes) % this.#segments.length === index
      if (!isOurs) segment.base = -1
      else if (segment.base !== base) segment.begin(base, doubles[row + ROW.eventsBefore] as number)
      if (!isOurs || segment === newest) continue
      const used = Math.min(doubles[row + ROW.used] as number, this.segmentBytes)
      if (used > segment.used) mirror?.pull(segment.start + segment.used, used - segment.used)
      segment.used = used
      segment.events = doubles[row + ROW.events] as number
    }
  }

  /** Finds frames that were written behind those that are known: each shows by its position and its check word that it is whole. */
  #discover(newest: Segment): void {
    const from = newest.used
    this.region.mirror?.pull(newest.start + from, this.segmentBytes - from)
    let end = from
    while (end + FRAME_HEADER_BYTES <= this.segmentBytes) {
      const length = newest.words[end >> 2] as number
      if (!isWhole(newest, end, length, this.segmentBytes)) break
      end += length
    }
    newest.used = end
  }
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
