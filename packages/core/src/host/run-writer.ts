import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type AdapterRecipe, LEVELS } from '@holdfast/api'
import { openAsideOfRun } from '../aside/open-aside.js'
import type { Clock } from '../clock.js'
import { findMapperIn } from '../mapping/find-mapper.js'
import { joinPulse } from '../tree/pulse.js'
import { removeRunDirectory } from '../tree/run-directory.js'
import { laneDirectory, runPaths, safeName } from '../tree/run-paths.js'
import { acquireWriter, currentWriter } from '../tree/writer-lock.js'
import { Burials } from './burials.js'
import { Control } from './control.js'
import { openRegion } from './open-region.js'
import { pollLoop } from './poll-loop.js'
import { RunRings } from './run-rings.js'
import { deafSleeper, signalledSleeper } from './sleeper.js'
import { readTreeFile } from './tree-file.js'
import { WriterHost } from './writer-host.js'
import { buildAdapter, type WriterSpec } from './writer-spec.js'

/** How often it is looked for producers that are gone. */
const GONE_MS = 50
/** A run that nobody came to is over. */
const EMPTY_MS = 30_000

export interface RunWriterParts {
  readonly clock: Clock
  readonly run: string
  readonly epoch: number
  readonly spec: WriterSpec
  readonly adapters: readonly AdapterRecipe[]
  /** The page of the run, where it is open already. */
  readonly control?: Control
}

/** The page of a run where its writer says that it lives. */
export function openControl(run: string): Control {
  return new Control(openRegion(join(run, 'control'), findMapperIn(run).mapper))
}

/** What became of a run whose processes were all dead. */
export interface RecoveredRun {
  readonly run: string
  readonly rings: number
  /** Events that were left in it. */
  readonly events: number
  /** Those of them that a lane could not deliver: they are kept. */
  readonly undelivered: number
}

/** Serves all rings of one run directory until no producer is left. */
export class RunWriter {
  readonly #parts: RunWriterParts
  readonly #host: WriterHost
  readonly #control: Control
  readonly #rings: RunRings
  readonly #burials: Burials
  readonly #startedAt: number
  #nextGoneLook = 0

  constructor(parts: RunWriterParts) {
    const { clock, run, epoch, spec, adapters } = parts
    this.#parts = parts
    this.#startedAt = clock.monotonic()
    this.#control = parts.control ?? openControl(run)
    this.#control.begin(epoch, process.pid)
    const { quarantine } = spec
    this.#host = new WriterHost({
      clock,
      control: this.#control,
      epoch,
      adapters,
      lanes: readTreeFile(run)?.lanes.map(({ name }) => name) ?? adapters.map(({ name }) => name),
      build: (recipe) => buildAdapter(recipe, { stateDir: laneDirectory(run, recipe.name) }),
      context: spec.context,
      failureResetMs: spec.failureResetMs,
      stopTimeoutMs: spec.stopTimeoutMs,
      spillBytes: spec.spillBytes,
      aside: openAsideOfRun(run, spec.spillBytes),
      spillPath: (origin) => join(runPaths(run).spill, safeName(origin)),
      ...(quarantine === undefined ? undefined : { quarantine }),
    })
    this.#rings = new RunRings({ clock, run, mapper: findMapperIn(run).mapper, host: this.#host })
    this.#burials = new Burials(run, this.#host)
  }

  /**
   * Delivers what a run of dead processes has left, and removes it; what a lane that is down keeps stays for the next time.
   *
   * @param beat called in each round
   */
  static async recover(parts: Omit<RunWriterParts, 'epoch'>, beat: () => void): Promise<RecoveredRun> {
    const { run } = parts
    const lock = acquireWriter(run, currentWriter(run)?.epoch ?? 0, 'writer', true)
    if (lock === undefined || !existsSync(join(run, 'control'))) return { run, rings: 0, events: 0, undelivered: 0 }
    return new RunWriter({ ...parts, epoch: lock.epoch }).#recover(beat)
  }

  /** Runs until every producer has left and has been served. */
  async serve(recovered: readonly RecoveredRun[] = []): Promise<void> {
    this.#rings.scan()
    for (const found of recovered) {
      this.#host.report('run_recovered', found)
      this.#host.log(LEVELS.warning, `recovered ${found.events} events of a run that was killed`, {
        event: 'run_recovered',
        ...found,
      })
    }
    const { run, clock } = this.#parts
    const pulse = joinPulse(run)
    const control = this.#control
    const sleeper = signalledSleeper({ clock, control, isAtRest: () => control.isShared && this.#host.isAtRest })
    for (;;) {
      await pollLoop(clock, sleeper, () => this.#round())
      // whoever joins looks at this once more when its ring is there; so one of the two sees the other
      this.#control.state = 'ended'
      if (!this.#rings.scan()) break
      this.#control.state = 'running'
    }
    await this.#host.close()
    pulse?.stop()
    // what a lane that is down has not got stays for the next run
    if (!this.#rings.hasLeftovers) removeRunDirectory(run)
  }

  async #recover(beat: () => void): Promise<RecoveredRun> {
    const { clock, run } = this.#parts
    this.#rings.scan()
    const rings = this.#host.rings.size
    for (const ring of this.#host.rings.values()) this.#burials.bury(ring, undefined)
    const deadline = clock.monotonic() + this.#parts.spec.stopTimeoutMs
    await pollLoop(clock, deafSleeper(clock), () => {
      beat()
      const hasWorked = this.#host.poll()
      this.#rings.retireDrained()
      const isOver = this.#host.isSettled && [...this.#host.rings.values()].every(({ isSettled }) => isSettled)
      return isOver || clock.monotonic() > deadline ? 'end' : hasWorked ? 'worked' : 'idle'
    })
    let undelivered = 0
    for (const ring of this.#host.rings.values()) undelivered += ring.unread
    await this.#host.close()
    if (!this.#rings.hasLeftovers) removeRunDirectory(run)
    return { run, rings, events: this.#burials.recovered, undelivered }
  }

  /** Opens files anew. */
  reopen(): void {
    this.#host.reopen()
  }

  #round(): 'worked' | 'idle' | 'end' {
    const { clock, epoch } = this.#parts
    const now = clock.monotonic()
    this.#rings.scanNowAndThen(now)
    if (now >= this.#nextGoneLook) this.#lookForGone(now)
    // another writer owns the rings: this one must not touch anything any more
    for (const ring of this.#host.rings.values()) if (ring.epoch > epoch) process.exit(0)
    const hasWorked = this.#host.poll()
    this.#burials.note()
    this.#rings.retireDrained()
    if (hasWorked) return 'worked'
    if (this.#host.rings.size > 0) return this.#isOver() ? 'end' : 'idle'
    if (!this.#rings.hadAny) return now - this.#startedAt > EMPTY_MS ? 'end' : 'idle'
    if (this.#rings.scan()) return 'worked'
    return this.#host.isSettled ? 'end' : 'idle'
  }

  /** All producers have left, and every lane that is up has everything: only what is down keeps the rest. */
  #isOver(): boolean {
    const { clock, spec } = this.#parts
    const now = clock.monotonic()
    let isOver = true
    for (const ring of this.#host.rings.values()) {
      if (ring.isOpen || !ring.isSettled) isOver = false
      else {
        ring.leftAt ??= now
        if (now - ring.leftAt < spec.stopTimeoutMs) isOver = false
      }
    }
    return isOver
  }

  #lookForGone(now: number): void {
    this.#nextGoneLook = now + GONE_MS
    this.#rings.partWith()
    this.#burials.look(now)
  }
}
