import type { AdapterRecipe, Level } from '@holdfast/api'
import type { Source } from '../../lane/cursor.js'
import type { LaneBlock } from '../../ring/shared/lane-block.js'
import { countEvents, type LaneStatus } from '../lane-status.js'

/** A lane elsewhere, as it is known without its adapter. */
export interface LaneName {
  readonly name: string
  readonly level: Level | undefined
  /** Its adapter opens its files anew at SIGHUP. */
  readonly reopensOnHangup?: boolean
}

export function laneNameOf({ name, lane: { level }, reopensOnHangup }: AdapterRecipe): LaneName {
  return { name, level, ...(reopensOnHangup === true ? { reopensOnHangup } : undefined) }
}

/** A lane at the end of a ring that nobody will find: what it has not got, it will not get. */
export function givenUp(status: LaneStatus): LaneStatus {
  if (status.place === 'application' || status.pending === 0) return status
  return { ...status, pending: 0, dropped: [...status.dropped, { reason: 'shutdown', count: status.pending, by_level: {} }] }
}

/** A lane of a writer elsewhere, as the producer of a ring sees it: by what is published in its block. */
export class RemoteLane {
  readonly name: string
  /** Threshold number. */
  readonly level: number
  readonly block: LaneBlock

  constructor(name: string, level: number, block: LaneBlock) {
    this.name = name
    this.level = level
    this.block = block
  }

  /** Nobody waits for it. */
  get isOut(): boolean {
    const { state } = this.block
    return state === 'down' || state === 'closed' || state === 'quarantined'
  }

  /** It has everything up to a position, by what is published. */
  hasReached(position: number): boolean {
    return this.block.read().acknowledged >= position
  }

  status(source: Source): LaneStatus {
    const { name, level, block } = this
    const numbers = block.read()
    const { state, health: described } = block
    const { position } = source.ring
    return {
      name,
      level,
      place: 'writer',
      state,
      reason: described?.reason ?? '',
      delivered: numbers.delivered,
      dropped: numbers.dropped.summaries,
      filtered: numbers.filtered,
      redelivered: numbers.redelivered,
      pending: countEvents(source, Math.max(numbers.acknowledged, numbers.spilledEnd)) + numbers.spilledEvents,
      lagBytes: Math.max(0, position - numbers.acknowledged),
      spilledBytes: numbers.spilledBytes,
      held: 0,
      canWriteSync: false,
      health: described?.health ?? null,
    }
  }
}
