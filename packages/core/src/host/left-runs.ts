import { LEVELS } from '@holdfast/api'
import type { Clock } from '../clock.js'
import { describeError } from '../diagnostics/hub.js'
import type { Lane } from '../lane/lane.js'
import { LEVEL_COUNT, levelCounts, levelIndex } from '../level-counts.js'
import type { LeftRing } from './left-ring.js'
import { LeftRun } from './left-run.js'
import { type Mourner, writeObituary } from './obituary.js'

/** Between two looks at what the runs left behind take of the disk. */
const TIDY_MS = 1000
/** Between two attempts to read what could not be read. */
const RETRY_MS = 1000
/** So much more than is needed is given up at a time. */
const SLACK_BYTES: number = 64 << 10
const MAX_ATTEMPTS = 5

export interface LeftRunsParts {
  readonly clock: Clock
  readonly lanes: readonly Lane[]
  /** Directories of the runs, claimed by this tree. */
  readonly paths: readonly string[]
  readonly mourner: Mourner
  /** What all of them may take of the disk together. */
  readonly spillBytes: number
}

/**
 * The runs that earlier processes of this service have left behind, served beside the present one and behind it: a lane gets of them only when it
 * has nothing else to do, and a bite at a time, so that no backlog and no dead destination delays anything of now.
 *
 * ```
 *  claimed ──► looked through, a segment a round ──► told, once a run ──► fed to the lanes ──► removed
 *                                                                     └─ a lane is down: kept small, bounded
 * ```
 */
export class LeftRuns {
  readonly #parts: LeftRunsParts
  readonly #runs: LeftRun[] = []
  readonly #attempts = new Map<LeftRing, number>()
  #retryAt = 0
  #nextTidy = 0
  /** Under way, a piece a round. */
  #tidying: Generator<void, void> | undefined

  constructor(parts: LeftRunsParts) {
    this.#parts = parts
    const { lanes, mourner, paths } = parts
    // their names begin with the time
    for (const path of [...paths].sort()) {
      const run = new LeftRun({ path, lanes, report: mourner.report })
      try {
        if (run.open()) this.#runs.push(run)
      } catch (error) {
        mourner.report('run_left', { run: run.name, reason: describeError(error) })
        run.abandon()
      }
    }
  }

  /** A lane's adapter is there: it is asked what those before it have written. */
  opened(lane: Lane): void {
    for (const run of this.#runs) run.resume(lane)
  }

  /** One round. True when there is more to do at once. */
  step(): boolean {
    if (this.#runs.length === 0) return false
    const now = this.#parts.clock.monotonic()
    const isLooking = now >= this.#retryAt && this.#look(now)
    for (const run of this.#runs) for (const ring of run.rings) if (ring.isSurveyed) ring.publish()
    const isFed = this.#parts.lanes.filter((lane) => isIdle(lane) && this.#feed(lane)).length > 0
    for (const run of this.#runs) this.#finish(run)
    const isTidying = !isLooking && this.#tidyNow(now)
    return isLooking || isFed || isTidying
  }

  /** Every lane that is up has everything of them. */
  get isSettled(): boolean {
    return this.#runs.every(({ rings }) => [...rings].every((ring) => ring.isSettled))
  }

  /** Lets go of them: what is left waits for the next start, as small as may be. */
  close(): void {
    this.#tidying?.return()
    for (const run of this.#runs.splice(0)) {
      for (const ring of run.rings) {
        if (!ring.isSurveyed) continue
        ring.publish()
        for (const _ of ring.shrink());
      }
      run.close()
    }
  }

  /** Looks through the next piece of the oldest run. */
  #look(now: number): boolean {
    for (const run of this.#runs) {
      const ring = [...run.rings].find(({ isSurveyed }) => !isSurveyed)
      try {
        if (ring?.look() === true) run.tellOfDamage(ring)
      } catch (error) {
        this.#retryAt = now + RETRY_MS
        this.#failed(run, ring as LeftRing, error)
      }
      if (ring !== undefined) return true
      if (!run.isTold) this.#tell(run)
    }
    return false
  }

  /** Reading failed: it is tried again, but not for ever. */
  #failed(run: LeftRun, ring: LeftRing, error: unknown): void {
    const attempts = (this.#attempts.get(ring) ?? 0) + 1
    this.#attempts.set(ring, attempts)
    if (attempts === 1) this.#parts.mourner.report('run_left', { run: run.name, reason: describeError(error) })
    if (attempts < MAX_ATTEMPTS) return
    this.#attempts.delete(ring)
    run.leave(ring)
  }

  /** What is in a run, in the log of now. */
  #tell(run: LeftRun): void {
    run.isTold = true
    const { mourner, clock } = this.#parts
    const rings = [...run.rings]
    for (const ring of rings) {
      if (ring.isTold) continue
      const { origin, pid, thread, lastSeen, survey } = ring
      writeObituary(
        mourner,
        { origin, pid, thread, lastSeen, recovered: survey.events, refused: ring.loseRefused() },
        run.deathOf(ring),
        clock.now(),
      )
      ring.markTold()
    }
    const events = rings.reduce((sum, { survey }) => sum + survey.events, 0)
    if (events === 0 || run.wasRecovered) return
    run.markRecovered()
    const from = isoTime(Math.min(...rings.map(({ survey }) => survey.from)))
    const to = isoTime(Math.max(...rings.map(({ survey }) => survey.to)))
    const found = { run: run.name, rings: rings.length, events, from, to }
    mourner.log(LEVELS.warning, `recovered ${events} events of run ${run.name} from ${from} to ${to}`, {
      event: 'run_recovered',
      ...found,
    })
    mourner.report('run_recovered', found)
  }

  /** Gives a lane the next bite of the oldest run that has something for it, of the producer that logged it first. */
  #feed(lane: Lane): boolean {
    for (const run of this.#runs) {
      const rings = run.isTold ? [...run.rings].filter((ring) => ring.isBehind(lane) && !ring.isBeingWritten) : []
      if (rings.length === 0) continue
      try {
        const times = rings.map((ring) => ring.nextTime(lane))
        rings[times.indexOf(Math.min(...times))]?.feed(lane)
        return true
      } catch {
        // no descriptor, say: there is no hurry
        return false
      }
    }
    return false
  }

  #finish(run: LeftRun): void {
    for (const ring of run.rings) if (run.isTold && ring.isDrained && !ring.isBeingWritten) run.remove(ring)
    if (run.rings.size > 0 || !run.isTold) return
    this.#runs.splice(this.#runs.indexOf(run), 1)
    run.close()
  }

  /** True while there is something under way. */
  #tidyNow(now: number): boolean {
    if (this.#tidying === undefined && now < this.#nextTidy) return false
    this.#tidying ??= this.#tidy()
    if (this.#tidying.next().done !== true) return true
    this.#tidying = undefined
    this.#nextTidy = now + TIDY_MS
    return false
  }

  /** Keeps what is left small, and all of it within its bound. */
  *#tidy(): Generator<void, void> {
    const rings = this.#runs.flatMap((run) => [...run.rings]).filter((ring) => ring.isSettled && !ring.isDrained)
    for (const ring of rings) yield* ring.shrink()
    while (yield* this.#bound(rings, (level) => level < LEVELS.error));
    while (yield* this.#bound(rings, () => true));
  }

  /**
   * Beyond the bound the oldest events go that only lanes want which are down. A page is free only when nothing in it stays, so that it
   * may take several times.
   *
   * @returns whether any were given up
   */
  *#bound(rings: readonly LeftRing[], isCheap: (level: number) => boolean): Generator<void, boolean> {
    let excess = rings.reduce((sum, ring) => sum + ring.diskBytes, 0) - this.#parts.spillBytes
    let hasGivenUp = false
    for (const ring of rings) {
      if (excess <= 0) return hasGivenUp
      const before = ring.diskBytes
      let wanted = excess + SLACK_BYTES
      const dropped = new Map<string, Float64Array>()
      const isGivenUp = (level: number, bytes: number): boolean => {
        if (wanted <= 0 || !isCheap(level)) return false
        wanted -= bytes
        isAny = true
        return true
      }
      let isAny = false
      const isDone = yield* ring.compact(isGivenUp, (adapter, level) => {
        const counts = dropped.get(adapter) ?? new Float64Array(LEVEL_COUNT)
        counts[levelIndex(level)] = (counts[levelIndex(level)] as number) + 1
        dropped.set(adapter, counts)
      })
      // those of lanes that are there are told by them
      for (const [adapter, counts] of dropped) {
        const count = counts.reduce((sum, one) => sum + one, 0)
        this.#parts.mourner.report('queue_dropped', { adapter, reason: 'overflow', count, by_level: levelCounts(counts) })
      }
      excess -= before - ring.diskBytes
      hasGivenUp ||= isDone && isAny
    }
    return hasGivenUp
  }
}

/** It has everything of the present. */
function isIdle(lane: Lane): boolean {
  return lane.isOpen && !lane.isClosed && !lane.isWriting && !lane.isBehind && lane.held.length === 0 && lane.health.isReady()
}

function isoTime(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : ''
}
