import { closeSync, constants, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { FrameReader } from '../ring/reader.js'
import { hide } from '../ring/salvage.js'
import { Segment } from '../ring/segment.js'
import {
  CONTROL,
  FLAG_CHECKED,
  headerBytes,
  LANES_AT,
  NUMBER,
  ROW,
  ROW_BYTES,
  ROWS_AT,
  regionBytes,
} from '../ring/shared/layout.js'
import { positionWord } from '../ring/shared/position.js'
import { makeRegion } from '../ring/shared/region.js'
import { renameSurely } from '../surely.js'
import { PRIVATE_FILE_MODE } from '../tree/private-directory.js'
import type { StoredRing } from './stored-ring.js'

const PAGE_BYTES = 4096

/** Whether an event has to stay. Asked for each, the oldest first. */
export type Keep = (position: number, level: number, bytes: number) => boolean

/**
 * Writes a ring of the dead anew with only what is still needed, a segment at each step, and puts it in the place of the old one in one step.
 * Everything keeps its position, and pages without anything take no place on the disk. It is a ring as any other, for older versions, too.
 *
 * @param neededFrom nothing before this position is needed
 * @returns false when it could not be written, as on a full disk: the old one is as it was
 */
export function* compactRing(
  ring: StoredRing,
  { run, path }: { readonly run: string; readonly path: string },
  neededFrom: number,
  keep: Keep,
): Generator<void, boolean> {
  const partial = join(run, `.${ring.origin}.compact`)
  try {
    rmSync(partial, { force: true })
    const fd = openSync(partial, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, PRIVATE_FILE_MODE)
    try {
      yield* write(fd, ring, neededFrom, keep)
    } finally {
      closeSync(fd)
    }
    renameSurely(partial, path)
  } catch {
    // nothing is lost: it is tried again another time
    return false
  } finally {
    rmSync(partial, { force: true })
  }
  ring.removeSpilled()
  return true
}

function* write(fd: number, ring: StoredRing, neededFrom: number, keep: Keep): Generator<void, void> {
  const { segmentBytes } = ring
  const newest = ring.segments.at(-1)
  const needed = ring.segments.filter((stored) => stored === newest || stored.base + stored.used > neededFrom)
  const oldestBase = needed[0]?.base ?? 0
  const segments = Math.max(2, ((newest?.base ?? 0) - oldestBase) / segmentBytes + 1)
  const header = headerBytes(segments)
  const region = makeRegion(new ArrayBuffer(header))
  ring.region.bytes.copy(region.bytes, 0, 0, ROWS_AT)
  const { words, doubles } = region
  words[CONTROL.segments] = segments
  words[CONTROL.segmentBytes] = segmentBytes
  words[CONTROL.headerBytes] = header
  if (ring.hasChecked) words[CONTROL.flags] = (words[CONTROL.flags] as number) | FLAG_CHECKED
  for (let index = 0; index < segments; index++) doubles[((ROWS_AT + index * ROW_BYTES) >> 3) + ROW.base] = -1
  for (const stored of needed) {
    const index = (stored.base / segmentBytes) % segments
    const row = (ROWS_AT + index * ROW_BYTES) >> 3
    const segment = copyOf(ring.load(stored))
    thin(segment, ring.origin, neededFrom, keep)
    doubles[row + ROW.base] = stored.base
    doubles[row + ROW.used] = segment.used
    doubles[row + ROW.events] = stored.events
    doubles[row + ROW.eventsBefore] = stored.eventsBefore
    writePages(fd, segment.bytes.subarray(0, segment.used), header + index * segmentBytes)
    ring.rest()
    if (stored === newest) {
      words[CONTROL.newest] = index
      words[CONTROL.published] = positionWord(stored.base + segment.used)
      doubles[NUMBER.events] = stored.eventsBefore + stored.events
    }
    yield
  }
  // what the lanes have come to meanwhile
  ring.region.bytes.copy(region.bytes, LANES_AT, LANES_AT, ROWS_AT)
  ftruncateSync(fd, regionBytes(segments, segmentBytes))
  writePages(fd, region.bytes, 0)
}

function copyOf(segment: Segment): Segment {
  const memory = new ArrayBuffer(segment.bytes.length)
  const copy = new Segment(memory, 0, memory.byteLength, segment.check)
  segment.bytes.copy(copy.bytes)
  copy.begin(segment.base, segment.eventsBefore)
  copy.used = segment.used
  return copy
}

/** Takes out the events that need not stay, each stretch of them as one gap. */
function thin(segment: Segment, origin: string, neededFrom: number, keep: Keep): void {
  const reader = new FrameReader(origin)
  let start = -1
  const close = (end: number): void => {
    if (start >= 0) hide(segment, { from: start, to: end })
    start = -1
  }
  for (let offset = 0; offset < segment.used; ) {
    const kind = reader.read(segment, offset)
    const { length } = reader
    const position = segment.base + offset
    const isKept = kind === 'definition' || (position >= neededFrom && (kind !== 'event' || keep(position, reader.level, length)))
    if (isKept) close(offset)
    else if (start < 0) start = offset
    offset += length
  }
  close(segment.used)
}

/** Leaves out pages without anything. */
function writePages(fd: number, bytes: Buffer, at: number): void {
  const zeros = Buffer.alloc(PAGE_BYTES)
  for (let start = 0; start < bytes.length; start += PAGE_BYTES) {
    const page = bytes.subarray(start, start + PAGE_BYTES)
    if (page.equals(zeros.subarray(0, page.length))) continue
    for (let done = 0; done < page.length; ) done += writeSync(fd, page, done, page.length - done, at + start + done)
  }
}
