import { join } from 'node:path'
import type { AdapterRecipe } from '@holdfast/api'
import { openAsideOfRun } from '../aside/open-aside.js'
import type { Clock } from '../clock.js'
import { findMapperIn } from '../mapping/find-mapper.js'
import { joinPulse } from '../tree/pulse.js'
import { removeRunDirectory } from '../tree/run-directory.js'
import { runPaths, safeName } from '../tree/run-paths.js'
import { Burials } from './burials.js'
import { Control } from './control.js'
import { laneHome } from './lane-home.js'
import { shrinkRun } from './left-run.js'
import { LeftRuns } from './left-runs.js'
import { openRegion } from './open-region.js'
import { pollLoop } from './poll-loop.js'
import { RunRings } from './run-rings.js'
import { signalledSleeper } from './sleeper.js'
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
  /** Runs whose processes are all dead, to be recovered. */
  readonly left?: readonly string[]
  /** The page of the run, where it is open already. */
  readonly control?: Control
}

/** The page of a run where its writer says that it lives. */
export function openControl(run: string): Control {
  return new Control(openRegion(join(run, 'control'), findMapperIn(run).mapper))
}

/** Serves all rings of one run directory until no producer is left. */
export class RunWriter {
  readonly #parts: RunWriterParts
  readonly #host: WriterHost
  readonly #control: Control
  readonly #rings: RunRings
  readonly #burials: Burials
  readonly #left: LeftRuns
  readonly #startedAt: number
  #nextGoneLook = 0

  constructor(parts: RunWriterParts) {
    const { clock, run, epoch, spec, adapters, left = [] } = parts
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
      build: (recipe) => buildAdapter(recipe, laneHome(run, recipe.name)),
      context: spec.context,
      failureResetMs: spec.failureResetMs,
      stopTimeoutMs: spec.stopTimeoutMs,
      spillBytes: spec.spillBytes,
      aside: openAsideOfRun(run, spec.spillBytes),
      spillPath: (origin) => join(runPaths(run).spill, safeName(origin)),
      ...(quarantine === undefined ? undefined : { quarantine }),
    })
    this.#rings = new RunRings({ clock, run, mapper: findMapperIn(run).mapper, host: this.#host })
    this.#burials = new Burials(run, this.#host, clock)
    const { spillBytes } = spec
    // before the adapters open anything: they may find there what their destinations have
    this.#left = new LeftRuns({ clock, lanes: this.#host.lanes, paths: left, mourner: this.#host, spillBytes })
  }

  /** Runs until every producer has left and has been served. */
  async serve(): Promise<void> {
    this.#rings.scan()
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
    this.#left.close()
    pulse?.stop()
    // what a lane that is down has not got stays for the next run
    if (this.#rings.hasLeftovers) shrinkRun(run, this.#host.lanes)
    else removeRunDirectory(run)
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
    // the past comes behind the present
    const hasLeft = this.#left.step()
    if (hasWorked || hasLeft) return 'worked'
    if (this.#host.rings.size > 0) return this.#isOver() && this.#left.isSettled ? 'end' : 'idle'
    if (!this.#rings.hadAny) return now - this.#startedAt > EMPTY_MS ? 'end' : 'idle'
    if (this.#rings.scan()) return 'worked'
    const isSettled = this.#host.isSettled && this.#left.isSettled
    return isSettled && !this.#rings.isParting ? 'end' : 'idle'
  }

  /** All producers have left, and every lane that is up has everything: only what is down keeps the rest. */
  #isOver(): boolean {
    const { clock, spec } = this.#parts
    const now = clock.monotonic()
    let isOver = true
    if (![...this.#host.rings.values()].some(({ isOpen }) => isOpen)) this.#host.releaseSettled()
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
