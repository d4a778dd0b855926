import type { Clock } from '../clock.js'
import type { Cursor } from '../lane/cursor.js'
import type { Lane } from '../lane/lane.js'
import { newOrigin } from '../ring/origin.js'
import { Producer } from '../ring/producer.js'
import { FrameReader } from '../ring/reader.js'
import { Ring } from '../ring/ring.js'
import { giveUp } from '../writer/collect.js'

const SEGMENT_BYTES: number = 64 << 10

/** What the writer itself has to say, as events with an origin of their own: a small ring in its own memory. */
export class OwnEvents {
  readonly #clock: Clock
  readonly #ring: Ring
  readonly #producer: Producer
  readonly #lanes: readonly Lane[]
  readonly #cursors: readonly Cursor[]
  readonly #context: string
  #seq = 0

  constructor(clock: Clock, context: string, lanes: readonly Lane[]) {
    this.#clock = clock
    this.#context = context
    this.#ring = new Ring({ maxBytes: 4 * SEGMENT_BYTES, segmentBytes: SEGMENT_BYTES }, (oldest) => {
      for (const cursor of this.#cursors) if (cursor.position < oldest.end) giveUp(cursor, oldest.end, 'overflow')
      return oldest.end
    })
    this.#producer = new Producer(this.#ring)
    const origin = newOrigin()
    const source = { origin, ring: this.#ring, reader: new FrameReader(origin) }
    this.#lanes = lanes
    this.#cursors = lanes.map((lane) => lane.follow(source))
  }

  log(level: number, message: string, extra: Readonly<Record<string, unknown>>): void {
    this.#producer.event(level, this.#clock.now(), ++this.#seq, {
      logger: { name: '"holdfast"', bound: '', segment: 0, ref: 0 },
      context: { json: this.#context, segment: 0, ref: 0 },
      message: { json: JSON.stringify(message), segment: 0, ref: 0 },
      head: '',
      extra: JSON.stringify(extra),
      error: '',
      replacesBound: false,
    })
  }

  /** Lets the lanes have all of it. False when there is nothing new. */
  refresh(): boolean {
    let hasNew = false
    for (const cursor of this.#cursors) {
      hasNew ||= cursor.end < this.#ring.position
      cursor.end = this.#ring.position
    }
    return hasNew
  }

  /** Every lane that is up has it. */
  get isSettled(): boolean {
    return this.#lanes.every((lane, index) => {
      if (lane.isClosed || lane.health.state === 'down') return true
      return (this.#cursors[index] as Cursor).position >= this.#ring.position && lane.held.events === 0
    })
  }
}
