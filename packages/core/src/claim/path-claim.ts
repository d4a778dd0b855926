import { closeSync, lstatSync, renameSync, rmSync, writeSync } from 'node:fs'
import { systemClock } from '../clock.js'
import { errorCode } from '../diagnostics/hub.js'
import { randomBytes } from '../random-bytes.js'
import { ownProcessId } from '../tree/process-id.js'
import { makePulse, type Pulse } from '../tree/pulse.js'
import {
  type ClaimHolder,
  type ClaimNote,
  type FoundLock,
  formatHolder,
  identityOf,
  lockPathOf,
  RELEASED,
  readLock,
} from './claim-record.js'
import { pulsePathOf, stateOfLock } from './lock-state.js'
import { placeLock } from './place-lock.js'

/** The right to write a path, held against every other process, thread and runtime that asks for it in the same way. */
export interface PathClaim {
  readonly path: string
  /** Whoever held it before and is gone, if it was taken over. */
  readonly before: ClaimHolder | undefined
  /** Somebody removed the lock, or put another one in its place. */
  readonly isLost: boolean
  /** Gives it back. Called again, it does nothing. */
  release(): void
}

/**
 * - `claim`: it is this process's.
 * - `holder`, `lock`: who has it, as far as that can be read, and where it says so. `isProven`: the holder is known to live.
 * - `error`: nobody has it, and no lock can be made.
 */
export type ClaimOutcome =
  | { readonly claim: PathClaim }
  | { readonly holder: ClaimHolder | undefined; readonly lock: string; readonly isProven: boolean }
  | { readonly error: unknown }

/** So often somebody else may be quicker before it counts as taken. */
const ATTEMPTS_MAX = 20
/** Holders that were killed while they took over from one that was killed. */
const LINE_MAX = 16

/**
 * Claims a path by a lock beside it, `.NAME.writer`.
 *
 * ```
 *  .app.log.writer            its process is gone     link(2) makes the successor's, for one of those who try
 *  .app.log.writer-<token>    the successor of that   rename(2) puts it in the place of the first
 * ```
 *
 * The name of a successor carries the token of the one before it, which is never used again: whoever comes late finds a successor there, or
 * another lock in the first place. A lock is taken over only when its holder is proved to be gone, see `LockState`.
 *
 * @throws the error of the system call when there is a lock that cannot be looked at just now
 */
export function claimPath(path: string, note: ClaimNote): ClaimOutcome {
  const lock = lockPathOf(path)
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const line = readLine(lock)
    const last = line.at(-1)
    const state = last === undefined ? 'free' : stateOfLock(last, lock)
    if (state !== 'free') return { holder: last?.holder, lock, isProven: state === 'held' }
    const claim = new HeldLock(path, lock, last?.holder)
    try {
      if (claim.take(note, line)) return { claim }
    } catch (error) {
      return { error }
    }
  }
  return { holder: undefined, lock, isProven: true }
}

/** The lock, the successor of its holder, the successor of that one … */
function readLine(lock: string): readonly FoundLock[] {
  const line: FoundLock[] = []
  for (let path = lock; line.length < LINE_MAX; ) {
    const found = readLock(path)
    if (found === undefined) break
    line.push(found)
    path = successorOf(lock, found)
  }
  return line
}

function successorOf(lock: string, { token }: FoundLock): string {
  return `${lock}-${token}`
}

class HeldLock implements PathClaim {
  readonly path: string
  readonly before: ClaimHolder | undefined
  readonly #lock: string
  readonly #token = randomBytes(8).toString('hex')
  #fd = -1
  #identity = ''
  #pulse: Pulse | undefined

  constructor(path: string, lock: string, before: ClaimHolder | undefined) {
    this.path = path
    this.#lock = lock
    this.before = before
  }

  /** False when somebody else was quicker. */
  take(note: ClaimNote, line: readonly FoundLock[]): boolean {
    const last = line.at(-1)
    const place = last === undefined ? this.#lock : successorOf(this.#lock, last)
    // held before anybody can see the lock
    this.#pulse = makePulse(pulsePathOf(this.#lock, this.#token))
    let isTaken = false
    try {
      const placed = placeLock(place, `${this.#lock}~${this.#token}`, this.#token, (fd) => this.#describe(fd, note))
      if (placed === undefined) return false
      this.#fd = placed.fd
      this.#identity = placed.identity
      isTaken = last === undefined || this.#succeed(place, line)
      return isTaken
    } finally {
      if (!isTaken) this.#close()
    }
  }

  get isLost(): boolean {
    try {
      const stats = lstatSync(this.#lock, { throwIfNoEntry: false })
      return stats === undefined || identityOf(stats) !== this.#identity
    } catch {
      // a disk that does not answer has not given it to anybody else
      return false
    }
  }

  release(): void {
    if (this.#fd === -1) return
    if (!this.isLost) removeOrMark(this.#lock, this.#fd)
    this.#close()
  }

  #describe(fd: number, note: ClaimNote): string {
    const since = new Date(systemClock.now()).toISOString()
    return formatHolder({ ...note, process: ownProcessId(), fd, token: this.#token, since })
  }

  /** Takes the place of a holder that is gone. */
  #succeed(place: string, line: readonly FoundLock[]): boolean {
    const [first, ...others] = line
    try {
      // whoever came before has put another lock in the first place, and its successor's name was free again
      if (readLock(this.#lock)?.token !== first?.token) {
        removeQuietly(place)
        return false
      }
      renameSync(place, this.#lock)
    } catch (error) {
      // an error does not say that nothing happened
      if (this.isLost) {
        removeQuietly(place)
        throw error
      }
    }
    for (const { token } of line) removeQuietly(pulsePathOf(this.#lock, token))
    for (const { path } of others) removeQuietly(path)
    return true
  }

  #close(): void {
    this.#pulse?.stop()
    if (this.#pulse !== undefined) removeQuietly(pulsePathOf(this.#lock, this.#token))
    if (this.#fd !== -1) closeSync(this.#fd)
    this.#pulse = undefined
    this.#fd = -1
  }
}

/** Where names cannot be removed any more, what stands in the lock says the same. */
function removeOrMark(lock: string, fd: number): void {
  try {
    rmSync(lock)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    try {
      writeSync(fd, RELEASED.padEnd(MARK_BYTES), 0)
    } catch {
      // it stays behind, and is free when this process has ended
    }
  }
}

/** More than any lock is long, so that nothing of what it said stands behind the mark. */
const MARK_BYTES = 8192

/** What is left behind disturbs nobody: its name never comes again. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // as above
  }
}
