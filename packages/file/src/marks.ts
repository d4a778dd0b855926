import { join } from 'node:path'
import { isMissing } from './error-code.js'
import { decodeMark, encodeMark, type Mark } from './mark.js'
import type { FileTransport } from './transport.js'

const NAMES = ['mark-0', 'mark-1'] as const
const MODE = 0o600
/** A mark holds the events of one block; a file beyond this is none. */
const MAX_BYTES = 16 * 1024 * 1024

/** The last two marks, each in a file of its own: one that a kill tore leaves the one before it, whose lines are all written. */
export class Marks {
  readonly #transport: FileTransport
  readonly #dir: string
  #fds: readonly number[] = []
  #number = 0

  constructor(transport: FileTransport, dir: string) {
    this.#transport = transport
    this.#dir = dir
  }

  get isOpen(): boolean {
    return this.#fds.length > 0
  }

  /** Whether a predecessor left any. */
  get areThere(): boolean {
    return NAMES.some((name) => this.#transport.status(join(this.#dir, name)) !== undefined)
  }

  /** Makes the two files, or opens those that are there. Returns the newest whole mark in them. */
  open(): Mark | undefined {
    const fds: number[] = []
    try {
      for (const name of NAMES) fds.push(this.#transport.open(join(this.#dir, name), 'update', MODE))
      const marks = fds.map((fd) => this.#read(fd)).filter((mark) => mark !== undefined)
      const newest = marks.reduce((a, b) => (a === undefined || b.number > a.number ? b : a), marks[0])
      this.#number = Math.max(this.#number, newest?.number ?? 0)
      this.#fds = fds
      return newest
    } catch (error) {
      for (const fd of fds) this.#transport.close(fd)
      throw error
    }
  }

  /** Puts a mark in the place of the older one. */
  write(mark: Omit<Mark, 'number'>): void {
    const number = this.#number + 1
    this.#transport.writeAt(this.#fds[number % NAMES.length] as number, encodeMark({ ...mark, number }), 0)
    this.#number = number
  }

  close(): void {
    const [first, ...rest] = this.#fds
    this.#fds = rest
    if (first === undefined) return
    try {
      this.#transport.close(first)
    } finally {
      this.close()
    }
  }

  /** Takes the marks away, so that none speaks of lines that others follow. Throws while they cannot be taken away. */
  remove(): void {
    for (const name of NAMES) {
      try {
        this.#transport.remove(join(this.#dir, name))
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    }
    this.close()
  }

  #read(fd: number): Mark | undefined {
    const { size } = this.#transport.statusOf(fd)
    if (size > MAX_BYTES) return undefined
    const bytes = Buffer.alloc(size)
    return decodeMark(bytes.subarray(0, this.#transport.read(fd, bytes, bytes.length, 0)))
  }
}
