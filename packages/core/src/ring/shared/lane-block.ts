import type { Health } from '@holdfast/api'
import { DropCounts } from '../../lane/drop-counts.js'
import { countOf } from './count-of.js'
import {
  LANE,
  LANE_BYTES,
  LANE_COPY_AT,
  LANE_COPY_BYTES,
  LANE_NUMBER,
  LANE_NUMBERS,
  LANE_STATES,
  LANE_TEXT_AT,
  LANE_TEXT_BYTES,
  LANES_AT,
} from './layout.js'
import type { Region } from './region.js'

export type LaneState = (typeof LANE_STATES)[number]

/** What a lane's block says of it. */
export interface LaneNumbers {
  readonly acknowledged: number
  readonly taken: number
  readonly delivered: number
  readonly filtered: number
  readonly redelivered: number
  readonly spilledEvents: number
  readonly spilledBytes: number
  /** Up to where events may be on disk only: behind it all are in the ring. */
  readonly spilledEnd: number
  readonly dropped: DropCounts
}

/** How far a lane has come in a ring, as its cursor has it. */
export interface LaneProgress {
  readonly position: number
  readonly taken: number
  readonly delivered: number
  readonly filtered: number
  readonly redelivered: number
  readonly dropped: DropCounts
}

/** A lane in words. */
export interface LaneHealthText {
  readonly reason: string
  readonly health: Health | null
}

/**
 * Where a writer publishes how far a lane has come in a ring. Two copies take turns, and one store says which holds: a writer that is
 * killed in the middle leaves numbers that fit together.
 */
export class LaneBlock {
  readonly #region: Region
  readonly #at: number

  constructor(region: Region, index: number) {
    this.#region = region
    this.#at = LANES_AT + index * LANE_BYTES
  }

  publish(progress: LaneProgress, spilled: { readonly events: number; readonly bytes: number; readonly end: number }): void {
    const { words, doubles, mirror } = this.#region
    const next = (this.#word(LANE.published) + 1) | 0
    const at = this.#copy(next)
    doubles[at + LANE_NUMBER.acknowledged] = progress.position
    doubles[at + LANE_NUMBER.taken] = progress.taken
    doubles[at + LANE_NUMBER.delivered] = progress.delivered
    doubles[at + LANE_NUMBER.filtered] = progress.filtered
    doubles[at + LANE_NUMBER.redelivered] = progress.redelivered
    doubles[at + LANE_NUMBER.spilledEvents] = spilled.events
    doubles[at + LANE_NUMBER.spilledBytes] = spilled.bytes
    doubles[at + LANE_NUMBER.spilledEnd] = spilled.end
    doubles.set(progress.dropped.values, at + LANE_NUMBER.dropped)
    mirror?.push(at << 3, LANE_NUMBERS * 8)
    Atomics.store(words, (this.#at >> 2) + LANE.published, next)
    mirror?.push(this.#at, LANE_COPY_AT)
  }

  /** What was published last. Numbers that cannot be any, in memory that was damaged, are 0. */
  read(): LaneNumbers {
    const { doubles, mirror } = this.#region
    for (;;) {
      mirror?.pull(this.#at, LANE_BYTES)
      const published = this.#word(LANE.published)
      const at = this.#copy(published)
      const numbers = doubles.slice(at, at + LANE_NUMBERS).map(countOf)
      // once it has published the other copy the writer may overwrite this one
      mirror?.pull(this.#at, LANE_COPY_AT)
      if (this.#word(LANE.published) !== published) continue
      return {
        acknowledged: numbers[LANE_NUMBER.acknowledged] as number,
        taken: numbers[LANE_NUMBER.taken] as number,
        delivered: numbers[LANE_NUMBER.delivered] as number,
        filtered: numbers[LANE_NUMBER.filtered] as number,
        redelivered: numbers[LANE_NUMBER.redelivered] as number,
        spilledEvents: numbers[LANE_NUMBER.spilledEvents] as number,
        spilledBytes: numbers[LANE_NUMBER.spilledBytes] as number,
        spilledEnd: numbers[LANE_NUMBER.spilledEnd] as number,
        dropped: new DropCounts(numbers.slice(LANE_NUMBER.dropped)),
      }
    }
  }

  get state(): LaneState {
    return LANE_STATES[this.#word(LANE.state)] ?? 'ok'
  }

  set state(state: LaneState) {
    this.#store(LANE.state, LANE_STATES.indexOf(state))
  }

  /** What its adapter says of itself, and why it is not well. `undefined` as long as nothing was said. */
  get health(): LaneHealthText | undefined {
    const { bytes, mirror } = this.#region
    mirror?.pull(this.#at + LANE_TEXT_AT, LANE_TEXT_BYTES)
    const start = this.#at + LANE_TEXT_AT
    const length = Math.min(bytes.readUInt32LE(start), LANE_TEXT_BYTES - 4)
    if (length === 0) return undefined
    try {
      return JSON.parse(bytes.toString('utf8', start + 4, start + 4 + length)) as LaneHealthText
    } catch {
      // it is being written just now
      return undefined
    }
  }

  set health(health: LaneHealthText) {
    const { bytes, mirror } = this.#region
    const full = Buffer.from(JSON.stringify(health))
    const text =
      full.length <= LANE_TEXT_BYTES - 4
        ? full
        : Buffer.from(JSON.stringify({ reason: health.reason.slice(0, 200), health: null }))
    const start = this.#at + LANE_TEXT_AT
    bytes.writeUInt32LE(0, start)
    text.copy(bytes, start + 4)
    bytes.writeUInt32LE(text.length, start)
    mirror?.push(start, LANE_TEXT_BYTES)
  }

  /** The last flush that it has done, of those that this producer asked for, and of those for the whole tree. */
  flushed(scope: 'flushed' | 'treeFlushed'): number {
    return this.#word(LANE[scope])
  }

  setFlushed(scope: 'flushed' | 'treeFlushed', request: number): void {
    this.#store(LANE[scope], request)
  }

  #word(index: number): number {
    return Atomics.load(this.#region.words, (this.#at >> 2) + index)
  }

  #store(index: number, value: number): void {
    if (this.#word(index) === value) return
    Atomics.store(this.#region.words, (this.#at >> 2) + index, value)
    this.#region.mirror?.push(this.#at, LANE_COPY_AT)
  }

  #copy(published: number): number {
    return (this.#at + LANE_COPY_AT + (published & 1) * LANE_COPY_BYTES) >> 3
  }
}
