import { dirname, join } from 'node:path'
import type { Evidence } from './evidence.js'
import type { Issues } from './issues.js'
import type { OpenFile } from './open-file.js'
import type { Opener } from './opener.js'
import type { FileSettings } from './options.js'
import { readState, type WriterState, writeState } from './state-file.js'
import { type FileStatus, type FileTransport, isSameFile } from './transport.js'

const STATE_NAME = 'current.json'
/** A moved file is looked for among this many neighbours. */
const NEIGHBOURS_MAX = 10_000

export interface HandoverParts {
  readonly settings: FileSettings
  readonly transport: FileTransport
  readonly issues: Issues
  readonly opener: Opener
  readonly evidence: Evidence
  readonly stateDir: string
}

/**
 * What a writer leaves to the one that takes over from it, at whatever moment it was killed:
 *
 * ```
 * current.json   which file, up to which byte its events are listed, the list, and the rotation under way
 * mark-0, -1     what was about to be written (not for canonical lines)
 * ```
 *
 * A rotation of one path: list the events of the file and note the finished name, rename, open anew, note the new file.
 * Whichever step a kill prevents, the identity of the file tells under which of the two names it is.
 */
export class Handover {
  readonly #parts: HandoverParts
  readonly #statePath: string
  /** Byte of the current file up to which its events are in `seen`. */
  #from = 0
  #left: string | undefined
  #saved: WriterState | undefined
  /** What could not be saved. */
  #due: WriterState | undefined

  constructor(parts: HandoverParts) {
    this.#parts = parts
    this.#statePath = join(parts.stateDir, STATE_NAME)
  }

  get evidence(): Evidence {
    return this.#parts.evidence
  }

  get highest(): ReadonlyMap<string, number> {
    return this.evidence.seen.highest
  }

  /** The file before the current one, which a predecessor may not have compressed. */
  get left(): string | undefined {
    return this.#left
  }

  /** Opens the predecessor's file, without what a kill left half-done; `undefined` when there is none to go on with. */
  takeOver(): OpenFile | undefined {
    const { transport, issues, settings } = this.#parts
    let state: WriterState | undefined
    issues.attempt('resume', () => {
      state = readState(transport, this.#statePath)
    })
    this.evidence.load()
    for (const [origin, seq] of state?.seen ?? []) this.evidence.seen.note(origin, seq)
    const { target } = settings
    if (target.kind === 'directory') return state && this.#reopen(state)
    return (state?.path === target.path ? this.#reopen(state) : undefined) ?? this.#openUnknown(target.path)
  }

  /** Notes that lines go to this file from now on. Throws when that cannot be kept. */
  begin(file: OpenFile, left: string | undefined = this.#left): void {
    if (!file.isRegular) return
    const { path, identity, size: from } = file
    const saved = this.#saved
    if (saved?.identity === identity && saved.path === path && saved.from === from && saved.finished === undefined) return
    this.#save({ path, identity, from, ...(left === undefined ? undefined : { left }), seen: this.evidence.seen.entries() })
    this.#left = left
    this.#from = from
  }

  /** The same, but kept later when it cannot be kept now: the log is worth more. */
  beginAnyway(file: OpenFile): void {
    if (!this.#parts.issues.attempt('state', () => this.begin(file))) {
      const { path, identity, size: from } = file
      this.#from = from
      this.#due = { path, identity, from, seen: this.evidence.seen.entries() }
    }
  }

  /** Lists the events of a file that is left; with `finished`, the name that it is about to get. Throws when that cannot be kept. */
  leave(file: OpenFile, finished?: string): void {
    if (!file.isRegular) return
    this.evidence.leave(file, this.#from)
    this.#from = file.size
    if (finished === undefined) return
    const { path, identity, size: from } = file
    this.#save({ path, identity, from, finished, seen: this.evidence.seen.entries() })
  }

  /** A moment to keep what could not be kept before. */
  retry(): void {
    const due = this.#due
    if (due !== undefined) this.#parts.issues.attempt('state', () => this.#save(due))
    this.evidence.retry()
  }

  close(): void {
    this.evidence.close()
  }

  #save(state: WriterState): void {
    const { transport, settings } = this.#parts
    writeState(transport, this.#statePath, state, settings.fsync !== 'never')
    this.#saved = state
    this.#due = undefined
  }

  // ---- taking over

  #reopen(state: WriterState): OpenFile | undefined {
    const { transport, opener } = this.#parts
    const { path, identity, finished, left } = state
    this.#left = left
    const present = transport.status(path)
    if (isAt(present, identity)) return this.#accountFor(opener.openAsIs(path), state.from)
    if (finished !== undefined && isAt(transport.linkStatus(finished), identity)) {
      // renamed: what stands at the path was made by the same rotation
      return present?.kind === 'file' ? this.#accountFor(opener.openAsIs(path), 0) : undefined
    }
    const moved = this.#find(state)
    if (moved !== undefined) this.#accountFor(opener.openAsIs(moved), state.from).close()
    return undefined
  }

  #accountFor(file: OpenFile, from: number): OpenFile {
    try {
      this.evidence.account(file, from)
      return file
    } catch (error) {
      file.close()
      throw error
    }
  }

  /** A file that we do not know to be ours: nothing is taken out of it. */
  #openUnknown(path: string): OpenFile | undefined {
    const { transport, opener } = this.#parts
    const present = transport.status(path)
    if (present?.kind !== 'file') return undefined
    if (this.evidence.knows(present.identity)) return this.#accountFor(opener.openAsIs(path), 0)
    const file = opener.openPath(path)
    this.evidence.look(file)
    return file
  }

  /** Where a file went that somebody moved: as far as we look, within its folder. */
  #find({ path, identity }: WriterState): string | undefined {
    const { transport, issues } = this.#parts
    let found: string | undefined
    issues.attempt('resume', () => {
      if (transport.status(dirname(path)) === undefined) return
      const names = transport.list(dirname(path)).slice(0, NEIGHBOURS_MAX)
      const name = names.find((one) => isAt(transport.linkStatus(join(dirname(path), one)), identity))
      if (name !== undefined) found = join(dirname(path), name)
    })
    return found
  }
}

function isAt(status: FileStatus | undefined, identity: string): boolean {
  return status?.kind === 'file' && isSameFile(status.identity, identity)
}
