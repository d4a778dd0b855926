import { atEndOfTick, type Clock } from '../../clock.js'
import type { WriterHost } from '../../host/writer-host.js'

const POLL_MS = 20

/** The writer's work done in the application's own thread, for when no writer can be had. Does nothing until it is switched on. */
export class WriterFallback {
  readonly #clock: Clock
  readonly #make: () => WriterHost
  #host: WriterHost | undefined
  #isScheduled = false
  isDelivering = false

  /** @param make builds the adapters and takes over the rings, under the writer's lock */
  constructor(clock: Clock, make: () => WriterHost) {
    this.#clock = clock
    this.#make = make
  }

  switchOn(): void {
    this.#host ??= this.#make()
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
    if (this.#host === undefined || this.isDelivering) return
    this.isDelivering = true
    try {
      this.#host.poll()
    } finally {
      this.isDelivering = false
    }
  }

  async close(): Promise<void> {
    const host = this.#host
    this.poll()
    await host?.close()
    this.#host = undefined
  }

  #pollLater(): void {
    this.#clock.after(POLL_MS, () => {
      if (this.#host === undefined) return
      this.poll()
      this.#pollLater()
    })
  }
}
