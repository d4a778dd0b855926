import type { Handover } from './handover.js'
import type { OpenFile } from './open-file.js'
import type { Opener } from './opener.js'
import type { Place, Residence } from './residence.js'
import { removeEmpty, renameSurely } from './surely.js'
import type { FileTransport } from './transport.js'

export interface RelocationParts {
  readonly residence: Residence
  readonly opener: Opener
  readonly transport: FileTransport
  readonly handover: Handover | undefined
}

/** A file was left under the name `finished`; it goes on in `next`. */
export interface Moved {
  readonly next: OpenFile
  readonly finished: string
}

/** Opens and leaves the files of the places that a residence finds. */
export class Relocation {
  readonly #parts: RelocationParts

  constructor(parts: RelocationParts) {
    this.#parts = parts
  }

  /** Opens the file of the present place, or finds one. What cannot be opened is not kept from others, and may be another place the next time. */
  open(): OpenFile {
    const { residence, opener } = this.#parts
    const { path, isNew } = residence.place ?? residence.settle()
    try {
      return isNew ? opener.openNew(path) : opener.openPath(path)
    } catch (error) {
      residence.leave()
      throw error
    }
  }

  /**
   * Goes on in a new file under the same path; the finished one takes a name of its own and keeps it:
   *
   * 1. make the finished name, empty, so that nobody else takes it; what cannot be made shows before anything has changed
   * 2. with a home, note that name and the events of the file; rename the file over it
   * 3. open a new file under the path; if that fails, undo 2
   *
   * Where a step reports a failure it is looked what it has done. A crash behind any step loses nothing: the next run goes on with the path, or
   * makes it. `undefined`: somebody else moved the file.
   */
  rotate(old: OpenFile): Moved | undefined {
    const { transport, opener } = this.#parts
    const present = transport.linkStatus(old.path)
    if (present?.kind === 'link') throw linkAt(old.path)
    if (present?.identity !== old.identity) return undefined
    const finished = this.#putAside(old)
    try {
      const next = opener.openPath(old.path)
      opener.syncDirectory(finished)
      return { next, finished }
    } catch (error) {
      if (transport.linkStatus(old.path) === undefined) renameSurely(transport, finished, old.path)
      throw error
    }
  }

  /** Goes on under the own path, which is free again, and finishes the file of the other name. When that fails nothing has changed. */
  goHome(place: Place, old: OpenFile): Moved {
    const { opener, residence } = this.#parts
    let next: OpenFile | undefined
    try {
      next = opener.openPath(place.path)
      const finished = this.finish(old)
      residence.enter(place)
      return { next, finished }
    } catch (error) {
      next?.close()
      place.claim?.release()
      throw error
    }
  }

  /** Gives the file of another name one that a finished file of the own path has, and returns it. */
  finish(file: OpenFile): string {
    // somebody else moved it: it stays where it is
    if (this.#parts.transport.linkStatus(file.path)?.identity !== file.identity) return file.path
    const finished = this.#putAside(file)
    this.#parts.opener.syncDirectory(finished)
    return finished
  }

  #putAside(file: OpenFile): string {
    const { transport, opener, handover } = this.#parts
    const { path: finished, identity } = opener.reserve(file.look().mtimeMs)
    try {
      handover?.leave(file, finished)
      renameSurely(transport, file.path, finished)
    } catch (error) {
      removeEmpty(transport, finished, identity)
      throw error
    }
    return finished
  }
}

function linkAt(path: string): Error {
  return new Error(`Expected \`${path}\` to be a file, got a link. Give the path that it leads to.`)
}
