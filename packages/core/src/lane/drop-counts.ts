import type { DropReason, LevelCounts } from '../diagnostics/catalogue.js'
import { LEVEL_COUNT, levelCounts, levelIndex } from '../level-counts.js'
import type { DropSummary } from './drop-ledger.js'

/** In the order in which shared memory has them: new ones go to the end. */
const DROP_REASONS: readonly DropReason[] = [
  'queue_full',
  'overflow',
  'rejected',
  'down',
  'shutdown',
  'corrupt',
  'unprocessable',
  'unreachable',
]

/** Counts of drops by reason and level as plain numbers, so that they can be copied into shared memory and back. */
export class DropCounts {
  static readonly LENGTH: number = DROP_REASONS.length * LEVEL_COUNT
  readonly values: Float64Array

  /** @param values the counts, all zero when left out */
  constructor(values: Float64Array = new Float64Array(DropCounts.LENGTH)) {
    this.values = values
  }

  add(reason: DropReason, level: number, count: number): void {
    const index = DROP_REASONS.indexOf(reason) * LEVEL_COUNT + levelIndex(level)
    this.values[index] = (this.values[index] as number) + count
  }

  /** By reason, without zeros. */
  get summaries(): readonly DropSummary[] {
    return DROP_REASONS.map((reason) => this.#summary(reason)).filter(({ count }) => count > 0)
  }

  #summary(reason: DropReason): DropSummary {
    const start = DROP_REASONS.indexOf(reason) * LEVEL_COUNT
    const counts = this.values.subarray(start, start + LEVEL_COUNT)
    const by_level: LevelCounts = levelCounts(counts)
    return { reason, count: counts.reduce((sum, count) => sum + count, 0), by_level }
  }
}
