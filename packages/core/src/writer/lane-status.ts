import type { Health } from '@holdfast/api'
import type { DropSummary } from '../lane/drop-ledger.js'
import { healthOf } from '../lane/health-watch.js'
import type { Lane } from '../lane/lane.js'
import { countOfLoss } from '../ring/read-loss.js'
import { walk } from './collect.js'

/** How a lane is and what became of this runtime's events on it, wherever it runs. A look at one moment. */
export interface LaneStatus {
  readonly name: string
  /** Threshold number. */
  readonly level: number
  readonly place: 'application' | 'writer'
  readonly state: 'ok' | 'degraded' | 'down' | 'closed' | 'quarantined' | 'starting'
  readonly reason: string
  readonly delivered: number
  readonly dropped: readonly DropSummary[]
  readonly filtered: number
  readonly redelivered: number
  /** Events of the ring, or of its spill, that are still to be delivered. */
  readonly pending: number
  readonly lagBytes: number
  readonly spilledBytes: number
  /** Records that were given to the adapter and that it has not accepted. */
  readonly held: number
  readonly canWriteSync: boolean
  readonly health: Health | null
}

/** The status of a lane of this thread. */
export function laneStatus(lane: Lane): LaneStatus {
  const { name, settings, cursor, held, adapter } = lane
  return {
    name,
    level: settings.level,
    place: 'application',
    state: lane.isClosed ? 'closed' : lane.health.state,
    reason: lane.health.reason,
    delivered: cursor.delivered,
    dropped: cursor.dropped.summaries,
    filtered: cursor.filtered,
    redelivered: cursor.redelivered,
    pending: countPending(lane),
    lagBytes: Math.max(0, cursor.source.ring.position - cursor.position),
    spilledBytes: 0,
    held: held.length,
    canWriteSync: lane.canWriteSync,
    health: adapter.health === undefined ? null : healthOf(lane),
  }
}

/** Counts what a lane has before it, frame by frame. */
function countPending({ held, cursor }: Lane): number {
  return held.events + countEvents(cursor.source, cursor.position)
}

/** Events of a ring from a position on, those that LOSS frames tell of among them. */
export function countEvents(source: Parameters<typeof walk>[0], from: number): number {
  let count = 0
  walk(source, from, source.ring.position, {
    event: () => {
      count++
    },
    loss: (reader) => {
      count += countOfLoss(reader.loss())
    },
  })
  return count
}
