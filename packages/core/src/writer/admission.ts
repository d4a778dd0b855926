import { LEVELS } from '@holdfast/api'
import type { Clock } from '../clock.js'
import type { BoundedQueue } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import type { Lane } from '../lane/lane.js'
import type { Ring } from '../ring/ring.js'

const STALL_SLEEP_MS = 2
/** One `queue_full` diagnostic in this time. */
const REPORT_INTERVAL_MS = 1000

export interface AdmissionParts {
  readonly ring: Ring
  readonly lanes: readonly Lane[]
  readonly queue: BoundedQueue
  readonly clock: Clock
  readonly report: Report
  readonly drain: () => void
}

/**
 * The bound on unread events, and what a call does at it.
 *
 * `block`: the call writes the backlog out itself; when a destination takes nothing (a full pipe) it sleeps, up to the budget of
 * one stall. A lane that fails is not waited for, nor one that can only write asynchronously: nothing it does can happen while
 * this thread sleeps. Both keep their backlog in the ring. `drop`: the call gives up at once when no living lane has room; a lane that
 * alone is behind drops its own oldest events instead: an asynchronous one beyond the bound, a synchronous one when the ring needs room.
 * An eighth is reserved for ERROR and above, which also wait under `drop`.
 */
export class Admission {
  readonly #parts: AdmissionParts
  readonly #reserveFrom: number
  /** Position and count up to which the queue was last seen to be free of lag. */
  #seenEvents = 0
  #seenPosition = 0
  #stallSpentMs = 0
  #stalledAt = -1
  #nextReport = 0

  constructor(parts: AdmissionParts) {
    this.#parts = parts
    this.#reserveFrom = Math.floor(parts.queue.maxEvents / 8)
  }

  admit(level: number): boolean {
    const { ring, queue } = this.#parts
    const limit = level >= LEVELS.error ? queue.maxEvents : queue.maxEvents - this.#reserveFrom
    if (ring.events - this.#seenEvents < limit && ring.position - this.#seenPosition < queue.maxBytes) return true
    if (this.#hasRoom(limit)) return true
    this.#parts.drain()
    if (this.#hasRoom(limit)) return true
    const mayWait = queue.fullPolicy === 'block' || level >= LEVELS.error
    if (mayWait && this.#wait(limit)) return true
    this.#tell(limit)
    return false
  }

  /** Looks at the lanes that count and remembers how far the one that decides has come: the slowest, or under `drop` the quickest. */
  #hasRoom(limit: number): boolean {
    const { ring, queue, lanes } = this.#parts
    const isDrop = queue.fullPolicy === 'drop'
    let events = isDrop ? Number.NEGATIVE_INFINITY : ring.events
    let position = isDrop ? Number.NEGATIVE_INFINITY : ring.position
    for (const lane of lanes) {
      if (!this.#counts(lane)) continue
      const read = lane.cursor.taken - lane.held.events
      events = isDrop ? Math.max(events, read) : Math.min(events, read)
      position = isDrop ? Math.max(position, lane.cursor.position) : Math.min(position, lane.cursor.position)
    }
    // nobody counts: whatever comes stays in the ring
    if (events === Number.NEGATIVE_INFINITY) {
      events = ring.events
      position = ring.position
    }
    if (events !== this.#stalledAt) {
      // a cursor has moved: a later stall gets a budget of its own
      this.#stallSpentMs = 0
      this.#stalledAt = -1
    }
    this.#seenEvents = events
    this.#seenPosition = position
    return ring.events - events < limit && ring.position - position < queue.maxBytes
  }

  #counts(lane: Lane): boolean {
    if (lane.isClosed) return false
    return this.#parts.queue.fullPolicy === 'drop' ? lane.health.state === 'ok' : lane.canWriteSync && lane.health.isTrusted()
  }

  #wait(limit: number): boolean {
    const { queue, clock, lanes, report } = this.#parts
    const stalled = lanes.find((lane) => this.#counts(lane) && lane.health.isStalled)
    if (stalled === undefined) return false
    this.#stalledAt = this.#seenEvents
    const before = this.#stallSpentMs
    while (this.#stallSpentMs < queue.putTimeoutMs) {
      const start = clock.monotonic()
      clock.sleepSync(STALL_SLEEP_MS)
      this.#parts.drain()
      this.#stallSpentMs += Math.max(clock.monotonic() - start, 0.01)
      if (this.#hasRoom(limit)) return true
    }
    if (before < queue.putTimeoutMs) report('queue_degraded_drop_mode', { adapter: stalled.name, reason: 'stalled' })
    return false
  }

  #tell(limit: number): void {
    const { queue, ring, clock, report } = this.#parts
    const now = clock.monotonic()
    if (now < this.#nextReport) return
    this.#nextReport = now + REPORT_INTERVAL_MS
    report('queue_full', { policy: queue.fullPolicy, unread: ring.events - this.#seenEvents, limit })
  }
}
