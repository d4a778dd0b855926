import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Segment } from '../ring/segment.js'
import type { Spill } from '../ring/shared/ring-view.js'

interface SpilledSegment {
  readonly base: number
  readonly used: number
  readonly events: number
  readonly eventsBefore: number
}

/**
 * Segments of one ring that a lane still needs and whose memory the producer wants back, as files: `<base>-<used>-<events>-<eventsBefore>.seg`.
 * A file that is there is whole: it is renamed into place.
 */
export class SpillFolder implements Spill {
  readonly #path: string
  readonly #check: Segment['check']
  readonly #held = new Map<number, SpilledSegment>()
  #loaded: Segment | undefined
  bytes = 0

  /** Finds what an earlier writer left there. */
  constructor(path: string, check: Segment['check']) {
    this.#path = path
    this.#check = check
    for (const found of list(path)) this.#hold(found)
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
    mkdirSync(this.#path, { recursive: true, mode: 0o700 })
    const { base, used, events, eventsBefore } = segment
    const path = this.#file({ base, used, events, eventsBefore })
    const partial = `${path}.partial`
    try {
      writeFileSync(partial, segment.bytes.subarray(0, used), { mode: 0o600 })
      renameSync(partial, path)
    } catch (error) {
      rmSync(partial, { force: true })
      throw error
    }
    this.#hold({ base, used, events, eventsBefore })
  }

  segmentAt(base: number): Segment | undefined {
    const found = this.#held.get(base)
    if (found === undefined) return undefined
    if (this.#loaded?.base === base) return this.#loaded
    const content = readFileSync(this.#file(found))
    const memory = new ArrayBuffer((Math.max(content.length, found.used) + 7) & ~7)
    const segment = new Segment(memory, 0, memory.byteLength, this.#check)
    content.copy(segment.bytes)
    segment.begin(base, found.eventsBefore)
    segment.used = Math.min(found.used, content.length)
    segment.events = found.events
    this.#loaded = segment
    return segment
  }

  /** Events in it that a lane has not taken, by the ring's own count. */
  eventsFrom(taken: number): number {
    let count = 0
    for (const { events, eventsBefore } of this.#held.values())
      count += Math.max(0, eventsBefore + events - Math.max(taken, eventsBefore))
    return count
  }

  /** Lets go of what ends before a position. */
  release(position: number): void {
    for (const found of this.#held.values()) {
      if (found.base + found.used > position) continue
      this.#held.delete(found.base)
      this.bytes -= found.used
      if (this.#loaded?.base === found.base) this.#loaded = undefined
      rmSync(this.#file(found), { force: true })
    }
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true })
    this.#held.clear()
    this.bytes = 0
  }

  #hold(found: SpilledSegment): void {
    this.#held.set(found.base, found)
    this.bytes += found.used
  }

  #file({ base, used, events, eventsBefore }: SpilledSegment): string {
    return join(this.#path, `${base}-${used}-${events}-${eventsBefore}.seg`)
  }
}

function list(path: string): readonly SpilledSegment[] {
  let names: readonly string[]
  try {
    names = readdirSync(path)
  } catch {
    // nothing was ever spilled
    return []
  }
  return names
    .map((name) => /^(\d+)-(\d+)-(\d+)-(\d+)\.seg$/.exec(name)?.slice(1).map(Number))
    .filter((numbers) => numbers !== undefined)
    .map(([base = 0, used = 0, events = 0, eventsBefore = 0]) => ({ base, used, events, eventsBefore }))
    .sort((a, b) => a.base - b.base)
}
