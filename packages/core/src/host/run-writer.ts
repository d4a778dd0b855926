import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type AdapterRecipe, LEVELS } from '@holdfast/api'
import type { Clock } from '../clock.js'
import { errorCode } from '../diagnostics/hub.js'
import { findMapperIn } from '../mapping/find-mapper.js'
import type { Mapper } from '../mapping/mapping.js'
import { CONTROL, PRODUCER_BYTES, STATE } from '../ring/shared/layout.js'
import type { Region } from '../ring/shared/region.js'
import { RingRefused, RingView } from '../ring/shared/ring-view.js'
import { type Death, describeDeath, takeDeath } from '../tree/deaths.js'
import { parseProcessId } from '../tree/process-id.js'
import { isGone } from '../tree/process-state.js'
import { joinPulse } from '../tree/pulse.js'
import { removeRunDirectory } from '../tree/run-directory.js'
import { laneDirectory, runPaths, safeName } from '../tree/run-paths.js'
import { acquireWriter, currentWriter } from '../tree/writer-lock.js'
import { Control } from './control.js'
import type { HostedRing } from './hosted-ring.js'
import { openRegion } from './open-region.js'
import { pollLoop } from './poll-loop.js'
import { readIdentityOf } from './read-identity.js'
import { isUnclaimed, listRings, parkRingFile, type RingFile, removeRingFile } from './ring-files.js'
import { deafSleeper, signalledSleeper } from './sleeper.js'
import { readTreeFile } from './tree-file.js'
import { WriterHost } from './writer-host.js'
import { buildAdapter, type WriterSpec } from './writer-spec.js'

/** How often it is looked for rings of new producers, and for producers that are gone. */
const SCAN_MS = 5
const FULL_SCAN_MS = 500
const GONE_MS = 50
/** So long it is waited for who started a process to say how it ended. */
const TOLD_MS = 150
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

interface OpenFile extends RingFile {
  readonly close: () => void
}

interface PartingFile extends OpenFile {
  readonly region: Region
  readonly process: string
}

/** Serves all rings of one run directory until no producer is left. */
export class RunWriter {
  readonly #parts: RunWriterParts
  readonly #host: WriterHost
  readonly #control: Control
  readonly #mapper: Mapper | undefined
  readonly #files = new Map<string, OpenFile>()
  readonly #startedAt: number
  /** Rings that are drained and whose producers may still look at them. */
  readonly #parting = new Map<string, PartingFile>()
  #hadRings = false
  #ringsChangedMs = -1
  #nextScan = 0
  #nextFullScan = 0
  #nextGoneLook = 0
  /** Rings of the dead of which not every lane knows. */
  readonly #untold = new Set<HostedRing>()
  /** Events that the producers that are gone had left behind. */
  #recovered = 0

  constructor(parts: RunWriterParts) {
    const { clock, run, epoch, spec, adapters } = parts
    this.#parts = parts
    this.#startedAt = clock.monotonic()
    this.#mapper = findMapperIn(run).mapper
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
      spillPath: (origin) => join(runPaths(run).spill, safeName(origin)),
      ...(quarantine === undefined ? undefined : { quarantine }),
    })
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
    this.#scan()
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
    const sleeper = signalledSleeper({ clock, control, isHeard: () => control.isShared && this.#host.isHeard })
    for (;;) {
      await pollLoop(clock, sleeper, () => this.#round())
      // whoever joins looks at this once more when its ring is there; so one of the two sees the other
      this.#control.state = 'ended'
      this.#ringsChangedMs = -1
      if (!this.#scan()) break
      this.#control.state = 'running'
    }
    await this.#host.close()
    pulse?.stop()
    // what a lane that is down has not got stays for the next run
    if (!this.#hasLeftovers()) removeRunDirectory(run)
  }

  async #recover(beat: () => void): Promise<RecoveredRun> {
    const { clock, run } = this.#parts
    this.#scan()
    const rings = this.#host.rings.size
    for (const ring of this.#host.rings.values()) this.#bury(ring, undefined)
    const deadline = clock.monotonic() + this.#parts.spec.stopTimeoutMs
    await pollLoop(clock, deafSleeper(clock), () => {
      beat()
      const hasWorked = this.#host.poll()
      this.#retireDrained()
      const isOver = this.#host.isSettled && [...this.#host.rings.values()].every(({ isSettled }) => isSettled)
      return isOver || clock.monotonic() > deadline ? 'end' : hasWorked ? 'worked' : 'idle'
    })
    let undelivered = 0
    for (const ring of this.#host.rings.values()) undelivered += ring.unread
    await this.#host.close()
    if (!this.#hasLeftovers()) removeRunDirectory(run)
    return { run, rings, events: this.#recovered, undelivered }
  }

  /** Opens files anew. */
  reopen(): void {
    this.#host.reopen()
  }

  #round(): 'worked' | 'idle' | 'end' {
    const { clock, epoch } = this.#parts
    const now = clock.monotonic()
    if (now >= this.#nextScan) this.#scan()
    if (now >= this.#nextGoneLook) this.#lookForGone(now)
    // another writer owns the rings: this one must not touch anything any more
    for (const ring of this.#host.rings.values()) if (ring.epoch > epoch) process.exit(0)
    const hasWorked = this.#host.poll()
    this.#noteBurials()
    this.#retireDrained()
    if (hasWorked) return 'worked'
    if (this.#host.rings.size > 0) return this.#isOver() ? 'end' : 'idle'
    if (!this.#hadRings) return now - this.#startedAt > EMPTY_MS ? 'end' : 'idle'
    this.#ringsChangedMs = -1
    if (this.#scan()) return 'worked'
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

  /** Serves rings that were not there before. True when there was one. */
  #scan(): boolean {
    const { clock, run } = this.#parts
    const now = clock.monotonic()
    this.#nextScan = now + SCAN_MS
    const changedMs = statSync(runPaths(run).rings).mtimeMs
    if (changedMs === this.#ringsChangedMs && now < this.#nextFullScan) return false
    this.#ringsChangedMs = changedMs
    this.#nextFullScan = now + FULL_SCAN_MS
    let isNew = false
    const isKnown = ({ origin }: RingFile): boolean => this.#host.rings.has(origin) || this.#parting.has(origin)
    for (const file of listRings(run)) if (!isKnown(file)) isNew = this.#open(file) || isNew
    return isNew
  }

  #open(file: RingFile): boolean {
    // a file that was used before still says who used it, until its new producer has taken it: it is looked at again soon
    if (readIdentityOf(file.path)?.origin !== file.origin) {
      this.#ringsChangedMs = -1
      return false
    }
    let region: ReturnType<typeof openRegion> | undefined
    try {
      region = openRegion(file.path, this.#mapper)
      const view = new RingView(region)
      if (Atomics.load(region.words, CONTROL.drained) === 1) {
        // a writer that was killed before it had put the file away
        this.#parting.set(file.origin, { ...file, close: region.close, region, process: view.identity.process })
        return false
      }
      this.#host.add(view)
      this.#files.set(file.origin, { ...file, close: region.close })
      this.#hadRings = true
      return true
    } catch (error) {
      region?.close()
      if (errorCode(error) === 'ENOENT') return false
      if (!(error instanceof RingRefused)) throw error
      // one that is being made is soon another one; what cannot be understood is looked at again now and then
      if (error.code === 'not_a_ring') this.#ringsChangedMs = -1
      return false
    }
  }

  #lookForGone(now: number): void {
    this.#nextGoneLook = now + GONE_MS
    this.#partWith()
    const { run } = this.#parts
    for (const ring of this.#host.rings.values()) {
      if (ring.isGone) continue
      const { process: text, thread } = ring.view.identity
      const id = parseProcessId(text)
      const isDead = id === undefined || isGone(id)
      if (!isDead && thread === 0) continue
      const death = takeDeath(run, id?.pid ?? 0, thread)
      if (isDead) ring.goneAt ??= now
      // who started it may be about to say how it ended
      const isKnown = death !== undefined || ring.isClean
      if (isKnown ? isDead || death !== undefined : ring.goneAt !== undefined && now - ring.goneAt >= TOLD_MS)
        this.#bury(ring, death)
    }
  }

  /** Its process is gone: what it had published is all there will be. */
  #bury(ring: HostedRing, death: Death | undefined): void {
    ring.refresh()
    ring.isGone = true
    const { origin, thread, process: text } = ring.view.identity
    const recovered = ring.unread
    this.#recovered += recovered
    if (ring.isClean || ring.isBuried) return
    const pid = parseProcessId(text)?.pid ?? 0
    const gone = { origin, pid, thread, exit: describeDeath(death), last_seen: ring.lastSeen, recovered }
    const who = thread === 0 ? `process ${pid}` : `thread ${thread} of process ${pid}`
    this.#host.log(LEVELS.error, `${who} is gone`, { event: 'process_gone', ...gone })
    this.#host.report('process_gone', gone)
    this.#untold.add(ring)
  }

  /** What was told of the dead is with every lane that is up: the next writer need not tell it again. */
  #noteBurials(): void {
    if (this.#untold.size === 0 || !this.#host.isSettled) return
    for (const ring of this.#untold) ring.isBuried = true
    this.#untold.clear()
  }

  #retireDrained(): void {
    for (const ring of [...this.#host.rings.values()]) {
      if (ring.isOpen || !ring.isDrained) continue
      this.#host.retire(ring)
      // its file may be another's now
      this.#untold.delete(ring)
      const file = this.#files.get(ring.origin)
      this.#files.delete(ring.origin)
      if (file === undefined) continue
      const { region, identity } = ring.view
      this.#parting.set(ring.origin, { ...file, region, process: identity.process })
    }
  }

  /** A producer that waits for the end of its ring still looks at it: its file is put away when it has said that it is done, or is gone. */
  #partWith(): void {
    for (const file of this.#parting.values()) {
      file.region.mirror?.pull(0, PRODUCER_BYTES)
      const id = parseProcessId(file.process)
      const isReleased = Atomics.load(file.region.words, CONTROL.state) === STATE.released
      if (!isReleased && id !== undefined && !isGone(id)) continue
      this.#parting.delete(file.origin)
      this.#putAway(file, file.region)
      file.close()
    }
  }

  /** The next producer may have the file, unless it is written piece by piece. */
  #putAway(file: RingFile, { mirror }: Region): void {
    if (mirror === undefined) parkRingFile(this.#parts.run, file)
    else removeRingFile(file)
  }

  #hasLeftovers(): boolean {
    return listRings(this.#parts.run).some((file) => !this.#parting.has(file.origin) && !isUnclaimed(file))
  }
}
