import { closeSync, readSync, writeSync } from 'node:fs'
import { errorCode } from '../diagnostics/hub.js'
import { makeRegion, type Region } from '../ring/shared/region.js'
import { openRegular } from '../tree/open-regular.js'

const PAGE_BYTES = 4096

/** The file of a ring of the dead, read and written in pieces. */
export class RingBytes {
  readonly #path: string
  readonly #access: 'read' | 'update'
  #fd: number
  size: number

  /** @throws NotRegular, and the error of the file system */
  constructor(path: string, access: 'read' | 'update') {
    this.#path = path
    this.#access = access
    const { fd, size } = openRegular(path, access)
    this.#fd = fd
    this.size = size
  }

  /** What is missing, or what the disk cannot read any more, is zero. */
  fill(target: Buffer, at: number): void {
    fill(this.#fd, target, at)
  }

  /** So many bytes from a position on; fewer where the file ends. */
  window(at: number, bytes: number): Buffer {
    const content = Buffer.alloc(Math.max(0, Math.min(bytes, this.size - at)))
    this.fill(content, at)
    return content
  }

  /** The first so many bytes, as memory that is written back. */
  header(bytes: number): Region {
    const memory = new ArrayBuffer(bytes)
    const content = Buffer.from(memory)
    this.fill(content, 0)
    const push = (offset: number, length: number): void => {
      try {
        for (let done = 0; done < length && this.#fd >= 0; )
          done += writeSync(this.#fd, content, offset + done, length - done, offset + done)
      } catch {
        // a full disk: how far the lanes are is said the next time, or what they got comes once more
      }
    }
    return makeRegion(memory, { push, pull: () => undefined })
  }

  /** Goes on with the file that was put in its place. */
  reopen(): void {
    const { fd, size } = openRegular(this.#path, this.#access)
    closeSync(this.#fd)
    this.#fd = fd
    this.size = size
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
  }
}

/** Reads the beginning of another file. */
export function fillFrom(path: string, target: Buffer): void {
  const { fd } = openRegular(path, 'read')
  try {
    fill(fd, target, 0)
  } finally {
    closeSync(fd)
  }
}

function fill(fd: number, target: Buffer, at: number): void {
  for (let done = 0; done < target.length; ) {
    const got = readPiece(fd, target, done, at + done)
    if (got === 0) return
    done += got
  }
}

/** A bad sector costs its page. */
function readPiece(fd: number, target: Buffer, done: number, at: number): number {
  const length = target.length - done
  try {
    return readSync(fd, target, done, length, at)
  } catch (error) {
    if (errorCode(error) !== 'EIO') throw error
    return Math.min(length, PAGE_BYTES - (at % PAGE_BYTES))
  }
}
