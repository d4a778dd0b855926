import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectories } from '../make-directories.js'
import { countOfLoss } from '../ring/read-loss.js'
import { FrameReader } from '../ring/reader.js'
import { Segment } from '../ring/segment.js'
import type { Spill } from '../ring/shared/ring-view.js'
import { removeIfPossible, renameSurely } from '../surely.js'

export interface SpilledSegment {
  readonly base: number
  readonly used: number
  readonly events: number
  readonly eventsBefore: number
  /** Events that its LOSS frames tell of. */
  readonly lost: number
}

/**
 * Segments of one ring that a lane still needs and whose memory the producer wants back, as files:
 * `<base>-<used>-<events>-<eventsBefore>-<lost>.seg`. A file that is there is whole: it is renamed into place.
 */
export class SpillFolder implements Spill {
  readonly #path: string
  readonly #check: Segment['check']
  /** By base, the oldest first. */
  readonly #held = new Map<number, SpilledSegment>()
  readonly #reader = new FrameReader('')
  #loaded: Segment | undefined
  bytes = 0

  /** Finds what an earlier writer left there. */
  constructor(path: string, check: Segment['check']) {
    this.#path = path
    this.#check = check
    for (const found of listSpilled(path)) this.#hold(found)
  }

  get oldest(): number | undefined {
    const { value } = this.#held.keys().next()
    return value
  }

  /** All of them, oldest first. */
  get segments(): readonly Segment[] {
    return [...this.#held.keys()].map((base) => this.segmentAt(base)).filter((segment) => segment !== undefined)
  }

  /** Where the newest of them ends in the life of the ring. */
  get end(): number {
    let end = 0
    for (const { base, used } of this.#held.values()) end = Math.max(end, base + used)
    return end
  }

  /** Where the oldest of them ends. */
  get oldestEnd(): number | undefined {
    const { value } = this.#held.values().next()
    return value === undefined ? undefined : value.base + value.used
  }

  /** @throws when the disk does not take it */
  add(segment: Segment): void {
    if (this.#held.has(segment.base)) return
    makeDirectories(this.#path, 0o700)
    const { base, used, events, eventsBefore } = segment
    const spilled = { base, used, events, eventsBefore, lost: this.#lostFrom(segment, 0) }
    const path = this.#file(spilled)
    const partial = `${path}.partial`
    try {
      writeFileSync(partial, segment.bytes.subarray(0, used), { mode: 0o600 })
      renameSurely(partial, path)
    } catch (error) {
      removeIfPossible(partial)
      throw error
    }
    this.#hold(spilled)
  }

  /** One whose file cannot be read is as good as lost: what it held is counted as `corrupt`. */
  segmentAt(base: number): Segment | undefined {
    const found = this.#held.get(base)
    if (found === undefined) return undefined
    if (this.#loaded?.base === base) return this.#loaded
    let content: Buffer
    try {
      content = readFileSync(this.#file(found))
    } catch {
      // its events are missing from now on, which whoever reads the ring counts and tells
      this.#forget(found)
      return undefined
    }
    const memory = new ArrayBuffer((Math.max(content.length, found.used) + 7) & ~7)
    const segment = new Segment(memory, 0, memory.byteLength, this.#check)
    content.copy(segment.bytes)
    segment.begin(base, found.eventsBefore)
    segment.used = found.used
    segment.events = found.events
    this.#loaded = segment
    return segment
  }

  endOf(base: number): number | undefined {
    const found = this.#held.get(base)
    return found === undefined ? undefined : base + found.used
  }

  baseBehind(position: number): number | undefined {
    for (const base of this.#held.keys()) if (base > position) return base
    return undefined
  }

  /** Events in it that a lane has before it: by the ring's own count, and those that LOSS frames tell of. */
  pendingFrom(position: number, taken: number): number {
    let count = 0
    for (const found of [...this.#held.values()]) {
      const { base, used, events, eventsBefore, lost } = found
      if (base + used <= position) continue
      count += Math.max(0, eventsBefore + events - Math.max(taken, eventsBefore))
      if (lost === 0) continue
      const segment = base < position ? this.segmentAt(base) : undefined
      count += segment === undefined ? lost : this.#lostFrom(segment, position - base)
    }
    return count
  }

  /** Lets go of what ends before a position. */
  release(position: number): void {
    for (const found of [...this.#held.values()]) {
      if (found.base + found.used > position) continue
      this.#forget(found)
      rmSync(this.#file(found), { force: true })
    }
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true })
    this.#held.clear()
    this.#loaded = undefined
    this.bytes = 0
  }

  #forget(found: SpilledSegment): void {
    this.#held.delete(found.base)
    this.bytes -= found.used
    if (this.#loaded?.base === found.base) this.#loaded = undefined
  }

  #lostFrom(segment: Segment, from: number): number {
    let lost = 0
    for (let offset = from; offset < segment.used; offset += this.#reader.length)
      if (this.#reader.read(segment, offset) === 'loss') lost += countOfLoss(this.#reader.loss())
    return lost
  }

  #hold(found: SpilledSegment): void {
    this.#held.set(found.base, found)
    this.bytes += found.used
  }

  #file({ base, used, events, eventsBefore, lost }: SpilledSegment): string {
    return join(this.#path, `${base}-${used}-${events}-${eventsBefore}-${lost}.seg`)
  }
}

/** Whole files of an earlier writer, the oldest first. One that lost its end, as after a loss of power, is none. */
export function listSpilled(path: string): readonly (SpilledSegment & { readonly path: string })[] {
  let names: readonly string[]
  try {
    names = readdirSync(path)
  } catch {
    // nothing was ever spilled
    return []
  }
  const found: (SpilledSegment & { readonly path: string })[] = []
  for (const name of names) {
    const numbers = /^(\d+)-(\d+)-(\d+)-(\d+)-(\d+)\.seg$/.exec(name)?.slice(1).map(Number)
    const [base = 0, used = 0, events = 0, eventsBefore = 0, lost = 0] = numbers ?? []
    const file = join(path, name)
    if (numbers !== undefined && used > 0 && sizeOf(file) === used)
      found.push({ base, used, events, eventsBefore, lost, path: file })
  }
  return found.sort((a, b) => a.base - b.base)
}

/** -1 for what is no file. */
function sizeOf(file: string): number {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  return stats?.isFile() === true ? stats.size : -1
}
