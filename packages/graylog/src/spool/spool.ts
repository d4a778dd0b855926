import { type FileHandle, open, rm } from 'node:fs/promises'
import { AdapterError, type Clock, makeDirectories } from '@holdfast/core'
import { failure } from '../failure.js'
import type { SpoolSettings } from '../options.js'
import { Ownership } from './owner.js'
import { type Position, readWhole, recoverSpool, type Segment, segmentPath, storePosition } from './recover.js'
import { decodeEntry, encodeEntry, SEGMENT_HEAD } from './segment.js'

const SEGMENT_MAX_BYTES = 4 * (1 << 20)
/** A spool has at least so many files, so that what was sent goes early. */
const SEGMENTS_MIN = 8

/** The oldest messages, and how to say that they are delivered. */
export interface Taken {
  readonly messages: readonly string[]
  readonly position: Position
}

/**
 * A queue of messages in files, which survives its process. Messages are appended at the end and read from the beginning; a file goes
 * when all of it is delivered.
 *
 * ```
 *  000000000007.spool            000000000008.spool      000000000009.spool
 *  [delivered│ waiting      ]    [ waiting          ]    [ waiting │ ← append
 *            └ position: {"segment":7,"offset":1234}
 * ```
 */
export class Spool {
  readonly #settings: SpoolSettings
  readonly #owner: Ownership
  readonly #segmentMaxBytes: number
  #segments: readonly Segment[] = []
  #position: Position = { segment: 1, offset: SEGMENT_HEAD.length }
  #tail: FileHandle | undefined
  #last: Promise<void> = Promise.resolve()
  /** Messages that wait. */
  messages = 0
  /** Files whose end could not be read, other than the last one of a process that was killed. */
  damaged = 0

  private constructor(settings: SpoolSettings, owner: Ownership) {
    this.#settings = settings
    this.#owner = owner
    this.#segmentMaxBytes = Math.min(SEGMENT_MAX_BYTES, Math.floor(settings.maxBytes / SEGMENTS_MIN))
  }

  /** Takes the directory and finds what an earlier process left. Throws an `AdapterError` when another one has it. */
  static async open(settings: SpoolSettings, clock: Clock): Promise<Spool> {
    makeDirectories(settings.dir, 0o700)
    const owner = await Ownership.take(settings.dir, clock)
    const spool = new Spool(settings, owner)
    try {
      await spool.#recover()
      return spool
    } catch (error) {
      await owner.release()
      throw error
    }
  }

  /** Bytes on the disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Appends in order. Rejects with an `AdapterError` that says how many of them are in. */
  append(messages: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#append(messages))
  }

  /** The oldest messages, at most about `maxBytes` of them; `undefined` when none waits. */
  take(maxBytes: number): Promise<Taken | undefined> {
    return this.#inTurn(() => this.#take(maxBytes))
  }

  /** What was taken is delivered: a later process does not send it again. */
  acknowledge(taken: Taken): Promise<void> {
    return this.#inTurn(() => this.#acknowledge(taken))
  }

  /** Closes its files; what waits stays on the disk for the next process. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#close())
  }

  /** One thing at a time: a file must not go while something is written to its end. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work)
    this.#last = run.then(
      () => undefined,
      () => undefined,
    )
    return run
  }

  // ---- appending

  async #append(messages: readonly string[]): Promise<void> {
    let accepted = 0
    try {
      for (let start = 0; start < messages.length; start = accepted) {
        const tail = await this.#tailSegment()
        const { chunk, count } = this.#fill(messages, start, tail.bytes)
        if (count === 0) throw full(this.#settings, accepted)
        await this.#write(tail, chunk)
        accepted += count
        this.messages += count
      }
    } catch (error) {
      throw failure(`Cannot write to the spool ${this.#settings.dir}`, error, { accepted })
    }
  }

  #fill(messages: readonly string[], start: number, tailBytes: number): { readonly chunk: Buffer; readonly count: number } {
    const entries: Buffer[] = []
    let room = this.#settings.maxBytes - this.bytes
    let size = tailBytes
    for (const message of messages.slice(start)) {
      const entry = encodeEntry(message)
      if (entry.length > room || (size > this.#segmentMaxBytes && entries.length > 0)) break
      entries.push(entry)
      room -= entry.length
      size += entry.length
    }
    return { chunk: Buffer.concat(entries), count: entries.length }
  }

  async #write(tail: Segment, chunk: Buffer): Promise<void> {
    const handle = this.#tail
    if (handle === undefined) throw new AdapterError('The spool is closed.', { code: 'CLOSED', accepted: 0 })
    try {
      for (let offset = 0; offset < chunk.length; ) {
        const { bytesWritten } = await handle.write(chunk, offset, chunk.length - offset, tail.bytes + offset)
        offset += bytesWritten
      }
      if (this.#settings.fsync) await handle.datasync()
    } catch (error) {
      // what is torn is overwritten by the next attempt
      await handle.truncate(tail.bytes).catch(() => undefined)
      throw error
    }
    tail.bytes += chunk.length
  }

  async #tailSegment(): Promise<Segment> {
    const last = this.#segments.at(-1)
    if (last !== undefined && this.#tail !== undefined && last.bytes <= this.#segmentMaxBytes) return last
    await this.#tail?.close()
    this.#tail = undefined
    const segment = { id: Math.max(last?.id ?? 0, this.#position.segment) + (last === undefined ? 0 : 1), bytes: 0 }
    const handle = await open(this.#pathOf(segment.id), 'w', 0o600)
    try {
      await handle.writeFile(SEGMENT_HEAD)
      if (this.#settings.fsync) await syncDirectory(this.#settings.dir)
    } catch (error) {
      await handle.close()
      throw error
    }
    segment.bytes = SEGMENT_HEAD.length
    this.#tail = handle
    this.#segments = [...this.#segments, segment]
    return segment
  }

  // ---- reading

  async #take(maxBytes: number): Promise<Taken | undefined> {
    for (let [first] = this.#segments; first !== undefined; [first] = this.#segments) {
      const bytes = (await readWhole(this.#pathOf(first.id), first.bytes)).subarray(0, first.bytes)
      const taken = readFrom(bytes, this.#position, maxBytes)
      if (taken.messages.length > 0) return taken
      await this.#removeFirst()
    }
    this.messages = 0
    return undefined
  }

  async #acknowledge({ messages, position }: Taken): Promise<void> {
    this.#position = position
    await storePosition(this.#settings.dir, this.#position)
    while (this.#isDelivered(this.#segments[0])) await this.#removeFirst()
    this.messages -= messages.length
  }

  #isDelivered(segment: Segment | undefined): boolean {
    if (segment === undefined || this.#position.segment !== segment.id) return false
    return this.#position.offset >= segment.bytes
  }

  async #removeFirst(): Promise<void> {
    const [first, ...others] = this.#segments
    if (first === undefined) return
    if (others.length === 0) {
      await this.#tail?.close()
      this.#tail = undefined
    }
    // the position goes first: a file that is left over is known to be delivered, one that is missing is never looked for
    this.#position = { segment: first.id + 1, offset: SEGMENT_HEAD.length }
    this.#segments = others
    await storePosition(this.#settings.dir, this.#position)
    await rm(this.#pathOf(first.id), { force: true })
  }

  async #close(): Promise<void> {
    try {
      await this.#tail?.close()
    } finally {
      this.#tail = undefined
      await this.#owner.release()
    }
  }

  async #recover(): Promise<void> {
    const found = await recoverSpool(this.#settings.dir)
    this.#position = found.position
    this.#segments = found.segments
    this.messages = found.messages
    this.damaged = found.damaged
  }

  #pathOf(id: number): string {
    return segmentPath(this.#settings.dir, id)
  }
}

function readFrom(bytes: Buffer, { segment, offset }: Position, maxBytes: number): Taken {
  const messages: string[] = []
  let end = Math.max(offset, SEGMENT_HEAD.length)
  for (let entry = decodeEntry(bytes, end); entry !== undefined; entry = decodeEntry(bytes, end)) {
    if (messages.length > 0 && entry.end - offset > maxBytes) break
    messages.push(entry.message)
    end = entry.end
  }
  return { messages, position: { segment, offset: end } }
}

/** Makes the name of a new file durable, without which its content is not. */
async function syncDirectory(dir: string): Promise<void> {
  if (process.platform === 'win32') return // directories cannot be opened there
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function full({ dir, maxBytes }: SpoolSettings, accepted: number): AdapterError {
  return new AdapterError(`The spool ${dir} is full: \`spool.maxBytes\` is ${maxBytes}.`, { code: 'SPOOL_FULL', accepted })
}
