import { rmSync } from 'node:fs'
import type { ReadableRing } from '../lane/cursor.js'
import { checkOf, type FrameCheck } from '../ring/check-word.js'
import { type Gap, hide, salvage } from '../ring/salvage.js'
import { Segment } from '../ring/segment.js'
import { baseOf, basesIn, type Geometry, geometryOf, guessGeometry, isBaseOf } from '../ring/shared/geometry.js'
import type { RingIdentity } from '../ring/shared/identity.js'
import { CONTROL, FLAG_CHECKED, FLAG_FULL_CHECK, headerBytes } from '../ring/shared/layout.js'
import type { Region } from '../ring/shared/region.js'
import { readIdentity } from '../ring/shared/ring-view.js'
import { fillFrom, RingBytes } from './ring-bytes.js'
import { inOrder, type StoredSegment, segmentsOf, spilledSegments } from './stored-segments.js'

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
  readonly #spillPath: string
  readonly #gaps = new Map<number, readonly Gap[]>()
  #hasChecked = false
  readonly #bytes: RingBytes
  #segments: readonly StoredSegment[]
  readonly #loaded = new Map<number, Segment>()

  /** @throws NotRegular, and the error of the file system */
  constructor(path: string, origin: string, spillPath: string, access: 'read' | 'update' = 'update') {
    this.#spillPath = spillPath
    this.#bytes = new RingBytes(path, access)
    const first = this.#bytes.header(HEADER_BYTES)
    const stated = geometryOf(first)
    this.region = stated === undefined ? first : this.#bytes.header(stated.headerBytes)
    this.geometry = stated ?? guessGeometry(first, this.size)
    this.identity = identityIn(this.region)
    this.origin = this.identity?.origin ?? origin
    this.check = this.#findCheck(stated !== undefined)
    this.#segments = inOrder([...spilledSegments(spillPath), ...this.#inFile()])
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
    return this.geometry?.segmentBytes ?? this.size
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
    return this.#bytes.size
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
      // but for what the header says
      const used = stored.isOpen && last?.to === segment.used ? Math.max(last.from, stored.stated & ~7) : segment.used
      const gaps = found.gaps.flatMap(({ from, to }) => (from < used ? [{ from, to: Math.min(to, used) }] : []))
      if (gaps.length > 0) this.#gaps.set(stored.base, gaps)
      damagedBytes += gaps.reduce((sum, gap) => sum + gap.to - Math.max(gap.from, Math.min(gap.to, position - stored.base)), 0)
      const isKnown = (!stored.isOpen || stored.events > 0) && gaps.length > 0
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
    this.#bytes.reopen()
    this.rest()
    this.#gaps.clear()
    const stated = geometryOf(this.#bytes.header(HEADER_BYTES))
    const region = this.#bytes.header(stated?.headerBytes ?? HEADER_BYTES)
    const places = new Map(segmentsOf(region, stated).map(({ base, at }) => [base, at]))
    // all else is known, and better
    this.#segments = this.#segments.flatMap((stored) => {
      const at = places.get(stored.base)
      return at === undefined ? [] : [{ ...stored, at, path: undefined, isOpen: false, stated: 0 }]
    })
  }

  close(): void {
    this.rest()
    this.#bytes.close()
  }

  /** Removes the segments that have files of their own. */
  removeSpilled(): void {
    try {
      rmSync(this.#spillPath, { recursive: true, force: true })
    } catch {
      // what stands in their place goes with the run
    }
  }

  #read({ path, at, used }: StoredSegment, target: Buffer): void {
    const content = target.subarray(0, used)
    if (path === undefined) this.#bytes.fill(content, at)
    else fillFrom(path, content)
  }

  #findCheck(isStated: boolean): FrameCheck {
    const isPiecewise = ((this.region.words[CONTROL.flags] as number) & FLAG_FULL_CHECK) !== 0
    if (isStated) return checkOf(this.origin, isPiecewise)
    const header = checkOf(this.origin, false)
    const full = checkOf(this.origin, true)
    return basesIn(this.#bytes.window(HEADER_BYTES, this.size), header).length >=
      basesIn(this.#bytes.window(HEADER_BYTES, this.size), full).length
      ? header
      : full
  }

  #inFile(): readonly StoredSegment[] {
    const { geometry } = this
    if (geometry === undefined) return this.#foundIn(HEADER_BYTES, this.size - HEADER_BYTES)
    const stated = geometryOf(this.region) === undefined ? [] : segmentsOf(this.region, geometry)
    const known = new Set(stated.map(({ at }) => at))
    const { segments, segmentBytes, headerBytes: header } = geometry
    const others: StoredSegment[] = []
    for (let index = 0; index < segments; index++) {
      const at = header + index * segmentBytes
      const isUnused = geometryOf(this.region) !== undefined && baseOf(this.region, index) === -1
      if (known.has(at) || isUnused || at >= this.size) continue
      others.push(...this.#foundIn(at, segmentBytes, (base) => isBaseOf(geometry, index, base)).slice(-1))
    }
    return [...stated, ...others]
  }

  /** Segments that only their frames tell of. */
  #foundIn(at: number, bytes: number, isBase: (base: number) => boolean = () => true): readonly StoredSegment[] {
    const bases = basesIn(this.#bytes.window(at, bytes), this.check).filter(isBase)
    return bases.map((base) => ({
      base,
      used: bytes & ~7,
      events: 0,
      eventsBefore: 0,
      path: undefined,
      at,
      isOpen: true,
      stated: 0,
    }))
  }

  #measure(): void {
    const newest = this.#segments.at(-1)
    this.position = newest === undefined ? 0 : newest.base + newest.used
    this.events = newest === undefined ? 0 : newest.eventsBefore + newest.events
  }
}

function identityIn(region: Region): RingIdentity | undefined {
  try {
    return readIdentity(region)
  } catch {
    // its first page is damaged: the name of the file says whose it was
    return undefined
  }
}
