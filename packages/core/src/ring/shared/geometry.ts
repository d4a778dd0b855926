import type { FrameCheck } from '../check-word.js'
import { FRAME_HEADER_BYTES } from '../layout.js'
import { isWhole } from '../reader.js'
import { Segment } from '../segment.js'
import { CONTROL, headerBytes, MAGIC, ROW, ROW_BYTES, ROWS_AT, WIRE_VERSION } from './layout.js'
import type { Region } from './region.js'

const MAX_SEGMENTS: number = 1 << 16
const MIN_SEGMENT_BYTES = 4096
/** Rows that have room in one page: rings of more segments are not guessed. */
const GUESSED_SEGMENTS = 128

/** How a ring is divided. */
export interface Geometry {
  readonly segments: number
  readonly segmentBytes: number
  /** Where the first segment begins. */
  readonly headerBytes: number
}

/** What the header of a ring says; `undefined` when it contradicts itself or is none. */
export function geometryOf({ words }: Region): Geometry | undefined {
  const segments = words[CONTROL.segments] as number
  const segmentBytes = words[CONTROL.segmentBytes] as number
  const header = words[CONTROL.headerBytes] as number
  if (words[CONTROL.magic] !== MAGIC || words[CONTROL.version] !== WIRE_VERSION) return undefined
  const isSane = segments >= 2 && segments <= MAX_SEGMENTS && segmentBytes >= MIN_SEGMENT_BYTES && segmentBytes % 8 === 0
  return isSane && header === headerBytes(segments) ? { segments, segmentBytes, headerBytes: header } : undefined
}

/** What the rows of the segments and the size of the file leave as the only possibility, when the first page is lost. */
export function guessGeometry(region: Region, bytes: number): Geometry | undefined {
  for (let segments = 2; segments <= GUESSED_SEGMENTS; segments++) {
    const header = headerBytes(segments)
    const geometry = { segments, segmentBytes: (bytes - header) / segments, headerBytes: header }
    if (geometry.segmentBytes < MIN_SEGMENT_BYTES || geometry.segmentBytes % MIN_SEGMENT_BYTES !== 0) continue
    const bases = Array.from({ length: segments }, (_, index) => baseOf(region, index))
    const isFit = bases.every((base, index) => base === -1 || isBaseOf(geometry, index, base))
    // a ring of which only the first segment was used fits anything
    if (isFit && bases.some((base) => base > 0)) return geometry
  }
  return undefined
}

export function baseOf({ doubles }: Region, index: number): number {
  return doubles[((ROWS_AT + index * ROW_BYTES) >> 3) + ROW.base] ?? -1
}

export function isBaseOf({ segments, segmentBytes }: Geometry, index: number, base: number): boolean {
  return Number.isSafeInteger(base) && base >= 0 && (base / segmentBytes) % segments === index
}

/** Where pieces of memory stood in the life of their ring, the oldest first: what the whole frames in them say of themselves. */
export function basesIn(content: Buffer, check: FrameCheck): readonly number[] {
  const memory = new ArrayBuffer(content.length & ~7)
  const segment = new Segment(memory, 0, memory.byteLength, check)
  content.copy(segment.bytes)
  const bases = new Set<number>()
  for (let offset = 0; offset + FRAME_HEADER_BYTES <= memory.byteLength; ) {
    const length = segment.words[offset >> 2] as number
    segment.base = (segment.doubles[(offset >> 3) + 1] as number) - offset
    const isFrame = Number.isSafeInteger(segment.base) && segment.base >= 0 && segment.base % 8 === 0
    if (isFrame && isWhole(segment, offset, length, memory.byteLength)) {
      bases.add(segment.base)
      offset += length
    } else offset += 8
  }
  return [...bases].sort((a, b) => a - b)
}
