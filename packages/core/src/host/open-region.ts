import { closeSync, readSync, writeSync } from 'node:fs'
import type { Mapper } from '../mapping/mapping.js'
import { CONTROL, FLAG_FULL_CHECK, LANES_AT, MAGIC, ROWS_AT, WRITER_AT, WRITER_BYTES } from '../ring/shared/layout.js'
import { type Mirror, makeRegion, type Region } from '../ring/shared/region.js'
import { openRegular } from '../tree/open-regular.js'

const HEAD_BYTES = 32

export interface OpenRegion extends Region {
  readonly close: () => void
  /**
   * The ring of this process in its own memory, where its file was removed and its writer is gone: with all that the writer has said, and from now
   * on without the file.
   */
  readonly detach: () => Region
}

/** A file as a region: mapped where there is a mapper, else read and written piece by piece. */
export function openRegion(path: string, mapper: Mapper | undefined): OpenRegion {
  const { fd, size: bytes } = openRegular(path, 'update')
  try {
    if (mapper === undefined || isWrittenPiecewise(readHead(fd))) {
      const memory = new ArrayBuffer(bytes)
      const mirror = new FileMirror(fd, Buffer.from(memory))
      const detach = (): Region => {
        mirror.detach()
        return makeRegion(memory)
      }
      return { ...makeRegion(memory, mirror), close: () => mirror.close(), detach }
    }
  } catch (error) {
    closeSync(fd)
    throw error
  }
  // before it is mapped, which opens it anew: there may be no second descriptor
  closeSync(fd)
  const mapped = makeRegion(mapper.map(path, bytes).memory)
  return { ...mapped, close: () => undefined, detach: () => mapped }
}

/** Its producer cannot map it: frames are then found by their check words, and not by a word that says how far they go. */
export function isWrittenPiecewise(head: Buffer): boolean {
  if (head.length < HEAD_BYTES) return false
  const words = new Int32Array(HEAD_BYTES / 4)
  head.copy(Buffer.from(words.buffer), 0, 0, HEAD_BYTES)
  return words[CONTROL.magic] === MAGIC && ((words[CONTROL.flags] as number) & FLAG_FULL_CHECK) !== 0
}

function readHead(fd: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  readSync(fd, head, 0, HEAD_BYTES, 0)
  return head
}

/**
 * Once it is closed, what was there last can still be read: reports are made after the end. The descriptor may soon be that of somebody else's
 * file.
 */
class FileMirror implements Mirror {
  readonly #fd: number
  readonly #bytes: Buffer
  #isClosed = false
  #isDetached = false

  constructor(fd: number, bytes: Buffer) {
    this.#fd = fd
    this.#bytes = bytes
  }

  close(): void {
    if (!this.#isClosed) closeSync(this.#fd)
    this.#isClosed = true
  }

  /** What the writer has acknowledged is delivered: without it, the next one would deliver it again. An open file is there though it was removed. */
  detach(): void {
    if (this.#isDetached) return
    this.pull(WRITER_AT, WRITER_BYTES)
    this.pull(LANES_AT, ROWS_AT - LANES_AT)
    this.#isDetached = true
  }

  push(offset: number, length: number): void {
    if (this.#isClosed || this.#isDetached) return
    for (let done = 0; done < length; ) done += writeSync(this.#fd, this.#bytes, offset + done, length - done, offset + done)
  }

  pull(offset: number, length: number): void {
    if (this.#isClosed || this.#isDetached) return
    for (let done = 0; done < length; ) {
      const got = readSync(this.#fd, this.#bytes, offset + done, length - done, offset + done)
      if (got === 0) return
      done += got
    }
  }
}
