import type { FieldSink } from './encode.js'

const INITIAL_BYTES = 16 * 1024
/** A buffer that one huge entry made larger than this is given back. */
const KEPT_BYTES = 1024 * 1024
const LENGTH_BYTES = 8
const UTF8_BYTES_PER_UNIT = 3
const NEWLINE = 10

/**
 * One entry in the journal's native form, https://systemd.io/JOURNAL_NATIVE_PROTOCOL, in a buffer that is used again.
 *
 * ```
 * PRIORITY=6\n                               a value without a line feed
 * MESSAGE\n <length, u64 LE> <bytes> \n      any value: nothing in it can be taken for a field
 * ```
 */
export class EntryBuffer implements FieldSink {
  bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  length = 0
  /** Fields that are not in the buffer yet: one long write is cheaper than many short ones. */
  #text = ''

  begin(): void {
    if (this.bytes.length > KEPT_BYTES) this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
    this.length = 0
    this.#text = ''
  }

  add(name: string, value: string): void {
    if (value.includes('\n')) this.#addBinary(name, value)
    else this.#text += `${name}=${value}\n`
  }

  end(): void {
    this.#write(this.#text)
    this.#text = ''
  }

  #addBinary(name: string, value: string): void {
    this.#write(`${this.#text}${name}\n`)
    this.#text = ''
    const start = this.length
    this.#makeRoom(LENGTH_BYTES)
    this.length = start + LENGTH_BYTES
    this.#write(value)
    this.bytes.writeBigUInt64LE(BigInt(this.length - start - LENGTH_BYTES), start)
    this.#makeRoom(1)
    this.bytes[this.length++] = NEWLINE
  }

  #write(text: string): void {
    const most = text.length * UTF8_BYTES_PER_UNIT
    if (most > this.bytes.length - this.length) this.#makeRoom(Buffer.byteLength(text))
    this.length += this.bytes.write(text, this.length, 'utf8')
  }

  #makeRoom(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}
