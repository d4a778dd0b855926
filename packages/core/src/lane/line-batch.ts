import type { LineArena } from '../ring/line-arena.js'
import type { FrameReader } from '../ring/reader.js'
import type { Ring } from '../ring/ring.js'
import type { Segment } from '../ring/segment.js'
import type { Accepted, Batch } from './held-batch.js'
import type { Lane } from './lane.js'

const MAX_LINES = 1024

/**
 * The lines that a lane offers as bytes. They stay in the ring until they are accepted: accepting moves the lane's cursor, failing leaves
 * it where it is, and the next attempt builds the lines anew. One is shared by all lanes of a writer, each filling it before use.
 */
export class LineBatch implements Batch {
  readonly #arena: LineArena
  #lane: Lane | undefined
  /** Per line: where the lane stands once it is accepted. */
  readonly #positions = new Float64Array(MAX_LINES)
  readonly #filtered = new Uint32Array(MAX_LINES)
  readonly #levels = new Uint8Array(MAX_LINES)
  /** Where the lane stands once all of it is accepted: filtered events behind the last line pass with it. */
  #endPosition = 0
  #endFiltered = 0
  #accepted = 0
  #passedFiltered = 0

  constructor(arena: LineArena) {
    this.#arena = arena
  }

  get length(): number {
    return this.#arena.count - this.#accepted
  }

  get events(): number {
    return this.length
  }

  /** Fills it with the next lines of a lane, up to a position. False when there is nothing to write; filtered events have passed then. */
  fill(lane: Lane, ring: Ring, reader: FrameReader, end: number): boolean {
    const arena = this.#arena
    arena.reset()
    this.#lane = lane
    this.#accepted = 0
    this.#passedFiltered = 0
    let position = lane.position
    let filtered = 0
    const { isProbing } = lane
    while (position < end) {
      const segment = ring.segmentAt(position)
      if (segment === undefined) break
      if (position < segment.base) position = segment.base
      const kind = reader.read(segment, position - segment.base)
      if (kind === 'event') {
        if (reader.level < lane.settings.level) filtered++
        else if (!(isProbing && arena.count === 1) && arena.add(reader))
          this.#mark(arena.count - 1, position + reader.length, filtered, reader.level)
        else break
      } else if (kind !== 'definition') {
        // what is told of events that are lost comes behind the lines before it
        if (arena.count > 0) break
        this.#pass(lane, position, filtered)
        filtered = 0
        tellLost(lane, kind, reader, segment)
      }
      position += reader.length
    }
    this.#endPosition = position
    this.#endFiltered = filtered
    if (arena.count > 0) return true
    this.#pass(lane, position, filtered)
    return false
  }

  accept(count: number): Accepted {
    const events = Math.min(Math.max(0, Math.floor(count)), this.length)
    if (events === 0) return { events, notice: false }
    this.#accepted += events
    const last = this.#accepted - 1
    if (this.#accepted === this.#arena.count) this.#advance(events, this.#endPosition, this.#endFiltered)
    else this.#advance(events, this.#positions[last] as number, this.#filtered[last] as number)
    return { events, notice: false }
  }

  removeFirst(): number | undefined {
    const level = this.#levels[this.#accepted] as number
    return this.accept(1).events === 0 ? undefined : level
  }

  removeNotice(): boolean {
    return false
  }

  #mark(index: number, position: number, filtered: number, level: number): void {
    this.#positions[index] = position
    this.#filtered[index] = filtered
    this.#levels[index] = level
  }

  #advance(events: number, position: number, filtered: number): void {
    const lane = this.#lane as Lane
    lane.taken += events
    this.#pass(lane, position, filtered - this.#passedFiltered)
    this.#passedFiltered = filtered
  }

  #pass(lane: Lane, position: number, filtered: number): void {
    lane.position = position
    lane.taken += filtered
    lane.filtered += filtered
  }
}

function tellLost(lane: Lane, kind: 'loss' | 'corrupt', reader: FrameReader, segment: Segment): void {
  if (kind === 'loss') lane.lose(reader.loss())
  else lane.skipCorrupt(segment)
}

/** The notice of a lane as a batch of its own. */
export class NoticeBatch implements Batch {
  readonly events = 0
  length = 1

  accept(count: number): Accepted {
    const notice = count > 0 && this.length === 1
    if (notice) this.length = 0
    return { events: 0, notice }
  }

  removeFirst(): undefined {
    return undefined
  }

  removeNotice(): boolean {
    this.length = 0
    return true
  }
}
