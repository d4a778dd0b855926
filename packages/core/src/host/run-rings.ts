import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import type { Mapper } from '../mapping/mapping.js'
import { CONTROL, PRODUCER_BYTES, STATE } from '../ring/shared/layout.js'
import type { Region } from '../ring/shared/region.js'
import { RingRefused, RingView } from '../ring/shared/ring-view.js'
import { parseProcessId } from '../tree/process-id.js'
import { isGone } from '../tree/process-state.js'
import { runPaths } from '../tree/run-paths.js'
import type { HostedRing } from './hosted-ring.js'
import { openRegion } from './open-region.js'
import { readIdentityOf } from './read-identity.js'
import { isUnclaimed, listRings, parkRingFile, type RingFile, removeRingFile } from './ring-files.js'
import type { WriterHost } from './writer-host.js'

/** How often it is looked for rings of new producers. */
const SCAN_MS = 5
/** Of a PID namespace: all others end with it. */
const FIRST_PID = 1
const FULL_SCAN_MS = 500

interface OpenFile extends RingFile {
  readonly close: () => void
}

interface PartingFile extends OpenFile {
  readonly region: Region
  readonly process: string
}

export interface RunRingsParts {
  readonly clock: Clock
  readonly run: string
  readonly mapper: Mapper | undefined
  readonly host: WriterHost
  /** Every lane that is up has what earlier runs have left. */
  readonly isPastServed: () => boolean
}

/** The files of a run's rings: found, opened for the host, and put away when their producers are done with them. */
export class RunRings {
  readonly #parts: RunRingsParts
  readonly #files = new Map<string, OpenFile>()
  /** Rings that are drained and whose producers may still look at them. */
  readonly #parting = new Map<string, PartingFile>()
  /** Rings that cannot be opened, of which that was told. */
  readonly #told = new Set<string>()
  /** There was one at some time. */
  hadAny = false
  /** There was no file of a ring at the last look. */
  #isBare = false
  #changedMs = -1
  #nextScan = 0
  #nextFullScan = 0

  constructor(parts: RunRingsParts) {
    this.#parts = parts
  }

  /** Opens rings that were not there before, if it is time to look again. True when there was one. */
  scanNowAndThen(now: number): boolean {
    return now >= this.#nextScan && this.#scan(now)
  }

  /** Looks at every name, whether the folder seems to have changed or not. */
  scan(): boolean {
    this.#changedMs = -1
    return this.#scan(this.#parts.clock.monotonic())
  }

  /** Stops to serve rings that are drained. */
  retireDrained(): void {
    const { host } = this.#parts
    for (const ring of [...host.rings.values()]) {
      if (ring.isOpen || !ring.isDrained || this.#holdsBack(ring)) continue
      host.retire(ring)
      const file = this.#files.get(ring.origin)
      this.#files.delete(ring.origin)
      if (file === undefined) continue
      const { region, identity } = ring.view
      this.#parting.set(ring.origin, { ...file, region, process: identity.process })
    }
  }

  /**
   * The first process of a container takes the writer with it. It waits for its ring to be drained, within its own time: what earlier runs have left is
   * delivered before it is told so.
   */
  #holdsBack({ isGone, view }: HostedRing): boolean {
    return !isGone && parseProcessId(view.identity.process)?.pid === FIRST_PID && !this.#parts.isPastServed()
  }

  /** A producer that waits for the end of its ring still looks at it: its file is put away when it has said that it is done, or is gone. */
  partWith(): void {
    for (const file of this.#parting.values()) {
      file.region.mirror?.pull(0, PRODUCER_BYTES)
      const id = parseProcessId(file.process)
      const isReleased = Atomics.load(file.region.words, CONTROL.state) === STATE.released
      // or has taken the file along for its next runtime, where the words mean that one
      if (!isReleased && id !== undefined && !isGone(id) && existsSync(file.path)) continue
      this.#parting.delete(file.origin)
      this.#putAway(file, file.region)
      file.close()
    }
  }

  /** A producer has not said yet that it is done with its ring. It may be about to take the file along. */
  get isParting(): boolean {
    return this.#parting.size > 0
  }

  /** Nobody comes any more who would use the files of rings again. */
  discardFree(): void {
    const { free } = runPaths(this.#parts.run)
    // the run may have been removed while it was served
    for (const name of existsSync(free) ? readdirSync(free) : []) rmSync(join(free, name), { force: true })
  }

  /** Who starts a writer has a ring by then. One that was removed before it was opened is served by its producer, once there is no writer. */
  get wasMissed(): boolean {
    return this.#isBare && !this.hadAny && this.#parting.size === 0
  }

  /** There is something in a ring that not every lane has, or that cannot be read. */
  get hasLeftovers(): boolean {
    return listRings(this.#parts.run).some((file) => !this.#parting.has(file.origin) && !isUnclaimed(file))
  }

  #scan(now: number): boolean {
    const { run, host } = this.#parts
    this.#nextScan = now + SCAN_MS
    // removed while it runs: the rings that are open go on, and no new ones can come
    const changedMs = statSync(runPaths(run).rings, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changedMs === this.#changedMs && now < this.#nextFullScan) return false
    this.#changedMs = changedMs
    this.#nextFullScan = now + FULL_SCAN_MS
    let isNew = false
    const isKnown = ({ origin }: RingFile): boolean => host.rings.has(origin) || this.#parting.has(origin)
    const files = listRings(run)
    this.#isBare = files.length === 0
    for (const file of files) if (!isKnown(file)) isNew = this.#open(file) || isNew
    return isNew
  }

  #open(file: RingFile): boolean {
    const { host, mapper } = this.#parts
    // a file that was used before still says who used it, until its new producer has taken it: it is looked at again soon
    if (readIdentityOf(file.path)?.origin !== file.origin) {
      this.#changedMs = -1
      return false
    }
    let region: ReturnType<typeof openRegion> | undefined
    try {
      region = openRegion(file.path, mapper)
      const view = new RingView(region)
      if (Atomics.load(region.words, CONTROL.drained) === 1) {
        // a writer that was killed before it had put the file away
        this.#parting.set(file.origin, { ...file, close: region.close, region, process: view.identity.process })
        return false
      }
      host.add(view)
      this.#files.set(file.origin, { ...file, close: region.close })
      this.hadAny = true
      return true
    } catch (error) {
      region?.close()
      if (errorCode(error) === 'ENOENT') return false
      // what an ended writer has left of a ring, without the blocks of what was delivered, waits for the next start
      if (errorCode(error) === 'HOLDFAST_MAPPING_SPARSE') return false
      // one that is being made is soon another one; all else is looked at again now and then, and the other rings are served meanwhile
      if (error instanceof RingRefused && error.code === 'not_a_ring') this.#changedMs = -1
      else this.#tell(file, error)
      return false
    }
  }

  /** Once for each: for want of descriptors, say, it may take a while. */
  #tell({ origin }: RingFile, error: unknown): void {
    if (this.#told.has(origin)) return
    this.#told.add(origin)
    const what = `the ring of ${origin}`
    this.#parts.host.report('upkeep_failed', { what, error: describeError(error), code: errorCode(error), count: 1 })
  }

  /** The next producer may have the file, unless it is written piece by piece. */
  #putAway(file: RingFile, { mirror }: Region): void {
    if (mirror === undefined) parkRingFile(this.#parts.run, file)
    else removeRingFile(file)
  }
}
