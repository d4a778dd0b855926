import { type Health, levelName } from '@holdfast/api'
import { healthOf } from '../lane/health-watch.js'
import type { Lane } from '../lane/lane.js'
import type { Ring } from '../ring/ring.js'
import type { DeliveryReport } from './delivery-report.js'

/** A look inside a running runtime. JSON-safe, without anything that was logged. */
export interface RuntimeInspection {
  readonly service: string
  readonly environment: string
  readonly origin: string
  readonly writer: {
    readonly mode: 'local'
    readonly commit: 'call' | 'tick'
    /** What an accepted event survives: the process's memory, or the kernel's (death of the process, not of the machine). */
    readonly durability: 'memory' | 'kernel'
  }
  readonly ring: { readonly maxBytes: number; readonly heldBytes: number; readonly segments: number; readonly events: number }
  readonly levels: Readonly<Record<string, string>>
  readonly lanes: Readonly<Record<string, LaneInspection>>
  readonly report: DeliveryReport
  /** Calls of diagnostic hooks that threw. */
  readonly hookErrors: number
}

/** A look at the lane in front of one adapter. */
export interface LaneInspection {
  readonly level: string
  readonly state: 'ok' | 'degraded' | 'down' | 'closed'
  readonly reason: string
  /** Bytes of the ring that it has not read yet. */
  readonly lagBytes: number
  /** Records that it has given to its adapter and that are not accepted. */
  readonly held: number
  readonly canWriteSync: boolean
  /** What the adapter says of itself. */
  readonly health: Health | null
}

export function inspectLane(lane: Lane, ring: Ring): LaneInspection {
  return {
    level: levelName(lane.settings.level),
    state: lane.isClosed ? 'closed' : lane.health.state,
    reason: lane.health.reason,
    lagBytes: Math.max(0, ring.position - lane.cursor.position),
    held: lane.held.length,
    canWriteSync: lane.canWriteSync,
    health: lane.adapter.health === undefined ? null : healthOf(lane),
  }
}
