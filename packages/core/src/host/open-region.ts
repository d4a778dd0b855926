import { closeSync, readSync, writeSync } from 'node:fs'
import type { Mapper } from '../mapping/mapping.js'
import { CONTROL, FLAG_FULL_CHECK, MAGIC } from '../ring/shared/layout.js'
import { type Mirror, makeRegion, type Region } from '../ring/shared/region.js'
import { openRegular } from '../tree/open-regular.js'

const HEAD_BYTES = 32

/** A file as a region: mapped where there is a mapper, else read and written piece by piece. */
export function openRegion(path: string, mapper: Mapper | undefined): Region & { readonly close: () => void } {
  const { fd, size: bytes } = openRegular(path, 'update')
  try {
    if (mapper === undefined || isWrittenPiecewise(readHead(fd))) {
      const memory = new ArrayBuffer(bytes)
      const mirror = new FileMirror(fd, Buffer.from(memory))
      return { ...makeRegion(memory, mirror), close: () => mirror.close() }
    }
  } catch (error) {
    closeSync(fd)
    throw error
  }
  // before it is mapped, which opens it anew: there may be no second descriptor
  closeSync(fd)
  return { ...makeRegion(mapper.map(path, bytes).memory), close: () => undefined }
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

  constructor(fd: number, bytes: Buffer) {
    this.#fd = fd
    this.#bytes = bytes
  }

  close(): void {
    if (!this.#isClosed) closeSync(this.#fd)
    this.#isClosed = true
  }

  push(offset: number, length: number): void {
    if (this.#isClosed) return
    for (let done = 0; done < length; ) done += writeSync(this.#fd, this.#bytes, offset + done, length - done, offset + done)
  }

  pull(offset: number, length: number): void {
    if (this.#isClosed) return
    for (let done = 0; done < length; ) {
      const got = readSync(this.#fd, this.#bytes, offset + done, length - done, offset + done)
      if (got === 0) return
      done += got
    }
  }
}
