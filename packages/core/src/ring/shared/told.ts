import { CONTROL, TOLD_AT, TOLD_BYTES } from './layout.js'
import type { Region } from './region.js'

const LENGTH_BYTES = 4

/** The way back: short texts that the writer leaves for the producer of a ring, in a small ring of bytes. What finds no room is counted. */
export class Told {
  readonly #region: Region

  constructor(region: Region) {
    this.#region = region
  }

  /** The writer's side. */
  tell(text: string): void {
    const { words, mirror } = this.#region
    const bytes = Buffer.from(text)
    mirror?.pull(CONTROL.toldRead * 4, 4)
    const written = Atomics.load(words, CONTROL.toldWritten)
    const held = (written - Atomics.load(words, CONTROL.toldRead)) | 0
    if (held + LENGTH_BYTES + bytes.length > TOLD_BYTES) {
      Atomics.add(words, CONTROL.toldLost, 1)
      mirror?.push(CONTROL.toldLost * 4, 4)
      return
    }
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32LE(bytes.length)
    this.#put(written, Buffer.concat([length, bytes]))
    mirror?.push(TOLD_AT, TOLD_BYTES)
    Atomics.store(words, CONTROL.toldWritten, (written + LENGTH_BYTES + bytes.length) | 0)
    mirror?.push(CONTROL.toldWritten * 4, 4)
  }

  /** The producer's side: what was left since the last time. */
  take(): readonly string[] {
    const { words, mirror } = this.#region
    mirror?.pull(CONTROL.toldWritten * 4, 4)
    const written = Atomics.load(words, CONTROL.toldWritten)
    let read = Atomics.load(words, CONTROL.toldRead)
    if (read === written) return []
    mirror?.pull(TOLD_AT, TOLD_BYTES)
    const texts: string[] = []
    while (read !== written) {
      const left = (written - read) | 0
      const length = this.#get(read, LENGTH_BYTES).readUInt32LE()
      // nothing that a healthy writer leaves: whatever it is, it is over
      if (left < LENGTH_BYTES || left > TOLD_BYTES || length > left - LENGTH_BYTES) break
      texts.push(this.#get(read + LENGTH_BYTES, length).toString())
      read = (read + LENGTH_BYTES + length) | 0
    }
    Atomics.store(words, CONTROL.toldRead, written)
    mirror?.push(CONTROL.toldRead * 4, 4)
    return texts
  }

  /** Texts that found no room. */
  get lost(): number {
    this.#region.mirror?.pull(CONTROL.toldLost * 4, 4)
    return Atomics.load(this.#region.words, CONTROL.toldLost)
  }

  #put(at: number, bytes: Buffer): void {
    for (let i = 0; i < bytes.length; i++) this.#region.bytes[TOLD_AT + ((at + i) & (TOLD_BYTES - 1))] = bytes[i] as number
  }

  #get(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; i++) bytes[i] = this.#region.bytes[TOLD_AT + ((at + i) & (TOLD_BYTES - 1))] as number
    return bytes
  }
}
