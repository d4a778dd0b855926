import { dirname } from 'node:path'
import { errorCode, isMissing } from './error-code.js'
import type { Issues } from './issues.js'
import { GZIP_SUFFIX, stampedPath } from './names.js'
import { OpenFile } from './open-file.js'
import type { FileSettings } from './options.js'
import { removeEmpty } from './surely.js'
import type { FileTransport, OpenWay } from './transport.js'

/** More files of one second than this are a mistake somewhere. */
const SEQUENCE_MAX = 100_000

/** Opened by number: as a path a socket cannot be opened, and stdout often is one. */
const STANDARD_STREAMS: Readonly<Record<string, number>> = { '/dev/stdout': 1, '/dev/stderr': 2 }

/** A file that was just made under a name that nobody had. */
interface MadeFile {
  readonly path: string
  readonly identity: string
  close?(): void
}

/** Makes and opens the files of one target, with their directories and permissions. */
export class Opener {
  readonly #settings: FileSettings
  readonly #transport: FileTransport
  readonly #issues: Issues

  constructor(settings: FileSettings, transport: FileTransport, issues: Issues) {
    this.#settings = settings
    this.#transport = transport
    this.#issues = issues
  }

  /** Opens a path that may exist. A link is followed, so that an operator can place the file elsewhere. */
  openPath(path: string): OpenFile {
    const stream = STANDARD_STREAMS[path]
    if (stream !== undefined) return OpenFile.borrow(this.#transport, path, stream)
    const present = this.#transport.status(path)
    if (present?.kind === 'directory') throw notAFile(path)
    const isFeed = present !== undefined && present.kind !== 'file'
    const file = this.#adopt(path, isFeed ? 'feed' : 'append')
    if (present === undefined) this.#finish(file)
    return file
  }

  /** Makes a file where nothing may be. */
  openNew(path: string): OpenFile {
    const file = this.#adopt(path, 'create')
    this.#finish(file)
    return file
  }

  /** Opens a regular file that is there, and leaves its torn last line as it is. */
  openAsIs(path: string): OpenFile {
    return OpenFile.adopt(this.#transport, path, this.#transport.open(path, 'append', this.#settings.mode), 'leave')
  }

  /** Makes the next file below `dir`. */
  openNext(now: number): OpenFile {
    const file = this.#firstFree(now, (path) => this.#adopt(path, 'create'))
    this.#finish(file)
    return file
  }

  /** Makes an empty file under the first finished name that is free. */
  reserve(time: number): MadeFile {
    return this.#firstFree(time, (path) => {
      const fd = this.#transport.open(path, 'create', this.#settings.mode)
      try {
        return { path, identity: this.#transport.statusOf(fd).identity }
      } finally {
        this.#transport.close(fd)
      }
    })
  }

  /** Makes the names in a directory as durable as the lines. */
  syncDirectory(path: string): void {
    if (this.#settings.fsync !== 'never') this.#issues.attempt('fsync', () => this.#transport.syncDirectory(dirname(path)))
  }

  #firstFree<T extends MadeFile>(time: number, make: (path: string) => T): T {
    for (let sequence = 1; sequence <= SEQUENCE_MAX; sequence++) {
      const path = stampedPath(this.#settings.target, time, sequence)
      if (this.#hasCopy(path)) continue
      try {
        const made = make(path)
        if (this.#mayKeep(made)) return made
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error
      }
    }
    const example = stampedPath(this.#settings.target, time, 1)
    throw new Error(`Expected a free name like \`${example}\`, got ${SEQUENCE_MAX} that are taken.`)
  }

  /** Whoever has just compressed a file of this name made the copy first, and then left the name to us. */
  #mayKeep(made: MadeFile): boolean {
    let isKept = false
    try {
      isKept = !this.#hasCopy(made.path)
      return isKept
    } finally {
      if (!isKept) this.#takeBack(made)
    }
  }

  #takeBack(made: MadeFile): void {
    made.close?.()
    removeEmpty(this.#transport, made.path, made.identity)
  }

  /** Compressing a file under a plain name that is free again would overwrite the compressed one. */
  #hasCopy(path: string): boolean {
    return this.#transport.linkStatus(path + GZIP_SUFFIX) !== undefined
  }

  #adopt(path: string, way: OpenWay): OpenFile {
    const { mode, directoryMode } = this.#settings
    try {
      return OpenFile.adopt(this.#transport, path, this.#transport.open(path, way, mode))
    } catch (error) {
      if (!isMissing(error)) throw error
      this.#transport.makeDirectory(dirname(path), directoryMode)
      return OpenFile.adopt(this.#transport, path, this.#transport.open(path, way, mode))
    }
  }

  /** What a file that was just made needs. */
  #finish(file: OpenFile): void {
    if (this.#settings.isModeExact) this.#issues.attempt('mode', () => file.chmod(this.#settings.mode))
    this.syncDirectory(file.path)
  }
}

function notAFile(path: string): Error {
  return Object.assign(new Error(`Expected \`${path}\` to be a file, got a directory.`), { code: 'EISDIR' })
}
