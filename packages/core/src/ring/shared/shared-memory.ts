import { checkOf, type FrameCheck } from '../check-word.js'
import type { SegmentMemory } from '../memory.js'
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
  STATE,
  WIRE_VERSION,
} from './layout.js'
import { positionWord } from './position.js'
import type { Region } from './region.js'

export interface SharedMemoryOptions {
  readonly segments: number
  readonly segmentBytes: number
  readonly identity: RingIdentity
}

/** The producer's side of a region: its segments, and the words that tell others about them. */
export class SharedMemory implements SegmentMemory {
  readonly region: Region
  readonly #segments: number
  readonly #segmentBytes: number
  readonly #header: number
  readonly #check: FrameCheck

  /** Makes a region a ring, whatever was in it before. */
  constructor(region: Region, { segments, segmentBytes, identity }: SharedMemoryOptions) {
    if (region.memory.byteLength < regionBytes(segments, segmentBytes)) throw new RangeError('The region is too small.')
    this.region = region
    this.#segments = segments
    this.#segmentBytes = segmentBytes
    this.#header = headerBytes(segments)
    this.#check = checkOf(identity.origin, region.mirror !== undefined)
    this.#format(identity)
  }

  take(index: number): Segment {
    return new Segment(this.region.memory, this.#header + index * this.#segmentBytes, this.#segmentBytes, this.#check)
  }

  began(segment: Segment, previous: Segment | undefined): void {
    const { words, mirror } = this.region
    if (previous !== undefined) this.#writeRow(previous)
    this.#writeRow(segment)
    Atomics.store(words, CONTROL.newest, this.#indexOf(segment))
    mirror?.push(ROWS_AT, this.#segments * ROW_BYTES)
    mirror?.push(0, PRODUCER_BYTES)
  }

  published(newest: Segment, events: number): void {
    const { words, doubles, mirror } = this.region
    const position = newest.base + newest.used
    doubles[NUMBER.events] = events
    // a mirrored frame speaks for itself: one write an event
    if (mirror !== undefined) mirror.push(newest.start + newest.sent, newest.used - newest.sent)
    newest.sent = newest.used
    Atomics.store(words, CONTROL.published, positionWord(position))
  }

  #format(identity: RingIdentity): void {
    const { words, doubles, bytes, mirror } = this.region
    // what was there before must not be taken for ours while it changes
    Atomics.store(words, CONTROL.magic, 0)
    bytes.fill(0, 0, this.#header)
    for (let i = 0; i < this.#segments; i++) doubles[((ROWS_AT + i * ROW_BYTES) >> 3) + ROW.base] = -1
    const text = identityText(identity)
    text.copy(bytes, IDENTITY_AT)
    words[CONTROL.identityBytes] = text.length
    words[CONTROL.version] = WIRE_VERSION
    words[CONTROL.headerBytes] = this.#header
    words[CONTROL.segmentBytes] = this.#segmentBytes
    words[CONTROL.segments] = this.#segments
    words[CONTROL.flags] = mirror === undefined ? 0 : FLAG_FULL_CHECK
    words[CONTROL.state] = STATE.open
    Atomics.store(words, CONTROL.magic, MAGIC)
    mirror?.push(0, this.#header)
  }

  #writeRow(segment: Segment): void {
    const at = (ROWS_AT + this.#indexOf(segment) * ROW_BYTES) >> 3
    const { doubles } = this.region
    doubles[at + ROW.base] = segment.base
    doubles[at + ROW.used] = segment.used
    doubles[at + ROW.events] = segment.events
    doubles[at + ROW.eventsBefore] = segment.eventsBefore
  }

  #indexOf(segment: Segment): number {
    return (segment.start - this.#header) / this.#segmentBytes
  }
}

/** What cannot do without is short; a context that finds no room is left out, as a ring that does not say whose it is would not be read. */
function identityText(identity: RingIdentity): Buffer {
  const shorter = { ...identity, context: '{}' }
  const shortest = { ...shorter, service: identity.service.slice(0, 200), environment: identity.environment.slice(0, 200) }
  const texts = [identity, shorter, shortest].map((candidate) => Buffer.from(JSON.stringify(candidate)))
  return texts.find(({ length }) => length <= IDENTITY_BYTES) ?? Buffer.alloc(0)
}
