import { type Health, levelName } from '@holdfast/api'
import type { LaneStatus } from '../writer/lane-status.js'
import type { WriterInspection } from '../writer/writer.js'
import type { DeliveryReport } from './delivery-report.js'

/** A look inside a running runtime. JSON-safe, without anything that was logged. */
export interface RuntimeInspection {
  readonly service: string
  readonly environment: string
  readonly origin: string
  readonly writer: WriterInspection
  readonly ring: { readonly maxBytes: number; readonly heldBytes: number; readonly segments: number; readonly events: number }
  readonly levels: Readonly<Record<string, string>>
  readonly lanes: Readonly<Record<string, LaneInspection>>
  /**
   * What keeps an accepted event: lanes, or the ring alone, where the configuration has no adapters. `none`: nothing does, and calls are refused
   * with `no_destination`.
   */
  readonly place: 'lanes' | 'ring' | 'none'
  readonly report: DeliveryReport
  /** The processes and threads of the tree that log, this one among them. */
  readonly members: readonly MemberInspection[]
  /** Calls of diagnostic hooks that threw. */
  readonly hookErrors: number
}

/** A look at the lane in front of one adapter. */
export interface LaneInspection {
  readonly level: string
  readonly place: 'application' | 'writer'
  readonly state: LaneStatus['state']
  readonly reason: string
  /** Bytes of this runtime's ring that it has not read yet. */
  readonly lagBytes: number
  /** Bytes of them that are on disk, because the ring needed the room. */
  readonly spilledBytes: number
  /** Records that it has given to its adapter and that are not accepted. */
  readonly held: number
  readonly canWriteSync: boolean
  /** What the adapter says of itself; `null` when it says nothing or is elsewhere. */
  readonly health: Health | null
}

/** A process, or a thread of one, that logs into a tree. */
export interface MemberInspection {
  readonly origin: string
  readonly pid: number
  /** 0 for the main thread. */
  readonly thread: number
  readonly isRoot: boolean
}

export function inspectLane(lane: LaneStatus): LaneInspection {
  const { place, state, reason, lagBytes, spilledBytes, held, canWriteSync, health } = lane
  return { level: levelName(lane.level), place, state, reason, lagBytes, spilledBytes, held, canWriteSync, health }
}
