import { checkWord } from './check-word.js'
import { LineHead } from './event-line.js'
import { DOUBLE, FLAG_ASCII, FLAG_REPLACES_BOUND, FRAME_HEADER_BYTES, KIND, type LossNotice, WORD } from './layout.js'
import { RenderedRecord } from './record.js'
import type { Segment } from './segment.js'
import { readLatin1, readUtf8 } from './text.js'

/** What the reader found at a position. */
export type FrameKind = 'event' | 'loss' | 'definition' | 'corrupt'

/**
 * Reads frames of one segment after the other and builds canonical lines. Definitions are taken in as they pass, so a reader that
 * enters a segment in its middle first reads it from its beginning. The fields describe the frame that `read` came to.
 */
export class FrameReader {
  readonly #head: LineHead
  #segment: Segment | undefined
  #serial = 0
  /** Offset up to which this segment's definitions are known. */
  #known = 0
  readonly #loggers: LoggerText[] = []
  readonly #contexts: string[] = []
  readonly #messages: string[] = []
  #offset = 0
  #isAscii = false
  #corruptUntil = -1
  level = 0
  seq = 0
  time = 0
  /** Bytes of the frame. */
  length = 0

  constructor(origin: string) {
    this.#head = new LineHead(origin)
  }

  /** Looks at the frame at an offset of a segment. A frame that fails its checks hides the rest of its segment: `corrupt`. */
  read(segment: Segment, offset: number): FrameKind {
    if (segment !== this.#segment || segment.serial !== this.#serial) this.#enter(segment)
    while (this.#known < offset) {
      this.#look(segment, this.#known)
      this.#known += this.length
    }
    const kind = this.#look(segment, offset)
    if (this.#known === offset) this.#known += this.length
    return kind
  }

  /** The record of the event that `read` came to. */
  record(): RenderedRecord {
    const segment = this.#segment as Segment
    const { words } = segment
    const word = this.#offset >> 2
    const flags = words[word + WORD.kind] as number
    const messageRef = words[word + WORD.message] as number
    const headEnd = this.#offset + FRAME_HEADER_BYTES + (words[word + WORD.headBytes] as number)
    const extraEnd = headEnd + (words[word + WORD.extraBytes] as number)
    const errorEnd = extraEnd + (words[word + WORD.errorBytes] as number)
    const logger = this.#loggers[words[word + WORD.logger] as number] ?? UNKNOWN_LOGGER
    const context = this.#contexts[words[word + WORD.context] as number] ?? '{}'
    const head = this.#text(this.#offset + FRAME_HEADER_BYTES, headEnd)
    const message = messageRef === 0 ? head : (this.#messages[messageRef] ?? '""') + head
    const extra = this.#extra(headEnd, extraEnd, (flags & FLAG_REPLACES_BOUND) === 0 ? logger.bound : '')
    const error = errorEnd === extraEnd ? '' : `,"error":${this.#text(extraEnd, errorEnd)}`
    const json = `${this.#head.start(this.level, this.time, this.seq)}${logger.name},"message":${message},"context":${context}${extra}${error}${this.#head.end(this.seq)}`
    return new RenderedRecord(this.level, this.time, json)
  }

  /** The notice of the LOSS frame that `read` came to. */
  loss(): LossNotice {
    const words = (this.#segment as Segment).words
    const start = this.#offset + FRAME_HEADER_BYTES
    return JSON.parse(this.#text(start, start + (words[(this.#offset >> 2) + WORD.headBytes] as number))) as LossNotice
  }

  #enter(segment: Segment): void {
    this.#segment = segment
    this.#serial = segment.serial
    this.#known = 0
    this.#corruptUntil = -1
    this.#loggers.length = 1
    this.#contexts.length = 1
    this.#messages.length = 1
  }

  #look(segment: Segment, offset: number): FrameKind {
    const { words, doubles } = segment
    const word = offset >> 2
    const length = words[word + WORD.length] as number
    this.#offset = offset
    if (offset < this.#corruptUntil || !isWhole(segment, offset, length)) {
      this.#corruptUntil = segment.used
      this.length = segment.used - offset
      return 'corrupt'
    }
    const kind = words[word + WORD.kind] as number
    this.length = length
    this.level = (kind >>> 8) & 0xff
    this.#isAscii = (kind & FLAG_ASCII) !== 0
    this.seq = doubles[(offset >> 3) + DOUBLE.seq] as number
    this.time = doubles[(offset >> 3) + DOUBLE.time] as number
    if ((kind & 0xff) === KIND.event) return 'event'
    if ((kind & 0xff) === KIND.loss) return 'loss'
    if (offset >= this.#known) this.#define(kind & 0xff, words, word)
    return 'definition'
  }

  #define(kind: number, words: Int32Array, word: number): void {
    const start = this.#offset + FRAME_HEADER_BYTES
    const headEnd = start + (words[word + WORD.headBytes] as number)
    const head = this.#text(start, headEnd)
    if (kind === KIND.context) this.#contexts[this.seq] = head
    else if (kind === KIND.message) this.#messages[this.seq] = head
    else if (kind === KIND.logger)
      this.#loggers[this.seq] = { name: head, bound: this.#text(headEnd, headEnd + (words[word + WORD.extraBytes] as number)) }
  }

  #extra(start: number, end: number, bound: string): string {
    if (start === end) return bound === '' ? '' : `,"extra":${bound}`
    const own = this.#text(start, end)
    if (bound === '') return `,"extra":${own}`
    return own === '{}' ? `,"extra":${bound}` : `,"extra":${bound.slice(0, -1)},${own.slice(1)}`
  }

  #text(start: number, end: number): string {
    if (start === end) return ''
    const { bytes } = this.#segment as Segment
    return this.#isAscii ? readLatin1(bytes, start, end) : readUtf8(bytes, start, end)
  }
}

interface LoggerText {
  readonly name: string
  readonly bound: string
}

const UNKNOWN_LOGGER: LoggerText = { name: '"?"', bound: '' }

function isWhole(segment: Segment, offset: number, length: number): boolean {
  if (length < FRAME_HEADER_BYTES || (length & 7) !== 0 || offset + length > segment.used) return false
  if (segment.doubles[(offset >> 3) + DOUBLE.position] !== segment.base + offset) return false
  return segment.words[(offset >> 2) + WORD.check] === checkWord(segment.words, offset)
}
