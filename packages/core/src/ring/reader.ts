import { checkWord, UNCHECKED } from './check-word.js'
import { LineHead } from './event-line.js'
import { DOUBLE, FLAG_ASCII, FLAG_REPLACES_BOUND, FRAME_HEADER_BYTES, KIND, type LossNotice, WORD } from './layout.js'
import { readLoss } from './read-loss.js'
import { RenderedRecord } from './record.js'
import { Segment } from './segment.js'
import { SequenceWatch } from './sequence-watch.js'
import { readLatin1, readUtf8 } from './text.js'

/** What the reader found at a position. */
export type FrameKind = 'event' | 'loss' | 'definition' | 'corrupt'

interface LoggerText {
  readonly name: string
  readonly bound: string
}

const UNKNOWN_LOGGER: LoggerText = { name: '"?"', bound: '' }
const UNKNOWN_MESSAGE = '""'
const UNKNOWN_CONTEXT = '{}'
const NO_LOSS: LossNotice = { from: 0, to: 0, reason: 'queue_full', levels: {} }
const NO_SEGMENT = new Segment(new ArrayBuffer(0), 0, 0, UNCHECKED)
const BYTES_PER_UNIT = 3

/**
 * Reads frames of one segment after the other. Definitions are taken in as they pass, so a reader that enters a segment in its middle
 * first reads it from its beginning. The fields describe the frame that `read` came to.
 */
export class FrameReader {
  /** What its lines have in common. */
  readonly head: LineHead
  /** What the sequence numbers of frames say that others may have damaged. */
  readonly sequence: SequenceWatch = new SequenceWatch()
  segment: Segment = NO_SEGMENT
  /** Of the frame in its segment. */
  offset = 0
  /** Bytes of the frame. */
  length = 0
  level = 0
  seq = 0
  time = 0
  #serial = 0
  /** Offset up to which this segment's definitions are known. */
  #known = 0
  #isAscii = false
  #corruptUntil = -1
  #loss = NO_LOSS
  readonly #loggers: LoggerText[] = []
  readonly #contexts: string[] = []
  readonly #messages: string[] = []

  constructor(origin: string) {
    this.head = new LineHead(origin)
  }

  /** Looks at the frame at an offset of a segment. A frame that fails its checks hides the rest of its segment: `corrupt`. */
  read(segment: Segment, offset: number): FrameKind {
    if (segment !== this.segment || segment.serial !== this.#serial) this.#enter(segment)
    while (this.#known < offset) {
      this.#look(segment, this.#known)
      this.#known += this.length
    }
    const kind = this.#look(segment, offset)
    if (this.#known === offset) this.#known += this.length
    return kind
  }

  /** The canonical line of the event that `read` came to, as a record. */
  record(): RenderedRecord {
    const errorEnd = this.#errorEnd()
    const extraEnd = this.#extraEnd()
    const error = errorEnd === extraEnd ? '' : `,"error":${this.#text(extraEnd, errorEnd)}`
    const json = this.head.start(this.level, this.time, this.seq) + this.middle() + this.extra() + error + this.head.end(this.seq)
    return new RenderedRecord(this.level, this.time, json)
  }

  // ---- the parts of the line, for whoever builds it in another way

  /** From the logger's name to the end of the context. */
  middle(): string {
    const message = this.#word(WORD.message)
    const head = this.#text(this.offset + FRAME_HEADER_BYTES, this.#headEnd())
    const text = message === 0 ? head : (this.#messages[message] ?? UNKNOWN_MESSAGE) + head
    return `${this.#logger().name},"message":${text},"context":${this.#context()}`
  }

  /** The member `extra` with its comma, or ''. */
  extra(): string {
    const { bound } = this
    const start = this.#headEnd()
    const end = this.#extraEnd()
    if (start === end) return bound === '' ? '' : `,"extra":${bound}`
    const own = this.#text(start, end)
    if (bound === '') return `,"extra":${own}`
    return own === '{}' ? `,"extra":${bound}` : `,"extra":${bound.slice(0, -1)},${own.slice(1)}`
  }

  /** Bound fields that the event carries besides its own, or ''. */
  get bound(): string {
    return (this.#word(WORD.kind) & FLAG_REPLACES_BOUND) === 0 ? this.#logger().bound : ''
  }

  /** Bytes that the definitions of this event take in its line, at most. */
  definedBytes(): number {
    const { name, bound } = this.#logger()
    const message = this.#messages[this.#word(WORD.message)] ?? UNKNOWN_MESSAGE
    return BYTES_PER_UNIT * (name.length + bound.length + message.length + this.#context().length)
  }

  /** Bytes of all texts of the event that `read` came to. */
  texts(): Buffer {
    return this.segment.bytes.subarray(this.offset + FRAME_HEADER_BYTES, this.#errorEnd())
  }

  get isAscii(): boolean {
    return this.#isAscii
  }

  /**
   * Goes on behind what could not be read.
   *
   * @param forgets what was defined before it does not count behind it
   */
  goOnAt(offset: number, forgets: boolean): void {
    this.#corruptUntil = -1
    this.#known = offset
    if (forgets) this.#forget()
  }

  /** The notice of the LOSS frame that `read` came to. */
  loss(): LossNotice {
    return this.#loss
  }

  #enter(segment: Segment): void {
    this.segment = segment
    this.#serial = segment.serial
    this.#known = 0
    this.#corruptUntil = -1
    this.#forget()
  }

  #forget(): void {
    this.#loggers.length = 1
    this.#contexts.length = 1
    this.#messages.length = 1
  }

  #look(segment: Segment, offset: number): FrameKind {
    const { words, doubles } = segment
    const length = words[(offset >> 2) + WORD.length] as number
    this.offset = offset
    if (offset < this.#corruptUntil || !isWhole(segment, offset, length, segment.used)) return this.#hideFrom(offset)
    const kind = words[(offset >> 2) + WORD.kind] as number
    this.length = length
    this.level = (kind >>> 8) & 0xff
    this.#isAscii = (kind & FLAG_ASCII) !== 0
    this.seq = doubles[(offset >> 3) + DOUBLE.seq] as number
    this.time = doubles[(offset >> 3) + DOUBLE.time] as number
    if ((kind & 0xff) === KIND.event) return segment.check.covers === 'none' || this.#isSound() ? 'event' : this.#hideFrom(offset)
    if ((kind & 0xff) === KIND.loss) return this.#readLoss() ? 'loss' : this.#hideFrom(offset)
    if (offset >= this.#known) this.#define(kind & 0xff)
    return 'definition'
  }

  #hideFrom(offset: number): 'corrupt' {
    const { base, check, used } = this.segment
    if (check.covers !== 'none') this.sequence.pass(this.segment, base + offset)
    this.#corruptUntil = used
    this.offset = offset
    this.length = used - offset
    return 'corrupt'
  }

  /** An event of a memory that others reach: its numbers make sense, and what it refers to was not lost with a frame before it. */
  #isSound(): boolean {
    const { seq, time } = this
    if (!Number.isFinite(time) || !Number.isSafeInteger(seq) || seq <= 0) return false
    const message = this.#word(WORD.message)
    const isDefined =
      this.#loggers[this.#word(WORD.logger)] !== undefined &&
      this.#contexts[this.#word(WORD.context)] !== undefined &&
      (message === 0 || this.#messages[message] !== undefined)
    if (isDefined) this.#follow(seq, seq)
    return isDefined
  }

  #readLoss(): boolean {
    const loss = readLoss(this.#text(this.offset + FRAME_HEADER_BYTES, this.#headEnd()))
    this.#loss = loss ?? NO_LOSS
    if (loss !== undefined && this.segment.check.covers !== 'none') this.#follow(loss.from, loss.to)
    return loss !== undefined
  }

  #follow(from: number, to: number): void {
    this.sequence.see(this.segment, this.segment.base + this.offset, from, to)
  }

  #define(kind: number): void {
    const headEnd = this.#headEnd()
    const head = this.#text(this.offset + FRAME_HEADER_BYTES, headEnd)
    if (kind === KIND.context) this.#contexts[this.seq] = head
    else if (kind === KIND.message) this.#messages[this.seq] = head
    else if (kind === KIND.logger) this.#loggers[this.seq] = { name: head, bound: this.#text(headEnd, this.#extraEnd()) }
  }

  #logger(): LoggerText {
    return this.#loggers[this.#word(WORD.logger)] ?? UNKNOWN_LOGGER
  }

  #context(): string {
    return this.#contexts[this.#word(WORD.context)] ?? UNKNOWN_CONTEXT
  }

  #headEnd(): number {
    return this.offset + FRAME_HEADER_BYTES + this.#word(WORD.headBytes)
  }

  #extraEnd(): number {
    return this.#headEnd() + this.#word(WORD.extraBytes)
  }

  #errorEnd(): number {
    return this.#extraEnd() + this.#word(WORD.errorBytes)
  }

  #word(index: number): number {
    return this.segment.words[(this.offset >> 2) + index] as number
  }

  #text(start: number, end: number): string {
    if (start === end) return ''
    const { bytes } = this.segment
    return this.#isAscii ? readLatin1(bytes, start, end) : readUtf8(bytes, start, end)
  }
}

/** Whether a frame stands there, as far as that can be told: its length, its position, its parts and its check word. */
export function isWhole(segment: Segment, offset: number, length: number, limit: number): boolean {
  if (length < FRAME_HEADER_BYTES || (length & 7) !== 0 || offset + length > limit) return false
  const { words, doubles, check } = segment
  if (doubles[(offset >> 3) + DOUBLE.position] !== segment.base + offset) return false
  if (check.covers === 'none') return true
  const word = offset >> 2
  if (words[word + WORD.check] !== checkWord(words, offset, check)) return false
  const head = words[word + WORD.headBytes] as number
  const extra = words[word + WORD.extraBytes] as number
  const error = words[word + WORD.errorBytes] as number
  return head >= 0 && extra >= 0 && error >= 0 && FRAME_HEADER_BYTES + head + extra + error <= length
}
