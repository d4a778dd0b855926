import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import type { Mapper } from '../mapping/mapping.js'
import { CONTROL, FLAG_FULL_CHECK, MAGIC } from '../ring/shared/layout.js'
import { type Mirror, makeRegion, type Region } from '../ring/shared/region.js'

/** A file as a region: mapped where there is a mapper, else read and written piece by piece. */
export function openRegion(path: string, mapper: Mapper | undefined): Region & { readonly close: () => void } {
  const fd = openSync(path, 'r+')
  const bytes = fstatSync(fd).size
  if (mapper !== undefined && !isWrittenPiecewise(fd)) {
    closeSync(fd)
    return { ...makeRegion(mapper.map(path, bytes).memory), close: () => undefined }
  }
  const memory = new ArrayBuffer(bytes)
  const region = makeRegion(memory, new FileMirror(fd, Buffer.from(memory)))
  return { ...region, close: () => closeSync(fd) }
}

/** Its producer cannot map it: frames are then found by their check words, and not by a word that says how far they go. */
function isWrittenPiecewise(fd: number): boolean {
  const words = new Int32Array(8)
  readSync(fd, Buffer.from(words.buffer), 0, 32, 0)
  return words[CONTROL.magic] === MAGIC && ((words[CONTROL.flags] as number) & FLAG_FULL_CHECK) !== 0
}

class FileMirror implements Mirror {
  readonly #fd: number
  readonly #bytes: Buffer

  constructor(fd: number, bytes: Buffer) {
    this.#fd = fd
    this.#bytes = bytes
  }

  push(offset: number, length: number): void {
    for (let done = 0; done < length; ) done += writeSync(this.#fd, this.#bytes, offset + done, length - done, offset + done)
  }

  pull(offset: number, length: number): void {
    for (let done = 0; done < length; ) {
      const got = readSync(this.#fd, this.#bytes, offset + done, length - done, offset + done)
      if (got === 0) return
      done += got
    }
  }
}
