import type { Clock } from '../clock.js'
import type { Report } from '../diagnostics/catalogue.js'
import { HealthWatch, healthOf } from '../lane/health-watch.js'
import type { Lane } from '../lane/lane.js'
import type { HostedRing } from './hosted-ring.js'

const DESCRIBE_MS = 500

export interface LaneDescriptionsParts {
  readonly lanes: readonly Lane[]
  readonly rings: ReadonlyMap<string, HostedRing>
  readonly clock: Clock
  readonly report: Report
}

/** Leaves how each lane is where `inspect()` of the producers finds it. */
export class LaneDescriptions {
  readonly #parts: LaneDescriptionsParts
  readonly #watch: HealthWatch
  readonly #described = new Map<Lane, string>()
  #nextLook = 0

  constructor(parts: LaneDescriptionsParts) {
    this.#parts = parts
    this.#watch = new HealthWatch(parts.lanes, parts.clock, parts.report)
  }

  /** Does it if it is time. */
  look(now: number): void {
    if (now < this.#nextLook) return
    this.#nextLook = now + DESCRIBE_MS
    this.#watch.look()
    const { lanes, rings } = this.#parts
    for (const lane of lanes) {
      const health = lane.adapter.health === undefined ? null : healthOf(lane)
      const text = JSON.stringify([lane.health.reason, health, rings.size])
      if (this.#described.get(lane) === text) continue
      this.#described.set(lane, text)
      for (const ring of rings.values()) ring.describe(lane, { reason: lane.health.reason, health })
    }
  }
}
