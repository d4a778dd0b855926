import type { EventTexts } from '../ring/producer.js'
import type { Segment } from '../ring/segment.js'
import type { LaneStatus } from './lane-status.js'
import type { UnreachableLane } from './unreachable-lane.js'
import type { FlushOptions, Writer, WriterInspection } from './writer.js'

/** A writer that lacks some of the lanes: it counts for them what they do not get. */
export class PartialWriter implements Writer {
  readonly outlivesProcess: boolean
  readonly isRecoverable: boolean
  readonly #writer: Writer
  readonly #unreachable: readonly UnreachableLane[]
  readonly #order: readonly string[]

  /** @param order names of all lanes, in the order in which reports show them */
  constructor(writer: Writer, unreachable: readonly UnreachableLane[], order: readonly string[]) {
    this.#writer = writer
    this.#unreachable = unreachable
    this.#order = order
    this.outlivesProcess = writer.outlivesProcess
    this.isRecoverable = writer.isRecoverable
  }

  get statuses(): readonly LaneStatus[] {
    const all = [...this.#writer.statuses, ...this.#unreachable.map(({ status }) => status)]
    const placeOf = ({ name }: LaneStatus): number => (this.#order.includes(name) ? this.#order.indexOf(name) : all.length)
    return all.toSorted((one, other) => placeOf(one) - placeOf(other))
  }

  get inspection(): WriterInspection {
    return this.#writer.inspection
  }

  get wantsReopen(): boolean {
    return this.#writer.wantsReopen
  }

  get isDelivering(): boolean {
    return this.#writer.isDelivering
  }

  admit(level: number): boolean {
    return this.#writer.admit(level)
  }

  hasRoom(level: number): boolean {
    return this.#writer.hasRoom(level)
  }

  committed(level: number, texts: EventTexts | undefined): void {
    this.#writer.committed(level, texts)
  }

  release(oldest: Segment): number {
    for (const lane of this.#unreachable) lane.count()
    return this.#writer.release(oldest)
  }

  flush(options: FlushOptions): Promise<boolean> {
    return this.#writer.flush(options)
  }

  close(options: FlushOptions): Promise<boolean> {
    // afterwards the ring may be somebody else's
    for (const lane of this.#unreachable) lane.close()
    return this.#writer.close(options)
  }

  lastDrain(...how: Parameters<Writer['lastDrain']>): void {
    this.#writer.lastDrain(...how)
  }

  reopen(): void {
    this.#writer.reopen()
  }
}
