import type { Clock } from '../../clock.js'
import type { Control } from '../../host/control.js'
import type { ProducerCounters } from '../../pipeline/counters.js'
import { CONTROL, NUMBER, PRODUCER_BYTES, STATE, WRITER_AT, WRITER_BYTES } from '../../ring/shared/layout.js'
import type { Region } from '../../ring/shared/region.js'

export interface ProducerPageParts {
  readonly region: Region
  readonly control: Control
  readonly clock: Clock
  readonly counters: () => ProducerCounters
  /** Makes a writer that sleeps look at once. */
  readonly wake: () => void
}

/** What a producer says to its writer beside events, on the page in front of its ring. Whatever it says wakes a writer that sleeps. */
export class ProducerPage {
  readonly #parts: ProducerPageParts

  constructor(parts: ProducerPageParts) {
    this.#parts = parts
  }

  /** Wakes a writer that has found nothing to do for a while. Next to nothing when it has not. */
  knock(): void {
    const { control, wake } = this.#parts
    if (control.isAsleep && control.takeAsleep()) wake()
  }

  /** Everything up to now is to be delivered at once. */
  hurry(): void {
    const { words } = this.#parts.region
    Atomics.store(words, CONTROL.urgent, Atomics.load(words, CONTROL.published))
    this.#tell()
  }

  /** Returns the number of the request, which each lane repeats when it has done it. */
  requestFlush(scope: 'own' | 'tree'): number {
    const word = scope === 'tree' ? CONTROL.treeFlushRequest : CONTROL.flushRequest
    const request = Atomics.add(this.#parts.region.words, word, 1) + 1
    this.#tell()
    return request
  }

  requestReopen(): void {
    Atomics.add(this.#parts.region.words, CONTROL.reopenRequest, 1)
    this.#tell()
  }

  /** Nothing more comes: it detaches, its process ends, or it does not look at the ring any more. */
  end(state: 'detached' | 'exited' | 'released'): void {
    const { words } = this.#parts.region
    if (state === 'exited') {
      const code = Number(process.exitCode ?? 0)
      Atomics.store(words, CONTROL.exitCode, Number.isInteger(code) ? code : 1)
    }
    Atomics.store(words, CONTROL.state, STATE[state])
    this.#tell()
  }

  /** The producer lives. */
  showLife(): void {
    const { region, clock } = this.#parts
    region.doubles[NUMBER.seenAt] = clock.now()
    region.mirror?.push(0, PRODUCER_BYTES)
  }

  /** What this producer has counted outlives it. */
  saveCounters(): void {
    const { region, clock, counters } = this.#parts
    const { doubles, mirror } = region
    doubles[NUMBER.seenAt] = clock.now()
    doubles[NUMBER.calls] = counters().calls
    doubles[NUMBER.belowLevel] = counters().belowLevel
    counters().emitted.copyTo(doubles, NUMBER.emitted)
    mirror?.push(0, PRODUCER_BYTES)
  }

  /** The writer is done with the ring. It may have ended by now. */
  get isDrained(): boolean {
    const { words, mirror } = this.#parts.region
    mirror?.pull(WRITER_AT, WRITER_BYTES)
    return Atomics.load(words, CONTROL.drained) === 1
  }

  #tell(): void {
    this.#parts.region.mirror?.push(0, PRODUCER_BYTES)
    this.knock()
  }
}
