import { type LevelName, levelName } from '@holdfast/api'
import type { LevelCounts } from '../diagnostics/catalogue.js'
import type { ProducerCounters } from '../pipeline/counters.js'
import type { LaneStatus } from '../writer/lane-status.js'

/** How severe it has been so far. */
export interface SeveritySnapshot {
  /** The most severe event that got a sequence number. */
  readonly highest: LevelName | null
  readonly total: number
  readonly counts: LevelCounts
  /** Per adapter, and in each by reason and level. */
  readonly drops: Readonly<Record<string, Readonly<Record<string, LevelCounts>>>>
  readonly dropsTotal: number
}

export function severitySnapshot(counters: ProducerCounters, lanes: readonly LaneStatus[]): SeveritySnapshot {
  const highest = counters.highest === 0 ? 'off' : levelName(counters.highest)
  const drops = lanes.map(
    (lane) => [lane.name, Object.fromEntries(lane.dropped.map(({ reason, by_level }) => [reason, by_level]))] as const,
  )
  return {
    highest: highest === 'off' ? null : highest,
    total: counters.emitted.total,
    counts: counters.emitted.byName(),
    drops: Object.fromEntries(drops.filter(([, reasons]) => Object.keys(reasons).length > 0)),
    dropsTotal: lanes.reduce((sum, lane) => sum + lane.dropped.reduce((count, drop) => count + drop.count, 0), 0),
  }
}
