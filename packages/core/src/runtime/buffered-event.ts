import type { LogResult } from '@holdfast/api'
import type { BoundContext } from '../context/bound-context.js'
import type { Sink } from '../pipeline/pipeline.js'
import type { EventTexts } from '../ring/producer.js'

/** An event that was logged before `init`: encoded, scrubbed, waiting for a runtime. */
export interface BufferedEvent {
  readonly level: number
  readonly time: number
  readonly logger: string
  readonly texts: EventTexts
  readonly context: BoundContext | undefined
}

/** Everything that was logged before `init`. */
export interface BufferedEvents {
  readonly events: readonly BufferedEvent[]
  /** Those that had no room. */
  readonly dropped: number
}

/** Bounds of what is kept before `init`. */
export const BUFFER_MAX_EVENTS = 1000
export const BUFFER_MAX_BYTES: number = 1 << 20

/** Keeps the first events of a process until a runtime takes them; what comes when it is full is counted. */
export class EventBuffer implements Sink {
  readonly #onFirst: () => void
  #events: BufferedEvent[] = []
  #bytes = 0
  dropped = 0

  /** @param onFirst called with the first event */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst
  }

  get events(): readonly BufferedEvent[] {
    return this.#events
  }

  append(level: number, time: number, texts: EventTexts, context: BoundContext | undefined, logger: string): LogResult {
    const bytes = texts.message.json.length + texts.head.length + texts.extra.length + texts.error.length + logger.length
    if (this.#events.length >= BUFFER_MAX_EVENTS || this.#bytes + bytes > BUFFER_MAX_BYTES) {
      this.dropped++
      return 'queue_full'
    }
    if (this.#events.length === 0 && this.dropped === 0) this.#onFirst()
    this.#bytes += bytes
    const { name, bound } = texts.logger
    const message = { json: texts.message.json, segment: 0, ref: 0 }
    this.#events.push({ level, time, logger, texts: { ...texts, message, logger: { name, bound, segment: 0, ref: 0 } }, context })
    return 'buffered'
  }

  /** Hands everything over; afterwards the buffer is empty. */
  take(): BufferedEvents {
    const taken = { events: this.#events, dropped: this.dropped }
    this.#events = []
    this.#bytes = 0
    this.dropped = 0
    return taken
  }
}
