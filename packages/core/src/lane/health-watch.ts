import type { Health } from '@holdfast/api'
import type { Clock } from '../clock.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError } from '../diagnostics/hub.js'
import type { Lane } from './lane.js'

const INTERVAL_MS = 1000
const OK: Health = { state: 'ok' }

/**
 * Asks adapters how they are, once a second while there is traffic, and tells when an answer changes: for what does not fail a write,
 * as a rotation or an fsync that failed. What fails a write is told by the lane's own health.
 */
export class HealthWatch {
  readonly #lanes: readonly Lane[]
  readonly #clock: Clock
  readonly #report: Report
  readonly #last = new Map<Lane, Health['state']>()
  #isWaiting = false
  #nextLook = 0

  constructor(lanes: readonly Lane[], clock: Clock, report: Report) {
    // one that is not open yet may have something to say later
    this.#lanes = lanes.filter(({ adapter, isOpen }) => !isOpen || adapter.health !== undefined)
    this.#clock = clock
    this.#report = report
  }

  /** Called at each commit: there is traffic. */
  notice(): void {
    if (this.#isWaiting || this.#lanes.length === 0) return
    this.#isWaiting = true
    this.#clock.after(INTERVAL_MS, () => {
      this.#isWaiting = false
      for (const lane of this.#lanes) this.#look(lane)
    })
  }

  /** For a writer that comes by anyway, also when there is no traffic: looks once a second. */
  look(): void {
    const now = this.#clock.monotonic()
    if (now < this.#nextLook) return
    this.#nextLook = now + INTERVAL_MS
    for (const lane of this.#lanes) this.#look(lane)
  }

  #look(lane: Lane): void {
    if (lane.isClosed || lane.health.state !== 'ok') return
    const { state, reason = '' } = healthOf(lane)
    const from = this.#last.get(lane) ?? 'ok'
    this.#last.set(lane, state)
    if (from !== state) this.#report('adapter_health', { adapter: lane.name, from, to: state, reason })
  }
}

/** What an adapter says of itself; one that throws is not well. */
export function healthOf({ adapter }: Lane): Health {
  try {
    return adapter.health?.() ?? OK
  } catch (error) {
    return { state: 'degraded', reason: `its health() threw: ${describeError(error)}` }
  }
}
