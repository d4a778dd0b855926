import type { DropReason, RefuseReason } from '../diagnostics/catalogue.js'
import type { Lane } from '../lane/lane.js'
import type { ProducerCounters } from '../pipeline/counters.js'
import { walk } from '../writer/collect.js'

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
  readonly state: 'ok' | 'degraded' | 'down' | 'closed'
}

export interface ReportSources {
  readonly counters: ProducerCounters
  readonly lanes: readonly Lane[]
  /** Lost events that no frame tells of yet. */
  readonly untoldLoss: number
}

export function makeReport(sources: ReportSources, timedOut: boolean): DeliveryReport {
  const { counters, lanes } = sources
  return {
    calls: counters.calls,
    belowLevel: counters.belowLevel,
    refused: Object.fromEntries(counters.refused),
    emitted: counters.emitted.total,
    adapters: Object.fromEntries(lanes.map((lane) => [lane.name, adapterReport(sources, lane)])),
    timedOut,
  }
}

function adapterReport(sources: ReportSources, lane: Lane): AdapterReport {
  return {
    delivered: lane.cursor.delivered,
    dropped: Object.fromEntries(lane.cursor.dropped.summaries.map(({ reason, count }) => [reason, count])),
    filtered: lane.cursor.filtered,
    pending: countPending(lane, sources.untoldLoss),
    redelivered: lane.cursor.redelivered,
    state: lane.isClosed ? 'closed' : lane.health.state,
  }
}

/** Counts what a lane has before it, frame by frame. */
export function countPending({ held, cursor }: Lane, untoldLoss: number): number {
  let pending = held.events + untoldLoss
  walk(cursor.source, cursor.position, cursor.source.ring.position, (kind, reader) => {
    pending += kind === 'event' ? 1 : Object.values(reader.loss().levels).reduce((sum, count) => sum + count, 0)
    return true
  })
  return pending
}
