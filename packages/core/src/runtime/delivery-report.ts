import type { DropReason, RefuseReason } from '../diagnostics/catalogue.js'
import type { ProducerCounters } from '../pipeline/counters.js'
import type { LaneStatus } from '../writer/lane-status.js'

/**
 * What became of every log call. Each number is counted where it happens, none is derived from the others, and at any moment
 * `calls = belowLevel + refused + emitted`, and for each adapter `emitted = delivered + dropped + filtered + pending`.
 */
export interface DeliveryReport {
  /** Log calls, whatever became of them. */
  readonly calls: number
  readonly belowLevel: number
  readonly refused: Readonly<Partial<Record<RefuseReason, number>>>
  /** Events that got a sequence number. */
  readonly emitted: number
  readonly adapters: Readonly<Record<string, AdapterReport>>
  /** The time-out ended before every adapter that is up had everything. */
  readonly timedOut: boolean
}

/** What became of the events for one adapter: `delivered + dropped + filtered + pending` is what was emitted. */
export interface AdapterReport {
  /** Accepted by the destination. */
  readonly delivered: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** Below the adapter's level. */
  readonly filtered: number
  /** Kept, and still to be delivered. */
  readonly pending: number
  /** Among the delivered: those that may have arrived before, because a write failed without saying how far it came. */
  readonly redelivered: number
  /** `starting`: its adapter is being loaded. `quarantined`: its adapter hung or ended its writer, and is left alone for a while. */
  readonly state: 'ok' | 'degraded' | 'down' | 'closed' | 'quarantined' | 'starting'
}

export function makeReport(
  counters: ProducerCounters,
  lanes: readonly LaneStatus[],
  untoldLoss: number,
  timedOut: boolean,
): DeliveryReport {
  return {
    calls: counters.calls,
    belowLevel: counters.belowLevel,
    refused: Object.fromEntries(counters.refused),
    emitted: counters.emitted.total,
    adapters: Object.fromEntries(lanes.map((lane) => [lane.name, adapterReport(lane, untoldLoss)])),
    timedOut,
  }
}

/** @param untoldLoss lost events that no frame tells of yet */
function adapterReport(lane: LaneStatus, untoldLoss: number): AdapterReport {
  return {
    delivered: lane.delivered,
    dropped: Object.fromEntries(lane.dropped.map(({ reason, count }) => [reason, count])),
    filtered: lane.filtered,
    pending: lane.pending + untoldLoss,
    redelivered: lane.redelivered,
    state: lane.state,
  }
}
