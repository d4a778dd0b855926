import type { AdapterHome, LogRecord } from '@holdfast/api'
import type { Clock } from '@holdfast/core'
import type { Claim } from './claim-file.js'
import type { LineBuffer } from './encode.js'
import type { Handover } from './handover.js'
import { Housekeeper } from './housekeeper.js'
import type { Issues } from './issues.js'
import { pointLatest } from './latest.js'
import { LineEnd, type TornLine } from './line-end.js'
import { makeHandover } from './make-handover.js'
import type { OpenFile, Shortfall } from './open-file.js'
import { Opener } from './opener.js'
import type { FileSettings } from './options.js'
import { type Moved, Relocation } from './relocation.js'
import { type Residence, residenceOf } from './residence.js'
import { isDue, nextBoundary } from './schedule.js'
import { removeEmpty } from './surely.js'
import type { FileTransport } from './transport.js'

/** How often to look whether the path still leads to the open file. */
const LOOK_INTERVAL_MS = 1000
/** The clock is read at least once in this many batches, whatever time the records carry. */
const LOOK_INTERVAL_BATCHES = 256
/** How often to look for files to delete when nothing is rotated. */
const TIDY_INTERVAL_MS = 3_600_000
/** Pause after a rotation that failed; the log goes on in the old file. */
const ROTATE_RETRY_MS = 1000

export interface LogFileParts {
  readonly settings: FileSettings
  readonly transport: FileTransport
  readonly clock: Clock
  readonly issues: Issues
  readonly home?: AdapterHome | undefined
  /** How paths are claimed; without it they are nobody's. */
  readonly claim?: Claim | undefined
}

/** A sequence of files that its owner sees as one endless file. */
export class LogFile {
  readonly #settings: FileSettings
  readonly #transport: FileTransport
  readonly #clock: Clock
  readonly #issues: Issues
  readonly #opener: Opener
  readonly #handover: Handover | undefined
  /** Sees to it that nobody else writes the path; below `dir` each file is one's own. */
  readonly #residence: Residence | undefined
  readonly #relocation: Relocation | undefined
  #isTakenOver = false
  readonly housekeeper: Housekeeper
  #file: OpenFile | undefined
  /** What must go to the new file because its own was deleted under it. */
  #rescue: { readonly from: OpenFile; position: number } | undefined
  /** Path of this run's file below `dir`. */
  #runPath: string | undefined
  /** What is at the end of the file beside whole lines. */
  readonly lineEnd: LineEnd = new LineEnd((json) => this.#handover?.evidence.completed(json))
  #boundary = Number.POSITIVE_INFINITY
  #nextLook = 0
  #nextTidy = 0
  #rotateAgainAt = 0
  /** Records before this moment need no look at the clock. */
  #quietUntil = Number.NEGATIVE_INFINITY
  #batchesLeft = LOOK_INTERVAL_BATCHES

  constructor({ settings, transport, clock, issues, home, claim }: LogFileParts) {
    this.#settings = settings
    this.#transport = transport
    this.#clock = clock
    this.#issues = issues
    this.#opener = new Opener(settings, transport, issues)
    this.#handover = makeHandover(home, { settings, transport, issues, opener: this.#opener })
    this.#residence = residenceOf(settings, { transport, clock, claim, home })
    if (this.#residence !== undefined)
      this.#relocation = new Relocation({ residence: this.#residence, opener: this.#opener, transport, handover: this.#handover })
    const mayTidy = (): boolean => this.#residence?.mayTidy !== false
    this.housekeeper = new Housekeeper({ settings, transport, clock, issues, current: () => this.#file, mayTidy })
  }

  get path(): string | undefined {
    return this.#file?.path
  }

  get size(): number {
    return this.#file?.size ?? 0
  }

  /** Bytes that fit before the next rotation by size. */
  get room(): number {
    return this.#file?.isRegular === true ? this.#settings.rotate.maxBytes - this.#file.size : Number.POSITIVE_INFINITY
  }

  /** Call before each batch. Opens, rotates and reopens as needed; throws when there is no file to write to. */
  prepare(time: number): void {
    if (time >= this.#quietUntil || --this.#batchesLeft <= 0) this.#attend()
  }

  /** Makes the next `prepare` look at everything, whatever the time of the records: those of a retry are old. */
  attendNext(): void {
    this.#quietUntil = Number.NEGATIVE_INFINITY
  }

  append(bytes: Uint8Array, end: number, start = 0): Shortfall | undefined {
    return (this.#file as OpenFile).append(bytes, end, start)
  }

  // ---- for the writer that takes over

  /** The highest `seq` of each origin that the files hold for sure. */
  resume(): ReadonlyMap<string, number> {
    const handover = this.#handover
    if (handover === undefined) return new Map()
    try {
      if (this.#file === undefined) this.#learn(handover)
    } catch (error) {
      // the first write meets it again, where it can be told
      this.#issues.note('resume', error)
    }
    return handover.highest
  }

  /** Says whose beginning is at the end of the file, see `LineEnd.claim`. */
  claimTail(owner: Pick<TornLine, 'json' | 'line'> | undefined): void {
    if (this.#file !== undefined) this.lineEnd.claim(this.#file, owner)
  }

  /** Writes what a torn line lacks. Throws when the disk does not take it all. */
  completeTorn(): void {
    if (this.#file !== undefined) this.lineEnd.complete(this.#file)
  }

  /** Before other records come first: see `LineEnd.end`. */
  endTorn(): void {
    if (this.#file !== undefined) this.lineEnd.end(this.#file)
  }

  get highest(): ReadonlyMap<string, number> {
    return this.#handover?.highest ?? new Map()
  }

  /** Call before the lines in `block` are appended, unless they are the canonical ones: those of `batch` from `start` to `next`. */
  announce(batch: readonly LogRecord[], start: number, next: number, block: LineBuffer): void {
    const file = this.#file
    if (file?.isRegular === true) this.#handover?.evidence.expect(file, batch, start, next, block)
  }

  /** Call after them: how many of the announced lines are whole in the file. */
  confirm(lines: number): void {
    this.#handover?.evidence.confirm(lines)
  }

  /** A first writer has nothing to go on with: it takes no path before it has something to write. */
  #learn(handover: Handover): void {
    const { target } = this.#settings
    if (target.kind === 'path' && !handover.hasPredecessor) handover.peek(target.path)
    else this.#takeOver(handover, this.#clock.now(), false)
  }

  /** Goes on in the file of the writer before; false when there is none. */
  #takeOver(handover: Handover, now: number, mayWait = true): boolean {
    if (this.#isTakenOver) return false
    const place = this.#residence?.settle(handover.path, mayWait)
    const { file, tail } = handover.takeOver(place?.isNew === true ? undefined : place?.path) ?? {}
    this.#isTakenOver = true
    this.lineEnd.tail = tail
    if (file !== undefined) this.#begin(file, now)
    if (handover.left !== undefined) this.housekeeper.finish(handover.left)
    return file !== undefined
  }

  #attend(): void {
    this.attendNext() // stays so when anything below throws
    const now = this.#clock.now()
    if (this.#file === undefined) this.#open(now)
    // first the line at its end has to be ended: nothing is moved or left before
    if (this.lineEnd.tail !== undefined) return
    if (isDue(now, this.#nextLook, LOOK_INTERVAL_MS)) this.#look(now)
    this.#carryOver()
    // a clock that was set back must not put the next rotation off for as long
    this.#boundary = Math.min(this.#boundary, this.#nextBoundary(now))
    if (now >= this.#boundary) this.rotate(now)
    if (isDue(now, this.#nextTidy, TIDY_INTERVAL_MS)) {
      this.#nextTidy = now + TIDY_INTERVAL_MS
      this.housekeeper.wake()
    }
    this.#quietUntil = Math.min(this.#boundary, this.#nextLook)
    this.#batchesLeft = LOOK_INTERVAL_BATCHES
  }

  // ---- opening

  #open(now: number): void {
    if (this.#handover !== undefined && this.#takeOver(this.#handover, now)) return
    this.#begin(this.#relocation?.open() ?? this.#openInDirectory(now), now)
  }

  #openInDirectory(now: number): OpenFile {
    return this.#runPath === undefined ? this.#opener.openNext(now) : this.#opener.openPath(this.#runPath)
  }

  #begin(file: OpenFile, now: number): void {
    const { latest, target } = this.#settings
    this.#file = file
    this.#nextLook = now + LOOK_INTERVAL_MS
    // a file of yesterday that a run of today opens has had its boundary already
    const since = file.isRegular && file.size > 0 ? Math.min(now, file.writtenBefore) : now
    this.#boundary = this.#nextBoundary(since)
    if (target.kind === 'directory') this.#runPath = file.path
    this.#handover?.beginAnyway(file, this.lineEnd.tail?.start)
    this.#residence?.tell(this.#issues)
    if (latest !== undefined) this.#issues.attempt('latest', () => pointLatest(this.#transport, latest, file.path))
  }

  // ---- a path that is somebody else's

  /** Leaves a path that is not ours any more, and goes home when the own one is free and no line is half in the file. */
  #review(now: number): void {
    const found = this.#residence?.review(this.lineEnd.isWhole && this.#rescue === undefined)
    this.#residence?.tell(this.#issues)
    if (found === 'evicted') this.#evacuate(now)
    else if (found !== undefined)
      this.#issues.attempt('place', () => this.#moveTo(this.#relocation?.goHome(found, this.#file as OpenFile), now))
  }

  /** Somebody else has the path: what is torn there stays as it is, and its record comes again whole. */
  #evacuate(now: number): void {
    const file = this.#file as OpenFile
    this.lineEnd.forget()
    this.#issues.attempt('state', () => this.#handover?.leave(file))
    this.#leave(file)
    this.#file = undefined
    this.#residence?.leave()
    this.#open(now)
  }

  // ---- a path that leads elsewhere

  /** Opens the file anew, after something outside moved it. */
  reopen(): void {
    if (this.#file?.isRegular === true) this.#replace(this.#clock.now())
  }

  /** Before an end, and before it is said that all is kept: what went into a file that was deleted meanwhile goes to a new one. */
  saveDeleted(): void {
    this.#carryOver()
    const file = this.#file
    if (file?.isRegular === true && file.look().names === 0 && file.size > file.sizeWhenSeen) this.#replace(this.#clock.now())
  }

  #look(now: number): void {
    this.#review(now)
    const file = this.#file
    if (file?.isRegular === true) {
      let isThere = true
      this.#issues.attempt('reopen', () => {
        file.look()
        isThere = this.#transport.status(file.path)?.identity === file.identity
      })
      if (isThere) file.sizeWhenSeen = this.lineEnd.wholeUpTo(file)
      else this.#replace(now)
    }
    this.#handover?.retry()
    this.#nextLook = now + LOOK_INTERVAL_MS
  }

  #replace(now: number): void {
    const old = this.#file as OpenFile
    this.#carryOver()
    this.lineEnd.end(old)
    const isDeleted = old.look().names === 0
    this.#handover?.leave(old)
    let next: OpenFile
    try {
      next = this.#opener.openPath(old.path)
      this.#issues.clear('reopen')
    } catch (error) {
      this.#issues.note('reopen', error)
      // under another name the old file still keeps what is written
      if (isDeleted) throw error
      return
    }
    if (isDeleted && old.size > old.sizeWhenSeen) this.#rescue = { from: old, position: old.sizeWhenSeen }
    else this.#leave(old)
    this.#begin(next, now)
    this.#carryOver()
  }

  /** Copies what was written to a deleted file since it was last seen. */
  #carryOver(): void {
    const rescue = this.#rescue
    if (rescue === undefined || this.#file === undefined) return
    const { position, cause } = this.#file.appendFrom(rescue.from, rescue.position)
    rescue.position = position
    if (cause !== undefined) throw cause
    this.#rescue = undefined
    this.#leave(rescue.from)
  }

  // ---- rotation

  /** Goes on in a new file. False when there is no need, or when it failed: then the old one goes on and it is tried again later. */
  rotate(now: number = this.#clock.now()): boolean {
    const file = this.#file
    if (file?.isRegular !== true || !isDue(now, this.#rotateAgainAt, ROTATE_RETRY_MS)) return false
    const isDone = this.#issues.attempt('rotate', () => {
      this.#residence?.checkRotation()
      this.lineEnd.end(file)
      if (file.size === 0) this.#boundary = this.#nextBoundary(now)
      else if (this.#settings.target.kind === 'path') this.#rotatePath(file, now)
      else this.#rotateDirectory(file, now)
    })
    if (!isDone) this.#rotateAgainAt = now + ROTATE_RETRY_MS
    return isDone
  }

  #nextBoundary(now: number): number {
    const { every } = this.#settings.rotate
    return every === undefined || this.#file?.isRegular !== true ? Number.POSITIVE_INFINITY : nextBoundary(now, every)
  }

  #rotateDirectory(old: OpenFile, now: number): void {
    const next = this.#opener.openNext(now)
    try {
      this.#handover?.leave(old)
      this.#handover?.begin(next, old.path)
    } catch (error) {
      next.close()
      removeEmpty(this.#transport, next.path, next.identity)
      throw error
    }
    this.#leave(old)
    this.#begin(next, now)
    this.housekeeper.finish(old.path)
  }

  #rotatePath(old: OpenFile, now: number): void {
    // where it fails it may have been moved all the same: the next batch looks after that, where a failure can be told
    this.#nextLook = now
    this.attendNext()
    this.#moveTo(this.#relocation?.rotate(old), now)
  }

  #moveTo(moved: Moved | undefined, now: number): void {
    if (moved === undefined) return
    this.#leave(this.#file as OpenFile)
    this.#begin(moved.next, now)
    this.housekeeper.finish(moved.finished)
  }

  // ---- durability and end

  sync(): void {
    this.#file?.sync()
  }

  async syncLater(): Promise<void> {
    await this.#file?.syncLater()
  }

  #leave(file: OpenFile): void {
    if (this.#settings.fsync !== 'never') this.#issues.attempt('fsync', () => file.sync())
    this.#issues.attempt('reopen', () => file.close())
  }

  /** Leaves the file, and the path to whoever wants it. The next `prepare` comes back. */
  release(): void {
    this.#closeFile()
    this.attendNext()
    this.#residence?.leave()
  }

  close(): void {
    this.release()
    this.#issues.attempt('state', () => this.#handover?.close())
  }

  #closeFile(): void {
    if (this.#file === undefined) return
    // who comes next may know whose line it is
    this.lineEnd.tail = undefined
    this.#issues.attempt('reopen', () => {
      this.saveDeleted()
      this.lineEnd.end(this.#file as OpenFile)
    })
    const file = this.#file
    if (this.#residence?.isAway === true) this.#issues.attempt('rotate', () => void this.#relocation?.finish(file))
    this.#leave(file)
    if (this.#rescue !== undefined) this.#leave(this.#rescue.from)
    this.#rescue = undefined
    this.#file = undefined
  }
}
