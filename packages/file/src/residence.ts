import { basename, dirname } from 'node:path'
import type { AdapterHome } from '@holdfast/api'
import { AdapterError, type ClaimHolder, type Clock, lockPathOf, type PathClaim } from '@holdfast/core'
import { type Claim, describeHolder } from './claim-file.js'
import { errorReason, isMissing } from './error-code.js'
import type { Issues } from './issues.js'
import { substitutePath } from './names.js'
import type { FileSettings } from './options.js'
import type { FileTransport } from './transport.js'

/** Where lines go at present. */
export interface Place {
  readonly path: string
  /** The path that was asked for, and not another name in its stead. */
  readonly isOwn: boolean
  /** Nothing is there, and it has to stay so until the file is made. */
  readonly isNew: boolean
  /** `undefined` where there is nothing to claim, as for a device, or where no lock can be made. */
  readonly claim: PathClaim | undefined
  /** Why it is not the own path, or is not locked; for people. */
  readonly reason?: string
  /** No lock can be made here, so that somebody else may write to it, too. */
  readonly isShared?: boolean
}

export interface ResidenceParts {
  readonly path: string
  readonly directoryMode: number
  readonly transport: FileTransport
  readonly clock: Clock
  /** `undefined`: paths are nobody's, as in tests of something else. */
  readonly claim: Claim | undefined
  /** Whether the writer of another run is about to end, see `AdapterHome`. */
  readonly isEnding: (run: string) => boolean
}

/** A writer that is about to end is waited for so long; then it is not, and another name is taken. */
const PATIENCE_MS = 3000
/** More names than this that are all taken are a mistake somewhere. */
const SUBSTITUTES_MAX = 1000
/** Here nobody can make, rename or remove a file, and so nobody rotates: it will stay like that. */
const CLOSED_FOLDER: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS'])

/**
 * Sees to it that no two writers have one path. Whoever cannot have it writes to `app.2.log` in its stead, which is claimed in the same way, and
 * comes home when it is free:
 *
 * | the path is                             | then                                                                       |
 * | --------------------------------------- | -------------------------------------------------------------------------- |
 * | free, or its holder is proved to be gone| it is taken                                                                |
 * | a writer's that is about to end         | it is waited for, 3 seconds at most; the lane holds its events meanwhile    |
 * | somebody's                              | the next free name is taken: a new file, or one that this rule has made     |
 * | not to be locked                        | lines are appended; nothing is renamed, compressed or deleted there         |
 */
export class Residence {
  readonly #parts: ResidenceParts
  #place: Place | undefined
  #waitsUntil: number | undefined

  constructor(parts: ResidenceParts) {
    this.#parts = parts
  }

  get place(): Place | undefined {
    return this.#place
  }

  /** Says why not everything is as it was asked for. */
  tell(issues: Issues): void {
    const { reason } = this.#place ?? {}
    if (reason === undefined) issues.clear('place')
    else issues.note('place', reason)
  }

  /** In the stead of the path that was asked for. */
  get isAway(): boolean {
    return this.#place?.isOwn === false
  }

  /** What is finished is looked after by whoever has the own path, and only if nobody else can think so. */
  get mayTidy(): boolean {
    return this.#place?.isOwn === true && this.#place.isShared !== true
  }

  /** Throws where somebody else may be writing, whom a rename would take the file away from. */
  checkRotation(): void {
    if (this.#place?.isShared === true) throw new Error('no lock can be made beside the file, so that it stays as it is')
  }

  /**
   * Finds a place and enters it.
   *
   * @param before where a writer before this one was, which wrote for the same run
   * @param mayWait false: takes another name at once
   * @throws AdapterError with the code EAGAIN while the path is worth waiting for
   */
  settle(before?: string, mayWait = true): Place {
    this.leave()
    return this.enter((before === undefined ? undefined : this.#goOnIn(before)) ?? this.#find(mayWait))
  }

  /** Takes a place in the stead of the present one, which is free then. */
  enter(place: Place): Place {
    this.#place?.claim?.release()
    this.#place = place
    this.#waitsUntil = undefined
    return place
  }

  leave(): void {
    this.#place?.claim?.release()
    this.#place = undefined
  }

  /**
   * Looks whether everything is still as it was; to be asked now and then.
   *
   * - `evicted`: the path is somebody else's now; not a byte may go there
   * - a place: the own path is free again, and claimed; enter it, or release its claim
   *
   * @param mayMove false: only whether the place is still one's own
   */
  review(mayMove: boolean): Place | 'evicted' | undefined {
    const place = this.#place
    if (place === undefined || this.#parts.claim === undefined || isUnlockable(place)) return undefined
    if (place.claim === undefined || place.claim.isLost) {
      const again = this.#take(place.path)
      if ('claim' in again) this.#place = place.isOwn ? this.#own(again.claim) : { ...place, claim: again.claim }
      else if ('error' in again) this.#place = { ...place, claim: undefined, ...unlocked(again.error) }
      else return 'evicted'
    }
    if (place.isOwn || !mayMove) return undefined
    const own = this.#take(this.#parts.path)
    return 'claim' in own ? this.#own(own.claim) : undefined
  }

  // ---- finding a place

  #find(mayWait: boolean): Place {
    const { path, claim, transport } = this.#parts
    const present = transport.status(path)
    // a device or a pipe is shared by nature; what a folder is doing there is told when it is opened
    if (claim === undefined || isStream(path) || (present !== undefined && present.kind !== 'file')) return this.#own(undefined)
    const outcome = this.#take(path)
    if ('claim' in outcome) return this.#own(outcome.claim)
    if ('error' in outcome) return { ...this.#own(undefined), ...unlocked(outcome.error) }
    if (mayWait) this.#waitFor(outcome.holder)
    return this.#findOther(outcome)
  }

  #own(claim: PathClaim | undefined): Place {
    return { path: this.#parts.path, isOwn: true, isNew: false, claim }
  }

  /** The file that a writer of this run was in, if it was not the own path. */
  #goOnIn(before: string): Place | undefined {
    const { path, transport, claim } = this.#parts
    if (claim === undefined || before === path || transport.linkStatus(before)?.kind !== 'file') return undefined
    const outcome = this.#take(before)
    if (!('claim' in outcome)) return undefined
    if (outcome.claim.before?.insteadOf === basename(path))
      return { path: before, isOwn: false, isNew: false, claim: outcome.claim, reason: `\`${before}\` is finished first` }
    outcome.claim.release()
    return undefined
  }

  #findOther(taken: Taken): Place {
    const { path } = this.#parts
    for (let number = 2; number <= SUBSTITUTES_MAX; number++) {
      const place = this.#tryOther(substitutePath(path, number), taken)
      if (place !== undefined) return place
    }
    throw new Error(`Expected a name for what goes to \`${path}\`, got ${SUBSTITUTES_MAX} that are all taken.`)
  }

  #tryOther(other: string, taken: Taken): Place | undefined {
    const { path, transport } = this.#parts
    // a file without a lock is one that was not made by this rule
    if (transport.linkStatus(other) !== undefined && transport.linkStatus(lockPathOf(other)) === undefined) return undefined
    const outcome = this.#take(other)
    // the own path is somebody's and no other one can be claimed: there is nowhere to go
    if ('error' in outcome) throw outcome.error
    if (!('claim' in outcome)) return undefined
    const { claim } = outcome
    const present = transport.linkStatus(other)
    const isLeft = present?.kind === 'file' && claim.before?.insteadOf === basename(path)
    if (present === undefined || isLeft) {
      const reason = `${describeHolder(path, taken)}; lines go to \`${other}\` until it is free`
      return { path: other, isOwn: false, isNew: present === undefined, claim, reason }
    }
    claim.release()
    return undefined
  }

  #take(path: string): ReturnType<Claim> {
    const { path: own, transport, directoryMode } = this.#parts
    const claim = this.#parts.claim as Claim
    const insteadOf = path === own ? undefined : basename(own)
    const outcome = claim(path, insteadOf)
    if (!('error' in outcome && isMissing(outcome.error))) return outcome
    transport.makeDirectory(dirname(path), directoryMode)
    return claim(path, insteadOf)
  }

  #waitFor(holder: ClaimHolder | undefined): void {
    const { path, clock, isEnding } = this.#parts
    if (holder?.run === undefined || holder.run === '' || !isEnding(holder.run)) return
    const now = clock.monotonic()
    this.#waitsUntil ??= now + PATIENCE_MS
    if (now >= this.#waitsUntil) return
    // as a full pipe: no failure, and asked again soon
    throw new AdapterError(`\`${path}\` is written by process ${holder.process.pid}, which is about to end.`, { code: 'EAGAIN' })
  }
}

/** The residence of a path; below `dir` each file is one's own. */
export function residenceOf(
  { target, directoryMode }: FileSettings,
  { home, ...parts }: Pick<ResidenceParts, 'transport' | 'clock' | 'claim'> & { readonly home: AdapterHome | undefined },
): Residence | undefined {
  if (target.kind === 'directory') return undefined
  return new Residence({ ...parts, path: target.path, directoryMode, isEnding: home?.isEnding ?? (() => false) })
}

type Taken = Extract<ReturnType<Claim>, { holder: unknown }>

function isStream(path: string): boolean {
  return path === '/dev/stdout' || path === '/dev/stderr'
}

/** There was nothing to claim. */
function isUnlockable({ claim, isShared }: Place): boolean {
  return claim === undefined && isShared !== true
}

function unlocked(error: unknown): Pick<Place, 'reason' | 'isShared'> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // for good, and as whoever set up the folder wants it
  if (CLOSED_FOLDER.has(code)) return { isShared: true }
  return { isShared: true, reason: `no lock can be made, so that nothing is rotated: ${errorReason(error)}` }
}
