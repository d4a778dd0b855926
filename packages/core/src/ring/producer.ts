import { checkWord } from './check-word.js'
import { DOUBLE, FLAG_ASCII, FLAG_REPLACES_BOUND, FRAME_HEADER_BYTES, KIND, type LossNotice, WORD } from './layout.js'
import type { Ring } from './ring.js'
import type { Segment } from './segment.js'
import { writeUtf8 } from './text.js'

/** Something that is written once per segment and then referred to by number. */
export interface Definable {
  /** Serial of the segment that holds its latest definition, or its first sight. */
  segment: number
  /** Its number there; 0 while it is not defined. */
  ref: number
}

export interface LoggerDefinition extends Definable {
  /** Name as JSON text. */
  readonly name: string
  /** Bound fields as a JSON object, or ''. */
  readonly bound: string
}

export interface ContextDefinition extends Definable {
  /** The event's context as a JSON object. */
  readonly json: string
}

export interface MessageDefinition extends Definable {
  /** The message as JSON text. */
  readonly json: string
}

/** The texts of one event, on their way into a frame. */
export interface EventTexts {
  logger: LoggerDefinition
  context: ContextDefinition
  message: MessageDefinition
  /** Members that stand before the context: `,"trace_id":"…"`, or ''. */
  head: string
  /** JSON object or ''. */
  extra: string
  /** JSON object or ''. */
  error: string
  replacesBound: boolean
}

/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3

/** Writes frames: the only code that stores into the ring. */
export class Producer {
  readonly #ring: Ring

  constructor(ring: Ring) {
    this.#ring = ring
  }

  /** Appends one event. The texts must fit a frame, see `fitFrame`. */
  event(level: number, time: number, seq: number, texts: EventTexts): void {
    const { message } = texts
    const worst =
      FRAME_HEADER_BYTES +
      BYTES_PER_UNIT * (message.json.length + texts.head.length + texts.extra.length + texts.error.length) +
      16
    let segment = this.#ring.segmentFor(worst)
    if (texts.logger.segment !== segment.serial || texts.context.segment !== segment.serial) segment = this.#define(texts, worst)

    let head = texts.head
    let messageRef = 0
    if (message.segment === segment.serial) {
      if (message.ref === 0) segment = this.#defineMessage(message, segment, texts, worst)
      messageRef = message.ref
    } else {
      message.segment = segment.serial
      message.ref = 0
    }
    if (messageRef === 0) head = message.json + head
    const kind = KIND.event | (level << 8) | (texts.replacesBound ? FLAG_REPLACES_BOUND : 0)
    this.#write(segment, kind, seq, time, texts.logger.ref, texts.context.ref, messageRef, head, texts.extra, texts.error)
    this.#ring.publish(segment.words[(segment.used >> 2) + WORD.length] as number, true)
  }

  /** Explains a gap in the sequence. */
  loss(time: number, notice: LossNotice): void {
    const head = JSON.stringify(notice)
    this.#plain(this.#ring.segmentFor(FRAME_HEADER_BYTES + head.length + 8), KIND.loss, notice.from, time, head, '')
  }

  /** Makes sure that logger and context are defined in one segment that also has room for the event. */
  #define(texts: EventTexts, worst: number): Segment {
    const { logger, context } = texts
    const frames = worst + 2 * FRAME_HEADER_BYTES + 16
    const most = frames + BYTES_PER_UNIT * (logger.name.length + logger.bound.length + context.json.length)
    const segment = this.#ring.segmentFor(most <= this.#ring.segmentBytes ? most : frames + definedBytes(logger, context))
    if (logger.segment !== segment.serial) {
      logger.segment = segment.serial
      logger.ref = ++segment.loggers
      this.#plain(segment, KIND.logger, logger.ref, 0, logger.name, logger.bound)
    }
    if (context.segment !== segment.serial) {
      context.segment = segment.serial
      context.ref = ++segment.contexts
      this.#plain(segment, KIND.context, context.ref, 0, context.json, '')
    }
    return segment
  }

  /** A message seen for the second time in a segment gets a number there, if the event still fits behind its definition. */
  #defineMessage(message: MessageDefinition, segment: Segment, texts: EventTexts, worst: number): Segment {
    const room = worst + FRAME_HEADER_BYTES + BYTES_PER_UNIT * message.json.length + 8
    if (this.#ring.segmentFor(room) !== segment) return this.#define(texts, worst)
    message.ref = ++segment.messages
    this.#plain(segment, KIND.message, message.ref, 0, message.json, '')
    return segment
  }

  #plain(segment: Segment, kind: number, seq: number, time: number, head: string, extra: string): void {
    this.#write(segment, kind, seq, time, 0, 0, 0, head, extra, '')
    this.#ring.publish(segment.words[(segment.used >> 2) + WORD.length] as number, false)
  }

  // eleven plain arguments instead of an object: this runs once per event and allocates nothing
  #write(
    segment: Segment,
    kind: number,
    seq: number,
    time: number,
    logger: number,
    context: number,
    message: number,
    head: string,
    extra: string,
    error: string,
  ): void {
    const { bytes, words, doubles } = segment
    const offset = segment.used
    const word = offset >> 2
    const double = offset >> 3
    let at = offset + FRAME_HEADER_BYTES
    const headBytes = head.length === 0 ? 0 : writeUtf8(bytes, head, at)
    at += headBytes
    const extraBytes = extra.length === 0 ? 0 : writeUtf8(bytes, extra, at)
    at += extraBytes
    const errorBytes = error.length === 0 ? 0 : writeUtf8(bytes, error, at)
    at += errorBytes
    const isAscii = at - offset - FRAME_HEADER_BYTES === head.length + extra.length + error.length
    const end = (at + 7) & ~7
    while (at < end) bytes[at++] = 0
    words[word + WORD.length] = end - offset
    words[word + WORD.kind] = isAscii ? kind | FLAG_ASCII : kind
    doubles[double + DOUBLE.position] = segment.base + offset
    doubles[double + DOUBLE.seq] = seq
    doubles[double + DOUBLE.time] = time
    words[word + WORD.logger] = logger
    words[word + WORD.context] = context
    words[word + WORD.message] = message
    words[word + WORD.headBytes] = headBytes
    words[word + WORD.extraBytes] = extraBytes
    words[word + WORD.errorBytes] = errorBytes
    words[word + WORD.spare] = 0
    words[word + WORD.check] = segment.check.covers === 'none' ? 0 : checkWord(words, offset, segment.check)
  }
}

function definedBytes(logger: LoggerDefinition, context: ContextDefinition): number {
  return Buffer.byteLength(logger.name) + Buffer.byteLength(logger.bound) + Buffer.byteLength(context.json)
}
