import { atEndOfTick, type Clock } from '../../clock.js'
import type { Report } from '../../diagnostics/catalogue.js'
import { describeError } from '../../diagnostics/hub.js'
import { upkeep } from '../../diagnostics/upkeep.js'
import type { WriterHost } from '../../host/writer-host.js'

const POLL_MS = 20
/** Another process may have the writer's lock and give it back. */
const RETRY_MS = 1000
/** Until the same reason is told again. */
const TELL_MS = 60_000

export interface WriterFallbackParts {
  readonly clock: Clock
  readonly report: Report
  /** Builds the adapters and takes over the rings, under the writer's lock. */
  readonly make: () => WriterHost
}

/** The writer's work done in the application's own thread, for when no writer can be had. Does nothing until it is switched on. */
export class WriterFallback {
  readonly #parts: WriterFallbackParts
  #host: WriterHost | undefined
  #isOn = false
  #isScheduled = false
  #nextTry = Number.NEGATIVE_INFINITY
  #nextTell = Number.NEGATIVE_INFINITY
  #toldReason = ''
  isDelivering = false

  constructor(parts: WriterFallbackParts) {
    this.#parts = parts
  }

  switchOn(): void {
    this.#isOn = true
    this.poll()
    this.#pollLater()
  }

  /** Told after an event entered the ring: it is written at the end of the tick. */
  committed(): void {
    if (this.#host === undefined || this.#isScheduled) return
    this.#isScheduled = true
    atEndOfTick(() => {
      this.#isScheduled = false
      this.poll()
    })
  }

  poll(): void {
    if (!this.#isOn || this.isDelivering) return
    this.isDelivering = true
    upkeep(this.#parts.report, 'delivery', () => {
      this.#host ??= this.#make()
      this.#host?.poll()
      this.#retireDrained()
    })
    this.isDelivering = false
  }

  async close(): Promise<void> {
    this.poll()
    const host = this.#host
    this.#isOn = false
    this.#host = undefined
    await host?.close()
  }

  #make(): WriterHost | undefined {
    const { clock, report, make } = this.#parts
    const now = clock.monotonic()
    if (now < this.#nextTry) return undefined
    this.#nextTry = now + RETRY_MS
    try {
      return make()
    } catch (error) {
      const reason = describeError(error)
      if (reason === this.#toldReason && now < this.#nextTell) return undefined
      this.#toldReason = reason
      this.#nextTell = now + TELL_MS
      report('writer_unavailable', { reason, cure: 'it is tried again every second' })
      return undefined
    }
  }

  /** Nobody else says to those who wait for it that a ring is drained. */
  #retireDrained(): void {
    const host = this.#host
    if (host === undefined) return
    for (const ring of [...host.rings.values()]) if (!ring.isOpen && ring.isDrained) host.retire(ring)
  }

  #pollLater(): void {
    this.#parts.clock.after(POLL_MS, () => {
      if (!this.#isOn) return
      this.poll()
      this.#pollLater()
    })
  }
}
