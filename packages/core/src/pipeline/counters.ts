import type { Gate } from '@holdfast/api'
import type { RefuseReason } from '../diagnostics/catalogue.js'
import { LevelCounter } from '../level-counts.js'

/** What the producer counts. `calls = belowLevel + refused + emitted` holds at every moment because each is counted where it happens. */
export class ProducerCounters {
  /** Shared with the facades, which count the disabled calls. */
  readonly gate: Gate

  constructor(gate: Gate) {
    this.gate = gate
  }

  readonly refused: Map<RefuseReason, number> = new Map()
  /** Events that got a sequence number, by level. */
  readonly emitted: LevelCounter = new LevelCounter()
  highest = 0

  get calls(): number {
    return this.gate.calls
  }

  get belowLevel(): number {
    return this.gate.belowLevel
  }

  refuse(reason: RefuseReason, count = 1): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + count)
  }

  emit(level: number): void {
    this.emitted.add(level)
    if (level > this.highest) this.highest = level
  }
}
