import type { LineBlock } from '@holdfast/api'
import { LineHead } from './event-line.js'
import { FLAG_REPLACES_BOUND, FRAME_HEADER_BYTES, WORD } from './layout.js'
import type { FrameReader } from './reader.js'
import { writeUtf8 } from './text.js'

/**
 * ```
 *  0        512      1024                    HEADER_BYTES
 *  | head   | tail   | name, message, context | line\nline\nline\n ···············|
 *    of this  of every of the last event        start        end          capacity
 *    ms and   line     (`middle`)
 *    level
 * ```
 */
const TAIL_AT = 512
const MIDDLE_AT = 1024
const HEADER_BYTES: number = 16 << 10
/** The best size of a write: larger blocks fall out of the processor's cache. */
const BLOCK_BYTES: number = 64 << 10
const MAX_LINES = 1024
/** Up to here a loop is quicker than a call. */
const SHORT_COPY_BYTES = 256
const IS_LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
/** Room for everything of a line but its texts. */
const LINE_OVERHEAD_BYTES = 1024

const EXTRA = [...Buffer.from(',"extra":')]
const ERROR = [...Buffer.from(',"error":')]
const HEX = Buffer.from('0123456789abcdef')
const QUOTE_TO_SEQ = 28
const LINE_FEED = 10
const COLON = 58
const ZERO = 48
const NINE = 57

/**
 * Builds canonical lines as bytes out of frames, without a string or an object per event: parts that repeat are kept beside the lines
 * in the same memory and copied by `copyWithin`, the texts come straight from the ring. Half the cost of building strings and
 * encoding them again (`npm run bench -- tick`).
 */
export class LineArena implements LineBlock {
  bytes: Buffer = Buffer.allocUnsafeSlow(HEADER_BYTES + BLOCK_BYTES)
  readonly start: number = HEADER_BYTES
  end: number = HEADER_BYTES
  count = 0
  readonly ends: Uint32Array = new Uint32Array(MAX_LINES)
  lastTime = 0
  highestLevel = 0
  #view: DataView = viewOf(this.bytes)
  /** Whose lines the head and the tail were made for. */
  #head: LineHead | undefined
  #tailBytes = 0
  #tailSeq = Number.NaN
  #headBytes = 0
  #headMs = Number.NaN
  #headLevel = 0
  #middleBytes = 0
  #middleSegment = 0
  #middleLogger = 0
  #middleContext = 0
  #middleMessage = 0
  /** It ends with the logger's bound fields. */
  #middleHasBound = false
  /** It was made for an event whose own fields replace the bound ones. */
  #middleReplaces = 0
  #isLarge = false

  /** Empties the block. */
  reset(): void {
    this.end = this.start
    this.count = 0
    this.highestLevel = 0
    if (!this.#isLarge) return
    // one line was larger than the block: its memory is not kept
    this.#isLarge = false
    this.#use(HEADER_BYTES + BLOCK_BYTES)
  }

  /** Adds the event that the reader came to; false when the block has no room for it. The first always fits. */
  add(reader: FrameReader): boolean {
    if (reader.head !== this.#head) this.#changeOrigin(reader.head)
    const repeats = this.#repeats(reader)
    const worst = this.end + reader.length + LINE_OVERHEAD_BYTES + (repeats ? this.#middleBytes : reader.definedBytes())
    if (worst > this.bytes.length || this.count === MAX_LINES) {
      if (this.count > 0) return false
      this.#enlarge(worst)
    }
    let at = this.#writeHead(reader, this.end)
    at = repeats ? this.#copyMiddle(at) : this.#writeMiddle(reader, at)
    at = this.#writeTexts(reader, at, repeats ? '' : reader.bound)
    at = this.#writeTail(reader, at)
    this.#close(at, reader.level, reader.time)
    return true
  }

  /** Makes the block hold this one line. */
  setLine(json: string, level: number, time: number): void {
    this.reset()
    const worst = this.start + Buffer.byteLength(json) + 1
    if (worst > this.bytes.length) this.#enlarge(worst)
    const at = this.start + writeUtf8(this.bytes, json, this.start)
    this.bytes[at] = LINE_FEED
    this.#close(at + 1, level, time)
  }

  #changeOrigin(head: LineHead): void {
    this.#head = head
    this.#headMs = Number.NaN
    this.#tailSeq = Number.NaN
  }

  #close(at: number, level: number, time: number): void {
    this.ends[this.count++] = at
    this.end = at
    this.lastTime = time
    if (level > this.highestLevel) this.highestLevel = level
  }

  /** From `{` to the value of `level_value`: copied, and the digits of this event put in. */
  #writeHead(reader: FrameReader, at: number): number {
    const { bytes } = this
    const { time, seq, level } = reader
    const ms = Math.floor(time)
    if (ms !== this.#headMs || level !== this.#headLevel) {
      this.#headMs = ms
      this.#headLevel = level
      this.#headBytes = bytes.write(reader.head.start(level, ms, 0), 0, 'latin1')
    }
    bytes.copyWithin(at, 0, this.#headBytes)
    const low = seq >>> 0
    const digits = at + LineHead.ID_AT + QUOTE_TO_SEQ
    for (let i = 0; i < 8; i++) bytes[digits + i] = HEX[(low >>> (28 - 4 * i)) & 15] as number
    const micros = Math.min(999, ((time - ms) * 1000 + 0.5) | 0)
    const micro = at + LineHead.MICROS_AT
    bytes[micro] = ZERO + ((micros / 100) | 0)
    bytes[micro + 1] = ZERO + (((micros / 10) | 0) % 10)
    bytes[micro + 2] = ZERO + (micros % 10)
    return at + this.#headBytes
  }

  /** Whether logger, message and context are those of the event before it, as they are more often than not. */
  #repeats(reader: FrameReader): boolean {
    const { words, serial } = reader.segment
    const word = reader.offset >> 2
    return (
      this.#middleSegment === serial &&
      words[word + WORD.message] === this.#middleMessage &&
      words[word + WORD.context] === this.#middleContext &&
      words[word + WORD.logger] === this.#middleLogger &&
      words[word + WORD.headBytes] === 0 &&
      ((words[word + WORD.kind] as number) & FLAG_REPLACES_BOUND) === this.#middleReplaces &&
      (!this.#middleHasBound || words[word + WORD.extraBytes] === 0)
    )
  }

  #copyMiddle(at: number): number {
    this.bytes.copyWithin(at, MIDDLE_AT, MIDDLE_AT + this.#middleBytes)
    return at + this.#middleBytes
  }

  /** Logger, message and context; kept for the next event when that can only be the same by having the same numbers. */
  #writeMiddle(reader: FrameReader, at: number): number {
    const { words, serial } = reader.segment
    const word = reader.offset >> 2
    const message = words[word + WORD.message] as number
    // bound fields without any of the call stand there for every event of the logger
    const hasBound = reader.bound !== '' && words[word + WORD.extraBytes] === 0
    const written = writeUtf8(this.bytes, hasBound ? reader.middle() + reader.extra() : reader.middle(), at)
    const canRepeat = message !== 0 && words[word + WORD.headBytes] === 0 && (hasBound || reader.bound === '')
    if (canRepeat && written <= HEADER_BYTES - MIDDLE_AT) {
      this.bytes.copyWithin(MIDDLE_AT, at, at + written)
      this.#middleBytes = written
      this.#middleSegment = serial
      this.#middleLogger = words[word + WORD.logger] as number
      this.#middleContext = words[word + WORD.context] as number
      this.#middleMessage = message
      this.#middleHasBound = hasBound
      this.#middleReplaces = (words[word + WORD.kind] as number) & FLAG_REPLACES_BOUND
    }
    return at + written
  }

  #writeTexts(reader: FrameReader, at: number, bound: string): number {
    const { words } = reader.segment
    const word = reader.offset >> 2
    const extraAt = reader.offset + FRAME_HEADER_BYTES + (words[word + WORD.headBytes] as number)
    const extraBytes = words[word + WORD.extraBytes] as number
    const errorBytes = words[word + WORD.errorBytes] as number
    let end = at
    if (extraBytes > 0 && bound !== '') end += writeUtf8(this.bytes, reader.extra(), end)
    else if (extraBytes > 0) end = this.#copy(reader, extraAt, extraBytes, this.#literal(EXTRA, end))
    if (errorBytes > 0) end = this.#copy(reader, extraAt + extraBytes, errorBytes, this.#literal(ERROR, end))
    return end
  }

  /** From `,"origin"` to the line feed. Sequence numbers follow each other: the last one is counted up in place. */
  #writeTail({ seq, head }: FrameReader, at: number): number {
    const { bytes } = this
    if (seq !== this.#tailSeq + 1 || !this.#countUp()) this.#tailBytes = bytes.write(`${head.end(seq)}\n`, TAIL_AT, 'latin1')
    this.#tailSeq = seq
    bytes.copyWithin(at, TAIL_AT, TAIL_AT + this.#tailBytes)
    return at + this.#tailBytes
  }

  /** Adds one to the digits before `}\n`; false when it would take one more digit. */
  #countUp(): boolean {
    const { bytes } = this
    for (let at = TAIL_AT + this.#tailBytes - 3; bytes[at] !== COLON; at--) {
      if (bytes[at] !== NINE) {
        bytes[at] = (bytes[at] as number) + 1
        return true
      }
      bytes[at] = ZERO
    }
    return false
  }

  #literal(text: readonly number[], at: number): number {
    for (let i = 0; i < text.length; i++) this.bytes[at + i] = text[i] as number
    return at + text.length
  }

  /** Short texts in words, which may overrun by three bytes: what follows is written later. */
  #copy(reader: FrameReader, from: number, length: number, at: number): number {
    const { bytes, words } = reader.segment
    if (length > SHORT_COPY_BYTES) bytes.copy(this.bytes, at, from, from + length)
    else if ((from & 3) === 0) {
      const first = from >> 2
      const count = (length + 3) >> 2
      for (let i = 0; i < count; i++) this.#view.setInt32(at + 4 * i, words[first + i] as number, IS_LITTLE_ENDIAN)
    } else for (let i = 0; i < length; i++) this.bytes[at + i] = bytes[from + i] as number
    return at + length
  }

  #enlarge(bytes: number): void {
    this.#use(bytes)
    this.#isLarge = true
  }

  /** Changes over to memory of another size. What is kept beside the lines comes along. */
  #use(size: number): void {
    const bytes = Buffer.allocUnsafeSlow(size)
    this.bytes.copy(bytes, 0, 0, HEADER_BYTES)
    this.bytes = bytes
    this.#view = viewOf(bytes)
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
