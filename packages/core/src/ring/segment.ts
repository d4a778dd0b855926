import type { FrameCheck } from './check-word.js'

/** Numbers the segments of all rings of this thread, so that a definition's home is told by one number. */
let lastSerial = 0

/** A piece of the ring: fixed memory, used again and again, each time with a new serial number and base position. */
export class Segment {
  readonly bytes: Buffer
  readonly words: Int32Array
  readonly doubles: Float64Array
  /** Full-width position of the first byte. */
  base = 0
  /** Unique for each use. */
  serial = 0
  /** Published bytes. */
  used = 0
  /** Published event frames. */
  events = 0
  /** Event frames of the ring before this segment. */
  eventsBefore = 0
  /** Numbers given to the definitions in this segment; 0 means "not defined". */
  loggers = 0
  contexts = 0
  messages = 0

  /** Published bytes that have been written to a file, where there is one to be written. */
  sent = 0
  /** Where it begins in the memory that it is a part of. */
  readonly start: number
  readonly check: FrameCheck

  constructor(memory: ArrayBufferLike, byteOffset: number, length: number, check: FrameCheck) {
    this.check = check
    this.start = byteOffset
    this.bytes = Buffer.from(memory, byteOffset, length)
    this.words = new Int32Array(memory, byteOffset, length >> 2)
    this.doubles = new Float64Array(memory, byteOffset, length >> 3)
  }

  /** Makes it the ring's newest segment; what it held is gone. */
  begin(base: number, eventsBefore: number): void {
    this.base = base
    this.eventsBefore = eventsBefore
    this.serial = ++lastSerial
    this.used = 0
    this.sent = 0
    this.events = 0
    this.loggers = 0
    this.contexts = 0
    this.messages = 0
  }

  /** Bytes of its memory. */
  get capacity(): number {
    return this.bytes.length
  }

  get end(): number {
    return this.base + this.used
  }
}
