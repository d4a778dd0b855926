import type { Clock } from '../../clock.js'
import type { Quarantine } from '../../host/writer-spec.js'
import { pauseAfter } from '../../lane/backoff.js'
import type { LaneFault, LaneRecord, LaneRecords } from '../../tree/lane-records.js'

/** The next attempt of one that hangs holds up all others, until it is ended; one that crashes costs them the start of a writer. */
const PAUSE_MIN_MS: Readonly<Record<LaneFault, number>> = { hung: 5000, crashed: 1000, late: 5000 }
const PAUSE_MAX_MS = 300_000
/** A start is a new attempt: somebody may have mended it. */
const PAUSE_AT_START_MS = 30_000
/** After its pause, for so long nothing more happened: it is forgotten. */
const FORGET_MS = 600_000

const REASONS: Readonly<Record<LaneFault, string>> = {
  hung: 'its adapter hung',
  crashed: 'its adapter ended the writer',
  late: 'its module was not loaded in time',
}

/** Lanes whose adapters hung or ended a writer: how often, and how long each is left alone, longer each time. */
export class Distrust {
  readonly #clock: Clock
  readonly #kept: LaneRecords
  readonly #records = new Map<string, LaneRecord>()

  constructor(clock: Clock, kept: LaneRecords) {
    this.#clock = clock
    this.#kept = kept
  }

  /** Once more a lane did this. */
  blame(lane: string, fault: LaneFault): void {
    this.#learn()
    const count = (this.#records.get(lane)?.count ?? 0) + 1
    const until = this.#clock.now() + pauseAfter(count, PAUSE_MIN_MS[fault], PAUSE_MAX_MS)
    const record: LaneRecord = { lane, fault, count, until }
    this.#records.set(lane, record)
    this.#kept.write(record)
  }

  /** How often something is known to have gone wrong with a lane. */
  countOf(lane: string): number {
    return this.#records.get(lane)?.count ?? 0
  }

  /** All that are distrusted; those whose pause is over, too: they come last. */
  quarantine(): readonly Quarantine[] {
    this.#learn()
    const now = this.#clock.now()
    return Array.from(this.#records.values(), ({ lane, fault, until }) => {
      return { lane, reason: REASONS[fault], pauseMs: Math.min(PAUSE_MAX_MS, Math.max(0, until - now)) }
    })
  }

  /** Never to be run in the application. */
  banned(): readonly Quarantine[] {
    return this.quarantine().map(({ lane, reason }) => {
      return { lane, reason: `${reason}: it is not run in the application`, pauseMs: Number.POSITIVE_INFINITY }
    })
  }

  /** Takes over what others have found out, and forgets what is long ago. */
  #learn(): void {
    const now = this.#clock.now()
    for (const record of this.#kept.read()) {
      const { lane, count, until } = record
      if ((this.#records.get(lane)?.count ?? 0) >= count) continue
      this.#records.set(lane, { ...record, until: Math.min(until, now + PAUSE_AT_START_MS) })
    }
    for (const { lane, until } of this.#records.values()) {
      if (now - until < FORGET_MS) continue
      this.#records.delete(lane)
      this.#kept.remove(lane)
    }
  }
}
