import { existsSync, lstatSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { NextRecords } from '@holdfast/api'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import type { Lane } from '../lane/lane.js'
import { CONTROL } from '../ring/shared/layout.js'
import { claimedName } from '../tree/claim-runs.js'
import { type Death, takeDeath } from '../tree/deaths.js'
import { NotRegular } from '../tree/open-regular.js'
import { checkPrivateDirectory, PRIVATE_FILE_MODE } from '../tree/private-directory.js'
import { joinPulse, type Pulse } from '../tree/pulse.js'
import { removeRunDirectory } from '../tree/run-directory.js'
import { runPaths, safeName } from '../tree/run-paths.js'
import { acquireWriter, currentWriter } from '../tree/writer-lock.js'
import { type LeftLane, LeftRing } from './left-ring.js'
import { bytesOf, putAside } from './remains.js'
import { isUnclaimed, listRings, type RingFile, removeRingFile } from './ring-files.js'
import { readTreeFile } from './tree-file.js'

export interface LeftRunParts {
  readonly path: string
  readonly lanes: readonly Lane[]
  readonly report: Report
}

/** Errors that pass: what cannot be had now may be there at the next start. */
const PASSING = ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC', 'EDQUOT', 'EROFS', 'EAGAIN', 'EBUSY']

/** An earlier run of this service whose processes are all dead. */
export class LeftRun {
  readonly path: string
  /** As it was called before it was claimed. */
  readonly name: string
  readonly rings: Set<LeftRing> = new Set()
  /** What was found in it was told. */
  isTold = false
  /** Something in it could not be had now: it stays for the next start. */
  #hasRest = false
  readonly #parts: LeftRunParts
  #pulse: Pulse | undefined

  constructor(parts: LeftRunParts) {
    this.#parts = parts
    this.path = parts.path
    this.name = claimedName(basename(parts.path))
  }

  /** Takes it over. False when another process has it, or it is not there any more. */
  open(): boolean {
    const { path } = this
    if (!existsSync(path) || acquireWriter(path, currentWriter(path)?.epoch ?? 0, 'writer', true) === undefined) return false
    this.#pulse = joinPulse(path)
    const lanes = this.#lanes()
    for (const file of listRings(path)) this.#openRing(file, lanes)
    for (const lane of this.#parts.lanes) if (lane.isOpen) this.resume(lane)
    return true
  }

  /** What the run's writer had delivered and not said, before it was killed: the destination is asked, if it can tell. */
  resume(lane: Lane): void {
    const behind = [...this.rings].filter((ring) => ring.isBehind(lane))
    const stateDir = join(runPaths(this.path).lanes, safeName(lane.name))
    if (behind.length === 0 || checkPrivateDirectory(stateDir) !== undefined) return
    try {
      const skip = (seqs: ReadonlyMap<string, number>): void => {
        for (const ring of behind) ring.skip(lane, seqs.get(ring.origin) ?? 0)
      }
      const next: NextRecords = (seqs) => {
        skip(seqs)
        return behind.map((ring) => ring.next(lane)).filter((record) => record !== undefined)
      }
      skip(lane.adapter.resume?.({ stateDir }, next) ?? new Map())
    } catch (error) {
      const payload = { adapter: lane.name, operation: 'resume', error: describeError(error), code: errorCode(error) } as const
      this.#parts.report('adapter_error', payload)
    }
  }

  /** One that is drained, or of which nothing can be had. */
  remove(ring: LeftRing): void {
    this.rings.delete(ring)
    const { path } = ring
    ring.close()
    removeRingFile({ path, origin: ring.origin })
    ring.stored.removeSpilled()
  }

  /** One that cannot be read now. */
  leave(ring: LeftRing): void {
    this.rings.delete(ring)
    ring.close()
    this.#hasRest = true
  }

  /** It cannot even be opened now. */
  abandon(): void {
    this.#hasRest = true
    this.close()
  }

  /** It was said before, at an earlier start, what is in it. */
  get wasRecovered(): boolean {
    return existsSync(this.#mark)
  }

  markRecovered(): void {
    try {
      writeFileSync(this.#mark, '', { mode: PRIVATE_FILE_MODE })
    } catch {
      // it is said once more at the next start
    }
  }

  /** How the producer of a ring ended, if whoever started it could say so. */
  deathOf({ pid, thread }: LeftRing): Death | undefined {
    return takeDeath(this.path, pid, thread)
  }

  /** Lets go of it; it is removed when nothing is left in it. */
  close(): void {
    const hasRings = this.rings.size > 0
    for (const ring of this.rings) ring.close()
    this.rings.clear()
    this.#pulse?.stop()
    if (!hasRings && !this.#hasRest) removeRunDirectory(this.path)
  }

  /** Tells what could not be read in it. */
  tellOfDamage(ring: LeftRing): void {
    const { events, lost, damagedBytes } = ring.survey
    if (damagedBytes === 0 && lost === 0 && ring.stored.isSound) return
    const { origin, path } = ring
    const kept = putAside(path, this.path, 'linked', this.#parts.report)
    this.#parts.report('ring_damaged', { run: this.name, origin, bytes: damagedBytes, recovered: events, lost, kept })
  }

  /** Gives up a ring that cannot be read at all. */
  giveUp(file: RingFile): void {
    const bytes = bytesOf(file.path)
    const kept = putAside(file.path, this.path, 'moved', this.#parts.report)
    this.#parts.report('ring_damaged', { run: this.name, origin: file.origin, bytes, recovered: 0, lost: 0, kept })
    if (lstatSync(file.path, { throwIfNoEntry: false }) !== undefined) this.#hasRest = true
  }

  get #mark(): string {
    return join(runPaths(this.path).told, 'recovered')
  }

  #openRing(file: RingFile, lanes: readonly LeftLane[]): void {
    const { path, origin } = file
    try {
      if (isUnclaimed(file)) return
      const spillPath = join(runPaths(this.path).spill, safeName(origin))
      const ring = new LeftRing({ run: this.path, path, origin, spillPath, lanes })
      this.rings.add(ring)
      // a writer that was killed before it had put the file away
      if (ring.stored.isSound && ring.stored.region.words[CONTROL.drained] === 1) this.remove(ring)
      else if (ring.stored.size === 0) {
        this.rings.delete(ring)
        ring.close()
        this.giveUp(file)
      }
    } catch (error) {
      if (error instanceof NotRegular || !PASSING.includes(errorCode(error))) this.giveUp(file)
      else this.#leave(error)
    }
  }

  /** What it cannot have now it leaves where it is. */
  #leave(error: unknown): void {
    this.#hasRest = true
    this.#parts.report('run_left', { run: this.name, reason: describeError(error) })
  }

  /** In the order of their blocks in the rings. */
  #lanes(): readonly LeftLane[] {
    const { lanes } = this.#parts
    const names = readTreeFile(this.path)?.lanes.map(({ name }) => name) ?? lanes.map(({ name }) => name)
    return names.map((name) => ({ name, lane: lanes.find((lane) => lane.name === name) }))
  }
}

/** Makes small what lanes that are down have left of a run whose producers are gone. */
export function shrinkRun(run: string, lanes: readonly Lane[]): void {
  const names = readTreeFile(run)?.lanes.map(({ name }) => name) ?? []
  for (const { path, origin } of listRings(run)) {
    try {
      const spillPath = join(runPaths(run).spill, safeName(origin))
      const left = names.map((name) => ({ name, lane: lanes.find((lane) => lane.name === name) }))
      const ring = new LeftRing({ run, path, origin, spillPath, lanes: left, checksTexts: false })
      try {
        while (!ring.look());
        for (const _ of ring.shrink());
      } finally {
        ring.close()
      }
    } catch {
      // as large as it is, it waits for the next start, which looks at it more closely
    }
  }
}
