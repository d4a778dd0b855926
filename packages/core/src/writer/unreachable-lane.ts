import { type Level, levelValue } from '@holdfast/api'
import { Cursor, type CursorLane, type Source } from '../lane/cursor.js'
import { giveUp } from './collect.js'
import type { LaneStatus } from './lane-status.js'

/** An adapter that this process cannot have. */
export interface LostLane {
  readonly kind: 'lost'
  readonly name: string
  readonly level: Level | undefined
  readonly reason: string
}

/** Whether it is none of those that were found. */
export function isLost(lane: object): lane is LostLane {
  return 'kind' in lane && lane.kind === 'lost'
}

/** A lane without an adapter: it counts what it does not get, so that the report says of each event what became of it. */
export class UnreachableLane implements CursorLane {
  readonly name: string
  readonly settings: { readonly level: number }
  readonly hasRoom: boolean = true
  readonly held: CursorLane['held'] = { events: 0, add: () => undefined }
  readonly #reason: string
  readonly #cursor: Cursor
  #isClosed = false

  constructor({ name, level, reason }: LostLane, source: Source) {
    this.name = name
    this.settings = { level: levelValue(level) ?? 0 }
    this.#reason = reason
    this.#cursor = new Cursor(this, source)
  }

  /** It was told once that there is no such lane; the counts are in the report. */
  dropped(): void {}

  /** Counts what has come up to now. To be called before the ring uses a segment again. */
  count(): void {
    if (!this.#isClosed) giveUp(this.#cursor, this.#cursor.source.ring.position, 'unreachable')
  }

  /** Counts for the last time. */
  close(): void {
    this.count()
    this.#isClosed = true
  }

  get status(): LaneStatus {
    this.count()
    const { dropped, filtered } = this.#cursor
    return {
      name: this.name,
      level: this.settings.level,
      place: 'application',
      state: 'down',
      reason: this.#reason,
      delivered: 0,
      dropped: dropped.summaries,
      filtered,
      redelivered: 0,
      pending: 0,
      lagBytes: 0,
      spilledBytes: 0,
      held: 0,
      canWriteSync: false,
      health: null,
    }
  }
}
