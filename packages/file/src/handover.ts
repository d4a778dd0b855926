import { dirname, join } from 'node:path'
import type { Evidence } from './evidence.js'
import type { Issues } from './issues.js'
import { isKnown, know, mayBe } from './known-file.js'
import { OpenFile } from './open-file.js'
import type { Opener } from './opener.js'
import type { FileSettings } from './options.js'
import { readState, type WriterState, writeState } from './state-file.js'
import type { TornTail } from './tail.js'
import type { FileTransport } from './transport.js'

const STATE_NAME = 'current.json'
/** The file to go on in, and what may be a torn line at its end. */
export interface TakenOver {
  readonly file: OpenFile
  readonly tail: TornTail | undefined
}

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
 * Whichever step a kill prevents, what is known of the file tells under which of the two names it is. Only the file at the path is ever
 * written to, and nothing is taken out of any: under other names files are opened to be read.
 */
export class Handover {
  readonly #parts: HandoverParts
  readonly #statePath: string
  /** Byte of the current file up to which its events are in `seen`. */
  #from = 0
  #left: string | undefined
  #saved: WriterState | undefined
  /** What the predecessor has left. */
  #found: WriterState | undefined
  #isLoaded = false
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

  /** Somebody wrote for this run before. */
  get hasPredecessor(): boolean {
    this.#load()
    return this.#found !== undefined || this.evidence.hasPredecessor
  }

  /** Where the predecessor wrote to. */
  get path(): string | undefined {
    this.#load()
    return this.#found?.path
  }

  /** Notes the events in a file that somebody else may be writing. It is only read. */
  peek(path: string): void {
    const { transport } = this.#parts
    if (transport.status(path)?.kind !== 'file') return
    const file = OpenFile.adopt(transport, path, transport.open(path, 'read', 0), 'leave')
    try {
      this.evidence.look(file)
    } finally {
      file.close()
    }
  }

  /**
   * Opens the predecessor's file; `undefined` when there is none to go on with.
   *
   * @param path the one that this writer has, if it was asked for one; the predecessor's is only read where it is another
   */
  takeOver(path?: string): TakenOver | undefined {
    this.#load()
    const state = this.#found
    if (this.#parts.settings.target.kind === 'directory') return state && this.#reopen(state)
    if (state !== undefined && state.path !== path) this.#parts.issues.attempt('resume', () => this.peek(state.path))
    if (path === undefined) return undefined
    return (state?.path === path ? this.#reopen(state) : undefined) ?? this.#openUnknown(path)
  }

  #load(): void {
    if (this.#isLoaded) return
    const { transport, issues } = this.#parts
    issues.attempt('resume', () => {
      this.#found = readState(transport, this.#statePath)
    })
    this.evidence.load()
    for (const [origin, seq] of this.#found?.seen ?? []) this.evidence.seen.note(origin, seq)
    this.#isLoaded = true
  }

  /** Notes that lines go to this file from now on, from byte `from` on. Throws when that cannot be kept. */
  begin(file: OpenFile, left: string | undefined = this.#left, from: number = file.size): void {
    if (!file.isRegular) return
    const { path, identity } = file
    const saved = this.#saved
    if (saved?.identity === identity && saved.path === path && saved.from === from && saved.finished === undefined) return
    this.#save({ path, ...know(file, from), ...(left === undefined ? undefined : { left }), seen: this.evidence.seen.entries() })
    this.#left = left
    this.#from = from
  }

  /** The same, but kept later when it cannot be kept now: the log is worth more. */
  beginAnyway(file: OpenFile, from: number = file.size): void {
    if (!this.#parts.issues.attempt('state', () => this.begin(file, this.#left, from))) {
      this.#from = from
      this.#due = { path: file.path, ...know(file, from), seen: this.evidence.seen.entries() }
    }
  }

  /** Lists the events of a file that is left; with `finished`, the name that it is about to get. Throws when that cannot be kept. */
  leave(file: OpenFile, finished?: string): void {
    if (!file.isRegular) return
    this.evidence.leave(file, this.#from)
    this.#from = file.size
    if (finished === undefined) return
    this.#save({ path: file.path, ...know(file), finished, seen: this.evidence.seen.entries() })
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

  #reopen(state: WriterState): TakenOver | undefined {
    const { transport, opener } = this.#parts
    const { path, finished, left } = state
    this.#left = left
    const present = transport.status(path)
    if (mayBe(present, state)) {
      const file = opener.openAsIs(path)
      if (this.#isOurs(file, state)) return this.#accountFor(file, state.from)
      file.close()
    }
    if (finished !== undefined && this.#look(finished, state)) {
      // renamed, with all its events in the list: what stands at the path was made by the same rotation
      return present?.kind === 'file' ? this.#accountFor(opener.openAsIs(path), 0) : undefined
    }
    const moved = this.#find(state)
    if (moved !== undefined) this.#look(moved, state, (file) => this.evidence.account(file, state.from))
    return undefined
  }

  #isOurs(file: OpenFile, state: WriterState): boolean {
    return closedOnError(file, () => isKnown(file, state))
  }

  #accountFor(file: OpenFile, from: number): TakenOver {
    return closedOnError(file, () => {
      const tail = this.evidence.account(file, from)
      // what cannot be a line of ours has its end; what can be one has it when its record comes, or another one
      if (tail === undefined) file.endTornLine()
      else file.sizeWhenSeen = tail.start
      return { file, tail }
    })
  }

  /** A file that we do not know to be ours. */
  #openUnknown(path: string): TakenOver | undefined {
    const { transport, opener } = this.#parts
    if (transport.status(path)?.kind !== 'file') return undefined
    const file = opener.openAsIs(path)
    return closedOnError(file, () => {
      if (this.evidence.knows(file)) return this.#accountFor(file, 0)
      file.endTornLine()
      this.evidence.look(file)
      return { file, tail: undefined }
    })
  }

  /** Opens a file under another name than that of the log, only to read it. False when it is not the one that is known. */
  #look(path: string, state: WriterState, look: (file: OpenFile) => void = () => undefined): boolean {
    const { transport } = this.#parts
    if (!mayBe(transport.linkStatus(path), state)) return false
    const file = OpenFile.adopt(transport, path, transport.open(path, 'read', 0), 'leave')
    try {
      const isOurs = isKnown(file, state)
      if (isOurs) look(file)
      return isOurs
    } finally {
      file.close()
    }
  }

  /** Where a file went that somebody moved: as far as we look, within its folder. */
  #find(state: WriterState): string | undefined {
    const { transport, issues } = this.#parts
    const folder = dirname(state.path)
    let found: string | undefined
    issues.attempt('resume', () => {
      if (transport.status(folder) === undefined) return
      const paths = transport
        .list(folder)
        .slice(0, NEIGHBOURS_MAX)
        .map((name) => join(folder, name))
      found = paths.find((path) => this.#look(path, state))
    })
    return found
  }
}

function closedOnError<T>(file: OpenFile, step: () => T): T {
  try {
    return step()
  } catch (error) {
    file.close()
    throw error
  }
}
