import { LevelCounter } from '../level-counts.js'
import type { LossNotice } from '../ring/layout.js'

/** Events that got a sequence number but no place in the ring, until a LOSS frame tells of them. */
export class PendingLoss {
  readonly #levels = new LevelCounter()
  #from = 0
  #to = 0

  get count(): number {
    return this.#levels.total
  }

  add(seq: number, level: number): void {
    if (this.#levels.total === 0) this.#from = seq
    this.#to = seq
    this.#levels.add(level)
  }

  /** The notice of all of it; afterwards nothing is pending. */
  take(): LossNotice {
    const notice: LossNotice = { from: this.#from, to: this.#to, reason: 'queue_full', levels: this.#levels.byValue() }
    this.#levels.clear()
    return notice
  }
}
