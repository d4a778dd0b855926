import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.js'
import type { Report } from '../diagnostics/catalogue.js'
import { errorCode } from '../diagnostics/hub.js'
import { upkeep } from '../diagnostics/upkeep.js'
import { parkForNextRuntime } from '../host/parked-rings.js'
import { makeDirectories } from '../make-directories.js'
import { makePrivateDirectory, PRIVATE_DIRECTORY_MODE } from '../tree/private-directory.js'
import { runPaths } from '../tree/run-paths.js'
import type { RingPlace } from '../writer/remote/ring-place.js'

const LOOK_MS = 1000

export interface RunPlaceParts {
  readonly run: string
  /** Path of the ring. */
  readonly ring: string
  readonly isMapped: boolean
  readonly clock: Clock
  readonly report: Report
}

/** The files of a ring in its run directory. Whoever has them open or mapped goes on without them when somebody removes them. */
export class RunPlace implements RingPlace {
  readonly #parts: RunPlaceParts
  #nextLook = 0
  #isTold = false

  constructor(parts: RunPlaceParts) {
    this.#parts = parts
  }

  get isKept(): boolean {
    return mayBeThere(join(this.#parts.run, 'control')) && this.hasRing
  }

  /** The file of the ring is there. */
  get hasRing(): boolean {
    return mayBeThere(this.#parts.ring)
  }

  look(): void {
    const { clock, report, run } = this.#parts
    const now = clock.monotonic()
    if (this.#isTold || now < this.#nextLook) return
    this.#nextLook = now + LOOK_MS
    if (this.isKept) return
    this.#isTold = true
    report('run_directory_gone', { path: run })
  }

  park(): void {
    const { run, ring, isMapped, report } = this.#parts
    if (isMapped && this.isKept) upkeep(report, 'bookkeeping', () => parkForNextRuntime(run, ring))
  }

  /** Makes what is missing of the directory anew: a writer in the application needs a place for its lock, and its adapters a home. */
  restore(): void {
    const { run } = this.#parts
    makeDirectories(run, PRIVATE_DIRECTORY_MODE)
    for (const room of Object.values(runPaths(run))) makePrivateDirectory(room)
  }
}

/** What cannot be looked at, as after a change of the user, is not gone. */
function mayBeThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    return errorCode(error) !== 'ENOENT'
  }
}
