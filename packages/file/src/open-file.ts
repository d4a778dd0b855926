import type { FileStatus, FileTransport } from './transport.js'

/** A write that did not take all bytes. */
export interface Shortfall {
  /** Up to which byte they are in the file all the same. */
  readonly written: number
  readonly cause: unknown
}

const NEWLINE = Buffer.from('\n')
const COPY_BYTES = 64 * 1024
/** A kernel that takes nothing without an error this often in a row will not take anything soon. */
const EMPTY_WRITES_MAX = 3

/** One open file that knows to the byte what is in it. */
export class OpenFile {
  readonly path: string
  readonly identity: string
  /** As `FileStatus.birthMs`. */
  readonly birthMs: number
  /** False for pipes and devices, which have no size, are never rotated and never forced to disk. */
  readonly isRegular: boolean
  /** When it had been written last before we opened it, milliseconds since 1970. */
  readonly writtenBefore: number
  /** Bytes in the file. */
  size: number
  /** Bytes that were in the file when its path last led to it. */
  sizeWhenSeen: number
  /** Something was written since the last sync. */
  isDirty = false
  readonly #fd: number
  readonly #transport: FileTransport
  readonly #isOurs: boolean
  #syncs = 0
  #isLeft = false

  private constructor(transport: FileTransport, path: string, fd: number, status: FileStatus, isOurs: boolean) {
    this.#transport = transport
    this.path = path
    this.#fd = fd
    this.#isOurs = isOurs
    this.identity = status.identity
    this.birthMs = status.birthMs
    this.isRegular = isOurs && status.kind === 'file'
    this.writtenBefore = status.mtimeMs
    this.size = status.size
    this.sizeWhenSeen = status.size
  }

  /**
   * Takes over a descriptor; when that fails it is closed. A last line without an end, left by a crash, gets one,
   * unless the caller looks after it.
   */
  static adopt(transport: FileTransport, path: string, fd: number, tornLine: 'end' | 'leave' = 'end'): OpenFile {
    try {
      const file = new OpenFile(transport, path, fd, transport.statusOf(fd), true)
      if (tornLine === 'end') file.endTornLine()
      return file
    } catch (error) {
      transport.close(fd)
      throw error
    }
  }

  /** Uses a descriptor of the process itself, as that of stdout, and never closes it. */
  static borrow(transport: FileTransport, path: string, fd: number): OpenFile {
    return new OpenFile(transport, path, fd, transport.statusOf(fd), false)
  }

  /** Writes the bytes from `start` to `end`, or tells up to where they are in the file. */
  append(bytes: Uint8Array, end: number, start = 0): Shortfall | undefined {
    let done = start
    let empty = 0
    this.isDirty = true
    while (done < end) {
      try {
        const taken = this.#transport.write(this.#fd, bytes, done, end - done)
        done += taken
        this.size += taken
        empty = taken === 0 ? empty + 1 : 0
        if (empty > EMPTY_WRITES_MAX) return { written: done, cause: new Error('The kernel takes no bytes.') }
      } catch (cause) {
        return { written: done + this.#arrived(bytes, done, end), cause }
      }
    }
    return undefined
  }

  /**
   * Copies `[from, size)` of another file behind this one. Returns how far it came: `size` of the other when all is there.
   */
  appendFrom(other: OpenFile, from: number): { readonly position: number; readonly cause?: unknown } {
    const chunk = Buffer.allocUnsafe(COPY_BYTES)
    let position = from
    while (position < other.size) {
      const length = this.#transport.read(other.#fd, chunk, Math.min(chunk.length, other.size - position), position)
      if (length === 0) return { position: other.size }
      const shortfall = this.append(chunk, length)
      position += shortfall?.written ?? length
      if (shortfall !== undefined) return { position, cause: shortfall.cause }
    }
    return { position }
  }

  /** Fills `into` from a position on; false when there is less, or when the file may not be read. */
  read(into: Buffer, position: number): boolean {
    return this.#tryRead(into, into.length, position)
  }

  /** Looks at the file itself: its size, and how many names it has. */
  look(): FileStatus {
    const status = this.#transport.statusOf(this.#fd)
    // others may have appended, and copytruncate of logrotate cuts
    this.size = status.size
    return status
  }

  /** Takes the file back to `start` if nothing but the beginning of this line is behind it. False when that cannot be done. */
  cut(start: number, line: Uint8Array): boolean {
    try {
      if (!this.isRegular || this.#transport.statusOf(this.#fd).size !== this.size) return false
      const tail = Buffer.alloc(this.size - start)
      if (!this.#tryRead(tail, tail.length, start) || !tail.equals(line.subarray(0, tail.length))) return false
      this.#transport.truncate(this.#fd, start)
      this.size = start
      return true
    } catch {
      // a file that may only grow, or a disk that does not answer: what it has done counts, and the caller completes the rest
      return this.#sizeNow() === start
    }
  }

  chmod(mode: number): void {
    this.#transport.chmod(this.#fd, mode)
  }

  /** Forces what was written to the disk. */
  sync(): void {
    if (!this.isRegular || !this.isDirty) return
    this.#transport.sync(this.#fd)
    this.isDirty = false
  }

  /** The same without holding up the thread; `close` meanwhile takes effect when it is done. */
  async syncLater(): Promise<void> {
    if (!this.isRegular || !this.isDirty || this.#isLeft) return
    this.isDirty = false
    this.#syncs++
    try {
      await this.#transport.syncLater(this.#fd)
    } catch (error) {
      this.isDirty = true
      throw error
    } finally {
      this.#syncs--
      if (this.#isLeft && this.#syncs === 0) this.#transport.close(this.#fd)
    }
  }

  close(): void {
    if (this.#isLeft || !this.#isOurs) return
    this.#isLeft = true
    if (this.#syncs === 0) this.#transport.close(this.#fd)
  }

  /** Gives a last line without an end one. */
  endTornLine(): void {
    if (!this.isRegular || this.size === 0) return
    const last = Buffer.alloc(1)
    // not readable to us: then its end is its owner's business
    if (!this.#tryRead(last, 1, this.size - 1) || last[0] === NEWLINE[0]) return
    const shortfall = this.append(NEWLINE, 1)
    if (shortfall !== undefined) throw shortfall.cause
    this.sizeWhenSeen = this.size
  }

  /** After an error: how many of the bytes behind `done` are in the file after all. Believed only if they can be read there. */
  #arrived(bytes: Uint8Array, done: number, length: number): number {
    if (!this.isRegular) return 0
    const before = this.size
    const grown = this.#sizeNow() - before
    if (grown <= 0 || grown > length - done) return 0
    const found = Buffer.alloc(grown)
    return this.#tryRead(found, grown, before) && found.equals(bytes.subarray(done, done + grown)) ? grown : 0
  }

  #sizeNow(): number {
    try {
      return this.look().size
    } catch {
      // the failed write is what gets reported; without an answer the last known size stands
      return this.size
    }
  }

  #tryRead(into: Buffer, length: number, position: number): boolean {
    try {
      return this.#transport.read(this.#fd, into, length, position) === length
    } catch {
      // not readable to us, or the disk does not answer: nothing is known then, and callers assume the safe side
      return false
    }
  }
}
