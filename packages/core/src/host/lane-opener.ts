import type { Adapter } from '@holdfast/api'
import type { Clock } from '../clock.js'
import type { Report } from '../diagnostics/catalogue.js'
import type { Lane } from '../lane/lane.js'
import type { LanePlan } from './lane-plan.js'
import type { Suspects } from './suspects.js'
import { watchAdapter } from './watch-adapter.js'
import type { Precautions } from './writer-spec.js'

/** The next lane waits for one that is being opened, but no longer than this, or than the writer took to come so far: the machine may be busy. */
const PATIENCE_MIN_MS = 250
const PATIENCE_MAX_MS = 2000
/** After that, nobody waits for a lane that is being opened. */
const AWAITED_MS = 1000
/** A lane's time-out is meant for its calls: to load a module takes a busy machine seconds. */
const LATE_MIN_MS = 5000
/** So long a lane is under suspicion alone after it was opened, when it is not known what ended a writer. */
const PROBATION_MS = 500
/** So long an adapter is new. */
const NEW_MS = 10_000

export interface LaneOpenerParts {
  readonly clock: Clock
  readonly report: Report
  readonly suspects: Suspects
  readonly precautions: Precautions | undefined
  /** A lane has its adapter. */
  readonly opened: (lane: Lane) => void
  /** Somebody would notice if an adapter never came back. */
  readonly isWatched: () => boolean
  /** Told of a lane whose adapter is not there in time. */
  readonly late?: ((lane: string) => void) | undefined
}

interface Opening {
  readonly lane: Lane
  readonly load: LanePlan['load']
  state: 'waiting' | 'under way' | 'late' | 'open'
  since: number
}

/**
 * Makes the adapters of a writer's lanes, one lane at a time, and serves nobody meanwhile: a lane that has its adapter delivers before the next one is
 * begun. One that takes its time holds the next one up for a moment only; one that is not there in time is told of, and may still come. Those that
 * made trouble come last.
 *
 * That they come one by one is what makes it clear whose module never came back, or ended the writer.
 */
export class LaneOpener {
  readonly #parts: LaneOpenerParts
  readonly #openings: readonly Opening[]
  readonly #startedAt: number
  readonly #patienceMs: number
  #openedAt = Number.NEGATIVE_INFINITY
  #isDone = false

  constructor(lanes: readonly Lane[], plans: readonly LanePlan[], parts: LaneOpenerParts) {
    const { quarantine = [] } = parts.precautions ?? {}
    this.#parts = parts
    this.#startedAt = parts.clock.monotonic()
    // the clock of a thread or a process begins with it
    this.#patienceMs = Math.max(PATIENCE_MIN_MS, Math.min(PATIENCE_MAX_MS, this.#startedAt))
    const openings = plans.map(({ load }, index): Opening => {
      return { lane: lanes[index] as Lane, load, state: 'waiting', since: 0 }
    })
    const isTrusted = ({ lane }: Opening): boolean => !quarantine.some(({ lane: name }) => name === lane.name)
    this.#openings = [...openings.filter(isTrusted), ...openings.filter((opening) => !isTrusted(opening))]
    for (const { lane } of openings) lane.isAwaited = !lane.isOpen
    for (const { lane: name, pauseMs, reason } of quarantine) {
      const lane = lanes.find((one) => one.name === name)
      if (lane === undefined) continue
      lane.isAwaited = false
      lane.health.quarantine(pauseMs, reason)
    }
  }

  /** An adapter is to come, or has come just now. */
  get isProbing(): boolean {
    return !this.#isDone || this.#parts.clock.monotonic() - this.#openedAt < NEW_MS
  }

  /** A lane that nothing is known against is still to come. */
  get isOpening(): boolean {
    return this.#openings.some(({ state, lane }) => (state === 'waiting' || state === 'under way') && lane.health.state === 'ok')
  }

  /** Goes on with the next lane if it is time. What can be made at once is made at once. */
  look(): void {
    if (this.#isDone) return
    const now = this.#parts.clock.monotonic()
    if (now - this.#startedAt >= AWAITED_MS) for (const { lane } of this.#openings) lane.isAwaited = false
    for (const opening of this.#openings) if (opening.state === 'under way') this.#findLate(opening, now)
    while (!this.#mustWait(now)) {
      const next = this.#openings.find((opening) => opening.state === 'waiting' && this.#mayOpen(opening.lane))
      if (next === undefined) break
      this.#begin(next)
    }
    this.#isDone = this.#openings.every(({ state }) => state === 'open') && !this.#mustWait(now)
    if (this.#isDone) this.#parts.suspects.rest(undefined)
  }

  #mustWait(now: number): boolean {
    if (this.#parts.precautions?.isCareful === true && now - this.#openedAt < PROBATION_MS) return true
    return this.#openings.some(({ state, since }) => state === 'under way' && now - since < this.#patienceMs)
  }

  #mayOpen({ health }: Lane): boolean {
    return health.isReady() && (!health.isQuarantined || this.#parts.isWatched())
  }

  #begin(opening: Opening): void {
    const { suspects, clock } = this.#parts
    const { lane, load } = opening
    opening.state = 'under way'
    opening.since = clock.monotonic()
    suspects.enter(lane.name, true)
    const fail = (error: unknown): void => this.#fail(opening, error)
    try {
      const loaded = suspects.within(lane.name, load)
      if (loaded instanceof Promise) loaded.then((create) => this.#create(opening, create)).catch(fail)
      else this.#create(opening, loaded)
    } catch (error) {
      fail(error)
    }
  }

  #create(opening: Opening, create: () => Adapter): void {
    const { suspects } = this.#parts
    const { name } = opening.lane
    // others may have been begun in the meantime
    suspects.enter(name, true)
    this.#open(opening, suspects.within(name, create))
  }

  #open(opening: Opening, adapter: Adapter): void {
    const { suspects, opened, clock, precautions } = this.#parts
    const { lane } = opening
    if (opening.state === 'late') lane.health.release()
    opening.state = 'open'
    this.#openedAt = clock.monotonic()
    lane.open(watchAdapter(adapter, suspects, lane.name))
    suspects.leave(lane.name)
    if (precautions?.isCareful === true) suspects.rest(lane.name)
    opened(lane)
  }

  /** It is tried again: what was missing may come, as a descriptor. */
  #fail(opening: Opening, error: unknown): void {
    const { lane } = opening
    opening.state = 'waiting'
    this.#parts.suspects.leave(lane.name)
    lane.isAwaited = false
    lane.health.fail(error)
  }

  #findLate(opening: Opening, now: number): void {
    const { report, suspects, late } = this.#parts
    const { lane, since } = opening
    const timeoutMs = Math.max(LATE_MIN_MS, lane.settings.timeoutMs)
    if (now - since < timeoutMs) return
    opening.state = 'late'
    suspects.leave(lane.name)
    const error = `its module has not been loaded after ${timeoutMs} ms`
    report('adapter_error', { adapter: lane.name, operation: 'import', error, code: 'ETIMEDOUT' })
    lane.health.quarantine(Number.POSITIVE_INFINITY, error)
    late?.(lane.name)
  }
}
