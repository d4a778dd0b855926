import { types } from 'node:util'
import { atEndOfTick, type Clock } from '../clock.js'
import type { QueueSettings } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError } from '../diagnostics/hub.js'
import { upkeep } from '../diagnostics/upkeep.js'
import type { Lane } from '../lane/lane.js'

/** One `queue_dropped` per lane and reason in this time. */
const INTERVAL_MS = 1000

export interface DropTellerParts {
  readonly queue: Pick<QueueSettings, 'onDrop'>
  readonly clock: Clock
  readonly report: Report
}

/** Tells drops to the diagnostics and to `onDrop`: the first at the end of the tick, later ones together once a second. */
export class DropTeller {
  readonly #parts: DropTellerParts
  #isScheduled = false
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(parts: DropTellerParts) {
    this.#parts = parts
  }

  tellSoon(lanes: readonly Lane[]): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    const { clock, report } = this.#parts
    const wait = this.#toldAt + INTERVAL_MS - clock.monotonic()
    const tell = (): void => upkeep(report, 'delivery', () => this.tellNow(lanes))
    if (wait <= 0) atEndOfTick(tell)
    else clock.after(wait, tell)
  }

  tellNow(lanes: readonly Lane[]): void {
    this.#isScheduled = false
    for (const lane of lanes) {
      if (!lane.drops.hasUnreported) continue
      this.#toldAt = this.#parts.clock.monotonic()
      for (const { reason, count, by_level } of lane.drops.takeUnreported()) {
        this.#parts.report('queue_dropped', { adapter: lane.name, reason, count, by_level })
        this.call({ adapter: lane.name, reason, count })
      }
    }
  }

  /** Calls `onDrop`; what it throws is reported. */
  call(drop: Parameters<NonNullable<QueueSettings['onDrop']>>[0]): void {
    try {
      const result: unknown = this.#parts.queue.onDrop?.(drop)
      // against its type it may be an async function: its rejection must not end the process
      if (types.isPromise(result)) result.catch(this.#failed)
    } catch (error) {
      this.#failed(error)
    }
  }

  readonly #failed = (error: unknown): void => {
    this.#parts.report('queue_drop_callback_error', { error: describeError(error) })
  }
}
