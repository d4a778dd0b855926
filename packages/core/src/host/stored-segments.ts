import { countOf } from '../ring/shared/count-of.js'
import { type Geometry, isBaseOf } from '../ring/shared/geometry.js'
import { CONTROL, FLAG_FULL_CHECK, NUMBER, ROW, ROW_BYTES, ROWS_AT } from '../ring/shared/layout.js'
import { positionNear } from '../ring/shared/position.js'
import type { Region } from '../ring/shared/region.js'
import { listSpilled } from './spill.js'

/** A segment as it lies in a file. */
export interface StoredSegment {
  readonly base: number
  readonly used: number
  readonly events: number
  readonly eventsBefore: number
  /** The file of its own that it was spilled to. */
  readonly path: string | undefined
  /** Where it begins in its file. */
  readonly at: number
  /** Where it ends is not known, but by its frames. */
  readonly isOpen: boolean
  /** Bytes that the header says it has, of one that is open; 0 when it does not say. */
  readonly stated: number
}

/** The segments that the header of a ring names, in no order. */
export function segmentsOf({ words, doubles }: Region, geometry: Geometry | undefined): readonly StoredSegment[] {
  if (geometry === undefined) return []
  const { segments, segmentBytes, headerBytes: header } = geometry
  const newest = newestOf(words[CONTROL.newest] as number, doubles, geometry)
  const isPiecewise = ((words[CONTROL.flags] as number) & FLAG_FULL_CHECK) !== 0
  const found: StoredSegment[] = []
  const newestBase = doubles[((ROWS_AT + newest * ROW_BYTES) >> 3) + ROW.base] ?? -1
  for (let index = 0; index < segments; index++) {
    const row = (ROWS_AT + index * ROW_BYTES) >> 3
    const base = doubles[row + ROW.base] as number
    const isOfLap = base <= newestBase && base > newestBase - segments * segmentBytes
    if (!isBaseOf(geometry, index, base) || !isOfLap) continue
    const stored = {
      base,
      eventsBefore: countOf(doubles[row + ROW.eventsBefore]),
      path: undefined,
      at: header + index * segmentBytes,
      stated: 0,
    }
    const events = countOf(doubles[row + ROW.events])
    const used = Math.min(countOf(doubles[row + ROW.used]), segmentBytes) & ~7
    if (index !== newest) found.push({ ...stored, used, events, isOpen: false })
    else {
      // one flipped bit of these numbers would hide what is whole: where its frames end, they say themselves
      const published = isPiecewise ? 0 : positionNear(base, words[CONTROL.published] as number) - base
      const stated = published >= 0 && published <= segmentBytes ? published : 0
      const total = isPiecewise ? 0 : countOf(doubles[NUMBER.events])
      const events = Math.max(0, total - stored.eventsBefore)
      found.push({ ...stored, used: segmentBytes & ~7, events, isOpen: true, stated })
    }
  }
  return found
}

/** The row of the segment that frames went to: the one that the header names, if there is such a row, else that of the highest base. */
function newestOf(stated: number, doubles: Float64Array, geometry: Geometry): number {
  if (stated >= 0 && stated < geometry.segments) return stated
  let newest = 0
  let highest = -1
  for (let index = 0; index < geometry.segments; index++) {
    const base = doubles[((ROWS_AT + index * ROW_BYTES) >> 3) + ROW.base] as number
    if (isBaseOf(geometry, index, base) && base > highest) [newest, highest] = [index, base]
  }
  return newest
}

/** Those that were spilled to files of their own. */
export function spilledSegments(path: string): readonly StoredSegment[] {
  return listSpilled(path).map((spilled) => ({ ...spilled, at: 0, isOpen: false, stated: 0 }))
}

/** The oldest first. The ring's own copy of a segment goes before the one that was spilled. */
export function inOrder(segments: readonly StoredSegment[]): readonly StoredSegment[] {
  const own = new Set(segments.filter(({ path }) => path === undefined).map(({ base }) => base))
  return segments.filter(({ base, path }) => path === undefined || !own.has(base)).sort((a, b) => a.base - b.base)
}
