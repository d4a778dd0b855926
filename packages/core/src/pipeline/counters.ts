import type { RefuseReason } from '../diagnostics/catalogue.js'
import { LevelCounter } from '../level-counts.js'

/** What the producer counts. `calls = belowLevel + refused + emitted` holds at every moment because each is counted where it happens. */
export class ProducerCounters {
  calls = 0
  belowLevel = 0
  readonly refused: Map<RefuseReason, number> = new Map()
  /** Events that got a sequence number, by level. */
  readonly emitted: LevelCounter = new LevelCounter()
  highest = 0

  refuse(reason: RefuseReason): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1)
  }

  emit(level: number): void {
    this.emitted.add(level)
    if (level > this.highest) this.highest = level
  }
}
