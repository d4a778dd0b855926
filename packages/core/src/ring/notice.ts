import { LEVELS } from '@holdfast/api'
import type { Clock } from '../clock.js'
import type { DropSummary } from '../lane/drop-ledger.js'
import { LineHead } from './event-line.js'
import { newOrigin } from './origin.js'
import { RenderedRecord } from './record.js'

/** Makes the records that a lane writes itself. They have an origin of their own, so that no event's sequence has a hole or a double. */
export class NoticeWriter {
  readonly #clock: Clock
  readonly #context: () => string
  readonly #head: LineHead
  #seq = 0

  /** @param context JSON object of the runtime's own context */
  constructor(clock: Clock, context: () => string) {
    this.#clock = clock
    this.#context = context
    this.#head = new LineHead(newOrigin())
  }

  /** "N events dropped", with the counts by reason and level. */
  dropped(drops: readonly DropSummary[]): RenderedRecord {
    const count = drops.reduce((sum, drop) => sum + drop.count, 0)
    return this.#notice(`${count} ${count === 1 ? 'event' : 'events'} dropped`, JSON.stringify({ count, drops }))
  }

  /** Asks a destination whether it takes any record, when it refused the last one that there is. */
  question(): RenderedRecord {
    return this.#notice('an event was refused: this record asks whether others are taken', '{}')
  }

  #notice(message: string, extra: string): RenderedRecord {
    const time = this.#clock.now()
    const seq = ++this.#seq
    const json = `${this.#head.start(LEVELS.warning, time, seq)}"holdfast","message":"${message}","context":${this.#context()},"extra":${extra}${this.#head.end(seq)}`
    return new RenderedRecord(LEVELS.warning, time, json)
  }
}
