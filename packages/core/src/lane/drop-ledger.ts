import { levelValue } from '@holdfast/api'
import type { DropReason, LevelCounts } from '../diagnostics/catalogue.js'
import { LevelCounter } from '../level-counts.js'

export interface DropSummary {
  readonly reason: DropReason
  readonly count: number
  readonly by_level: LevelCounts
}

/** What a lane dropped: for ever, since the last diagnostic, and since its adapter was last told. */
export class DropLedger {
  readonly #total = new Map<DropReason, LevelCounter>()
  readonly #unreported = new Map<DropReason, LevelCounter>()
  readonly #untold = new Map<DropReason, LevelCounter>()

  add(reason: DropReason, level: number, count = 1): void {
    for (const map of [this.#total, this.#unreported, this.#untold]) counter(map, reason).add(level, count)
  }

  /** Everything dropped so far, by reason. */
  get total(): readonly DropSummary[] {
    return summaries(this.#total)
  }

  get hasUnreported(): boolean {
    return this.#unreported.size > 0
  }

  get hasUntold(): boolean {
    return this.#untold.size > 0
  }

  /** Takes what no diagnostic has said yet. */
  takeUnreported(): readonly DropSummary[] {
    return take(this.#unreported)
  }

  /** What no record in the adapter has said yet. */
  get untold(): readonly DropSummary[] {
    return summaries(this.#untold)
  }

  /** A record that says this has arrived. */
  told(drops: readonly DropSummary[]): void {
    for (const { reason, by_level } of drops) {
      const levels = this.#untold.get(reason)
      if (levels === undefined) continue
      for (const [name, count] of Object.entries(by_level)) levels.add(levelValue(name) as number, -count)
      if (levels.total <= 0) this.#untold.delete(reason)
    }
  }
}

function counter(map: Map<DropReason, LevelCounter>, reason: DropReason): LevelCounter {
  const found = map.get(reason) ?? new LevelCounter()
  map.set(reason, found)
  return found
}

function summaries(map: ReadonlyMap<DropReason, LevelCounter>): readonly DropSummary[] {
  return Array.from(map, ([reason, levels]) => ({ reason, count: levels.total, by_level: levels.byName() }))
}

function take(map: Map<DropReason, LevelCounter>): readonly DropSummary[] {
  const taken = summaries(map)
  map.clear()
  return taken
}
