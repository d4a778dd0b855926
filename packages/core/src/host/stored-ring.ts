import { closeSync, readSync, rmSync, writeSync } from 'node:fs'
import { errorCode } from '../diagnostics/hub.js'
import type { ReadableRing } from '../lane/cursor.js'
import { checkOf, type FrameCheck } from '../ring/check-word.js'
import { type Gap, hide, salvage } from '../ring/salvage.js'
import { Segment } from '../ring/segment.js'
import { countOf } from '../ring/shared/count-of.js'
import { baseOf, basesIn, type Geometry, geometryOf, guessGeometry, isBaseOf } from '../ring/shared/geometry.js'
import type { RingIdentity } from '../ring/shared/identity.js'
import { CONTROL, FLAG_CHECKED, FLAG_FULL_CHECK, headerBytes, NUMBER, ROW, ROW_BYTES, ROWS_AT } from '../ring/shared/layout.js'
import { positionNear } from '../ring/shared/position.js'
import { makeRegion, type Region } from '../ring/shared/region.js'
import { readIdentity } from '../ring/shared/ring-view.js'
import { openRegular } from '../tree/open-regular.js'
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

/** What was found in the part of a ring that somebody still wants. */
export interface Survey {
  /** Events that are whole. */
  readonly events: number
  /** When the oldest and the youngest were logged, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Bytes that cannot be read. */
  readonly damagedBytes: number
  /** Events that are known to have stood there. */
  readonly lost: number
  /** The highest sequence number that a frame explains. */
  readonly lastSeq: number
}

/** Of a ring whose first page is lost: the files of most rings have no more rows than fit a page. */
const HEADER_BYTES: number = headerBytes(2)
const PAGE_BYTES = 4096

/**
 * The ring of a producer that is dead, in its file: read segment by segment when somebody wants it, so that the past costs next to no memory,
 * and never mapped, so that no file can end this process. What is damaged is found by `survey`, and is not there afterwards.
 */
export class StoredRing implements ReadableRing {
  readonly origin: string
  /** `undefined` when the file does not say who wrote it. */
  readonly identity: RingIdentity | undefined
  /** The pages in front of the segments. */
  readonly region: Region
  readonly check: FrameCheck
  readonly geometry: Geometry | undefined
  position = 0
  events = 0
  readonly #path: string
  readonly #spillPath: string
  readonly #gaps = new Map<number, readonly Gap[]>()
  #hasChecked = false
  #fd: number
  #size: number
  #segments: readonly StoredSegment[]
  readonly #loaded = new Map<number, Segment>()

  /** @throws NotRegular, and the error of the file system */
  constructor(path: string, origin: string, spillPath: string, access: 'read' | 'update' = 'update') {
    this.#path = path
    this.#spillPath = spillPath
    const { fd, size } = openRegular(path, access)
    this.#fd = fd
    this.#size = size
    const first = this.#readHeader(HEADER_BYTES)
    const stated = geometryOf(first)
    this.region = stated === undefined ? first : this.#readHeader(stated.headerBytes)
    this.geometry = stated ?? guessGeometry(first, size)
    this.identity = identityIn(this.region)
    this.origin = this.identity?.origin ?? origin
    this.check = this.#findCheck(stated !== undefined)
    this.#segments = [...listSpilled(spillPath).map(asStored), ...this.#inFile()]
      .filter(isFirstOf)
      .sort((a, b) => a.base - b.base)
    this.#measure()
  }

  /** Its header is whole. */
  get isSound(): boolean {
    return geometryOf(this.region) !== undefined && this.identity !== undefined
  }

  /** All that is in it was looked at when it was written anew. */
  get isChecked(): boolean {
    return this.isSound && ((this.region.words[CONTROL.flags] as number) & FLAG_CHECKED) !== 0
  }

  /** Nothing is in it any more whose texts were not looked at. */
  get hasChecked(): boolean {
    return this.#hasChecked
  }

  get segmentBytes(): number {
    return this.geometry?.segmentBytes ?? this.#size
  }

  get oldestPosition(): number {
    return this.#segments[0]?.base ?? 0
  }

  get segments(): readonly StoredSegment[] {
    return this.#segments
  }

  get isDamaged(): boolean {
    return this.#gaps.size > 0
  }

  /** Bytes of the file, also of those that were never written. */
  get size(): number {
    return this.#size
  }

  segmentAt(position: number): Segment | undefined {
    // asked for every frame
    for (const segment of this.#loaded.values()) if (position >= segment.base && position < segment.end) return segment
    const found = this.#segments.find(({ base, used }) => position < base + used)
    return found === undefined ? undefined : this.load(found)
  }

  load(stored: StoredSegment): Segment {
    const loaded = this.#loaded.get(stored.base)
    if (loaded !== undefined) return loaded
    const { base, used, events, eventsBefore } = stored
    const memory = new ArrayBuffer((used + 7) & ~7)
    const segment = new Segment(memory, 0, memory.byteLength, this.check)
    this.#read(stored, segment.bytes)
    segment.begin(base, eventsBefore)
    segment.used = used
    segment.events = events
    for (const gap of this.#gaps.get(base) ?? []) hide(segment, gap)
    this.#loaded.set(base, segment)
    return segment
  }

  /** Gives back what it holds in memory, but for the segments that are still read. */
  rest(isRead: (base: number, end: number) => boolean = () => false): void {
    for (const [base, { end }] of this.#loaded) if (!isRead(base, end)) this.#loaded.delete(base)
  }

  /**
   * Looks at everything from a position on, a segment at each step; from then on it has only what is whole.
   *
   * @param taken events that stand before it, by the ring's own count
   * @param wantsTexts its texts are looked at, if that was not done before
   */
  *survey(position: number, taken: number, wantsTexts = true): Generator<void, Survey> {
    const checksTexts = wantsTexts && !this.isChecked
    this.#hasChecked = wantsTexts || this.isChecked
    const forgets = this.geometry === undefined
    let [events, from, to, damagedBytes, missing, lost, lastSeq] = [
      0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0,
      0,
      0,
      0,
    ]
    let known = taken
    const segments: StoredSegment[] = []
    for (const stored of this.#segments) {
      // the last ones are looked at in any case, for the numbers in them
      if (stored.base + stored.used <= position && stored.base < this.position - 2 * this.segmentBytes) {
        segments.push(stored)
        known = Math.max(known, stored.eventsBefore + stored.events)
        continue
      }
      const segment = this.load(stored)
      const found = salvage(segment, { origin: this.origin, from: position - stored.base, checksTexts, forgets })
      const last = found.gaps.at(-1)
      // behind the last frame of a segment that was written to the end of its producer's life there is nothing, or a frame that was begun
      const used = stored.isOpen && last?.to === segment.used ? last.from : segment.used
      const gaps = found.gaps.filter((gap) => gap.from < used)
      if (gaps.length > 0) this.#gaps.set(stored.base, gaps)
      damagedBytes += gaps.reduce((sum, gap) => sum + gap.to - Math.max(gap.from, Math.min(gap.to, position - stored.base)), 0)
      const isKnown = !stored.isOpen && gaps.length > 0
      const before = segments.at(-1)
      const eventsBefore = Math.max(stored.eventsBefore, (before?.eventsBefore ?? 0) + (before?.events ?? 0))
      segments.push({ ...stored, used, eventsBefore, events: isKnown ? Math.max(stored.events, found.events) : found.events })
      // of what was written anew, what is not there was not needed; what is missing shows by a gap, or between the segments
      lost += Math.max(0, stored.eventsBefore - known)
      if (isKnown) lost += Math.max(0, stored.events - found.events)
      known = Math.max(known, eventsBefore + Math.max(stored.events, found.events))
      events += found.wanted
      from = Math.min(from, found.from)
      to = Math.max(to, found.to)
      missing += found.missing
      lastSeq = Math.max(lastSeq, found.lastSeq)
      this.rest()
      yield
    }
    this.#segments = segments
    this.#measure()
    return { events, from, to, damagedBytes, lost: this.isSound ? lost : missing, lastSeq }
  }

  /** Goes on with what was written in its place. */
  reopen(): void {
    const { fd, size } = openRegular(this.#path, 'update')
    closeSync(this.#fd)
    this.#fd = fd
    this.#size = size
    this.rest()
    this.#gaps.clear()
    const stated = geometryOf(this.#readHeader(HEADER_BYTES))
    const region = this.#readHeader(stated?.headerBytes ?? HEADER_BYTES)
    const places = new Map(segmentsOf(region, stated).map(({ base, at }) => [base, at]))
    // all else is known, and better
    this.#segments = this.#segments.flatMap((stored) => {
      const at = places.get(stored.base)
      return at === undefined ? [] : [{ ...stored, at, path: undefined, isOpen: false }]
    })
  }

  close(): void {
    this.rest()
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
  }

  /** Removes the segments that have files of their own. */
  removeSpilled(): void {
    try {
      rmSync(this.#spillPath, { recursive: true, force: true })
    } catch {
      // what stands in their place goes with the run
    }
  }

  #readHeader(bytes: number): Region {
    const memory = new ArrayBuffer(bytes)
    const content = Buffer.from(memory)
    this.#fill(this.#fd, content, 0)
    const push = (offset: number, length: number): void => {
      try {
        for (let done = 0; done < length && this.#fd >= 0; )
          done += writeSync(this.#fd, content, offset + done, length - done, offset + done)
      } catch {
        // a full disk: how far the lanes are is said the next time, or what they got comes once more
      }
    }
    return makeRegion(memory, { push, pull: () => undefined })
  }

  /** What is missing, or what the disk cannot read any more, is zero. */
  #fill(fd: number, target: Buffer, at: number): void {
    for (let done = 0; done < target.length; ) {
      const got = readPiece(fd, target, done, at + done)
      if (got === 0) return
      done += got
    }
  }

  #read({ path, at, used }: StoredSegment, target: Buffer): void {
    const content = target.subarray(0, used)
    if (path === undefined) {
      this.#fill(this.#fd, content, at)
      return
    }
    const { fd } = openRegular(path, 'read')
    try {
      this.#fill(fd, content, 0)
    } finally {
      closeSync(fd)
    }
  }

  #findCheck(isStated: boolean): FrameCheck {
    const isPiecewise = ((this.region.words[CONTROL.flags] as number) & FLAG_FULL_CHECK) !== 0
    if (isStated) return checkOf(this.origin, isPiecewise)
    const header = checkOf(this.origin, false)
    const full = checkOf(this.origin, true)
    return basesIn(this.#window(HEADER_BYTES), header).length >= basesIn(this.#window(HEADER_BYTES), full).length ? header : full
  }

  #window(at: number, bytes: number = this.#size - at): Buffer {
    const content = Buffer.alloc(Math.max(0, bytes))
    this.#fill(this.#fd, content, at)
    return content
  }

  #inFile(): readonly StoredSegment[] {
    const { geometry } = this
    if (geometry === undefined) return this.#foundIn(HEADER_BYTES, this.#size - HEADER_BYTES)
    const stated = geometryOf(this.region) === undefined ? [] : segmentsOf(this.region, geometry)
    const known = new Set(stated.map(({ at }) => at))
    const { segments, segmentBytes, headerBytes: header } = geometry
    const others: StoredSegment[] = []
    for (let index = 0; index < segments; index++) {
      const at = header + index * segmentBytes
      const isUnused = geometryOf(this.region) !== undefined && baseOf(this.region, index) === -1
      if (known.has(at) || isUnused || at >= this.#size) continue
      others.push(...this.#foundIn(at, segmentBytes, (base) => isBaseOf(geometry, index, base)).slice(-1))
    }
    return [...stated, ...others]
  }

  /** Segments that only their frames tell of. */
  #foundIn(at: number, bytes: number, isBase: (base: number) => boolean = () => true): readonly StoredSegment[] {
    const bases = basesIn(this.#window(at, Math.min(bytes, this.#size - at)), this.check).filter(isBase)
    return bases.map((base) => ({ base, used: bytes & ~7, events: 0, eventsBefore: 0, path: undefined, at, isOpen: true }))
  }

  #measure(): void {
    const newest = this.#segments.at(-1)
    this.position = newest === undefined ? 0 : newest.base + newest.used
    this.events = newest === undefined ? 0 : newest.eventsBefore + newest.events
  }
}

/** A bad sector costs its page. */
function readPiece(fd: number, target: Buffer, done: number, at: number): number {
  const length = target.length - done
  try {
    return readSync(fd, target, done, length, at)
  } catch (error) {
    if (errorCode(error) !== 'EIO') throw error
    return Math.min(length, PAGE_BYTES - (at % PAGE_BYTES))
  }
}

/** The segments that the header of a ring names, in no order. */
function segmentsOf({ words, doubles }: Region, geometry: Geometry | undefined): readonly StoredSegment[] {
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

function identityIn(region: Region): RingIdentity | undefined {
  try {
    return readIdentity(region)
  } catch {
    // its first page is damaged: the name of the file says whose it was
    return undefined
  }
}

function asStored(spilled: ReturnType<typeof listSpilled>[number]): StoredSegment {
  return { ...spilled, at: 0, isOpen: false }
}

/** The ring's own copy of a segment goes before the one that was spilled. */
function isFirstOf({ base, path }: StoredSegment, _: number, all: readonly StoredSegment[]): boolean {
  return path === undefined || !all.some((other) => other.base === base && other.path === undefined)
}
