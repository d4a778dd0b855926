import { LEVELS, type LogResult } from '@holdfast/api'
import type { Clock } from '../clock.js'
import type { BoundContext } from '../context/bound-context.js'
import type { Report } from '../diagnostics/catalogue.js'
import type { ProducerCounters } from '../pipeline/counters.js'
import { fitFrame } from '../pipeline/fit-frame.js'
import { PendingLoss } from '../pipeline/loss.js'
import type { Sink } from '../pipeline/pipeline.js'
import type { EventTexts, Producer } from '../ring/producer.js'
import type { Writer } from '../writer/writer.js'

export interface RingSinkParts {
  readonly producer: Producer
  readonly writer: Writer
  readonly clock: Clock
  readonly report: Report
  readonly counters: () => ProducerCounters
  /** Bytes of a frame at most. */
  readonly frameBytes: number
  /** The lowest threshold of any lane: what is below it is kept for a dump only, and never waits. */
  readonly lowestLane: number
}

/** Gives events their sequence number and a place in the ring. */
export class RingSink implements Sink {
  readonly #parts: RingSinkParts
  readonly loss: PendingLoss = new PendingLoss()
  #seq = 0
  #deliver: (() => boolean) | undefined

  constructor(parts: RingSinkParts) {
    this.#parts = parts
  }

  append(level: number, time: number, texts: EventTexts, _context: BoundContext | undefined, logger: string): LogResult {
    const { producer, writer, counters } = this.#parts
    const cut = fitFrame(texts, this.#parts.frameBytes)
    if (cut > 0) this.#parts.report('event_truncated', { logger, original_bytes: cut, limit: this.#parts.frameBytes })
    const isAdmitted = level < this.#parts.lowestLane ? writer.hasRoom(level) : writer.admit(level)
    const seq = ++this.#seq
    counters().emit(level)
    if (!isAdmitted) {
      this.loss.add(seq, level)
      writer.refused?.()
      return 'queue_full'
    }
    this.tellLoss()
    producer.event(level, time, seq, texts)
    writer.committed(level, texts)
    return this.#deliver === undefined || this.#deliver() ? 'accepted' : 'queue_full'
  }

  /**
   * Nobody comes any more who would deliver what enters the ring: from now on each event is brought to the lanes at once.
   *
   * @param deliver false when no lane took it: then the call does not answer `accepted`
   */
  lastly(deliver: () => boolean): void {
    this.#deliver = deliver
  }

  /** Writes the LOSS frame that explains the gap up to now, if there is one. */
  tellLoss(): void {
    if (this.loss.count === 0 || !this.#parts.writer.hasRoom(LEVELS.error)) return
    this.#parts.producer.loss(this.#parts.clock.now(), this.loss.take())
    this.#parts.writer.committed(LEVELS.error, undefined)
  }
}
