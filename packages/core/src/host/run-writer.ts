import { join } from 'node:path'
import { openAsideOfRun } from '../aside/open-aside.js'
import type { Clock } from '../clock.js'
import { findMapperIn } from '../mapping/find-mapper.js'
import { joinPulse } from '../tree/pulse.js'
import { removeRunDirectory } from '../tree/run-directory.js'
import { runPaths, safeName } from '../tree/run-paths.js'
import { Burials } from './burials.js'
import { Control } from './control.js'
import { laneHome } from './lane-home.js'
import { planLanes } from './lane-plan.js'
import { shrinkRun } from './left-run.js'
import { LeftRuns } from './left-runs.js'
import { openRegion } from './open-region.js'
import { pollLoop } from './poll-loop.js'
import { RunRings } from './run-rings.js'
import { signalledSleeper } from './sleeper.js'
import type { Suspects } from './suspects.js'
import { readTreeFile } from './tree-file.js'
import type { Watchdog } from './watchdog.js'
import { WriterHost } from './writer-host.js'
import type { WriterSpec } from './writer-spec.js'

/** How often it is looked for producers that are gone. */
const GONE_MS = 50
const BEAT_MS = 100
/** A run that nobody came to is over. */
const EMPTY_MS = 30_000

export interface RunWriterParts {
  readonly clock: Clock
  readonly run: string
  readonly epoch: number
  readonly spec: WriterSpec
  /** Runs whose processes are all dead, to be recovered. */
  readonly left?: readonly string[]
  /** Of the process, whichever run it is busy with. */
  readonly suspects: Suspects
  /** The page of the run, where it is open already. */
  readonly control?: Control
  /** Of the process, for the run that it serves. */
  readonly watchdog?: Watchdog
  /** Told of a lane whose adapter is not there in time. */
  readonly late?: (lane: string) => void
}

/** The page of a run where its writer says that it lives. */
export function openControl(run: string): Control {
  return new Control(openRegion(join(run, 'control'), findMapperIn(run).mapper))
}

/** Names of a run's lanes, in the order of their blocks in its rings. */
export function lanesOf(run: string, { recipes }: WriterSpec): readonly string[] {
  return (readTreeFile(run)?.lanes ?? recipes).map(({ name }) => name)
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
    const { clock, run, epoch, spec, suspects, late, left = [] } = parts
    this.#parts = parts
    this.#startedAt = clock.monotonic()
    this.#control = parts.control ?? openControl(run)
    this.#control.begin(epoch, process.pid)
    this.#host = new WriterHost({
      clock,
      control: this.#control,
      epoch,
      plans: planLanes(spec, (lane) => laneHome(run, lane)),
      lanes: lanesOf(run, spec),
      suspects,
      context: spec.context,
      failureResetMs: spec.failureResetMs,
      stopTimeoutMs: spec.stopTimeoutMs,
      spillBytes: spec.spillBytes,
      aside: openAsideOfRun(run, spec.spillBytes),
      spillPath: (origin) => join(runPaths(run).spill, safeName(origin)),
      precautions: spec.precautions,
      // before it opens anything: it may find there what its destination has
      opened: (lane) => this.#left.opened(lane),
      ...(late === undefined ? undefined : { late }),
    })
    const isPastServed = (): boolean => this.#left.isSettled
    this.#rings = new RunRings({ clock, run, mapper: findMapperIn(run).mapper, host: this.#host, isPastServed })
    this.#burials = new Burials(run, this.#host, clock)
    const { spillBytes } = spec
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
    await this.#close()
    pulse?.stop()
    // what a lane that is down has not got stays for the next run
    if (this.#rings.hasLeftovers) shrinkRun(run, this.#host.lanes)
    else removeRunDirectory(run)
  }

  /** What is drained goes first: an adapter may never come back from its end, and what is left then is all that the next start finds. */
  async #close(): Promise<void> {
    const { clock } = this.#parts
    let isOver = false
    const beat = (): void => {
      if (isOver) return
      this.#control.beat()
      clock.after(BEAT_MS, beat)
    }
    beat()
    await this.#host.settle()
    this.#rings.retireDrained()
    this.#rings.discardFree()
    this.#left.close()
    await this.#host.close()
    isOver = true
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
    this.#watchItself()
    const hasWorked = this.#host.poll()
    this.#burials.note()
    this.#rings.retireDrained()
    // the past comes behind the present
    const hasLeft = this.#left.step()
    if (hasWorked || hasLeft) return 'worked'
    if (this.#host.rings.size > 0) return this.#isOver() && this.#left.isSettled ? 'end' : 'idle'
    if (this.#rings.wasMissed) return 'end'
    if (!this.#rings.hadAny) return now - this.#startedAt > EMPTY_MS ? 'end' : 'idle'
    if (this.#rings.scan()) return 'worked'
    const isSettled = this.#host.isSettled && this.#left.isSettled
    return isSettled && !this.#rings.isParting ? 'end' : 'idle'
  }

  #watchItself(): void {
    const { watchdog } = this.#parts
    const isAlone = this.#rings.hadAny && !this.#host.isWatched
    watchdog?.look(isAlone || this.#host.isProbing, isAlone)
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
