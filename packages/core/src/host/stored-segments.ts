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
}

/** The segments that the header of a ring names, in no order. */
export function segmentsOf({ words, doubles }: Region, geometry: Geometry | undefined): readonly StoredSegment[] {
  if (geometry === undefined) return []
  const { segments, segmentBytes, headerBytes: header } = geometry
  const newest = words[CONTROL.newest] as number
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
    }
    const events = countOf(doubles[row + ROW.events])
    const used = Math.min(countOf(doubles[row + ROW.used]), segmentBytes) & ~7
    if (index !== newest) found.push({ ...stored, used, events, isOpen: false })
    else if (isPiecewise) found.push({ ...stored, used: segmentBytes & ~7, events: 0, isOpen: true })
    else {
      const published = positionNear(base, words[CONTROL.published] as number) - base
      const total = countOf(doubles[NUMBER.events])
      const isPlausible = published >= 0 && published <= segmentBytes
      found.push({
        ...stored,
        used: isPlausible ? published : segmentBytes & ~7,
        events: Math.max(0, total - stored.eventsBefore),
        isOpen: !isPlausible,
      })
    }
  }
  return found
}

/** Those that were spilled to files of their own. */
export function spilledSegments(path: string): readonly StoredSegment[] {
  return listSpilled(path).map((spilled) => ({ ...spilled, at: 0, isOpen: false }))
}

/** The oldest first. The ring's own copy of a segment goes before the one that was spilled. */
export function inOrder(segments: readonly StoredSegment[]): readonly StoredSegment[] {
  const own = new Set(segments.filter(({ path }) => path === undefined).map(({ base }) => base))
  return segments.filter(({ base, path }) => path === undefined || !own.has(base)).sort((a, b) => a.base - b.base)
}
