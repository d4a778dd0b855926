import type { Clock } from '../clock.js'
import type { QueueSettings } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import type { Lane } from '../lane/lane.js'
import type { FrameReader } from '../ring/reader.js'
import type { Ring } from '../ring/ring.js'
import { collect } from './collect.js'
import { Deadline } from './deadline.js'
import type { FlushOptions } from './writer.js'

export interface AsyncDeliveryParts {
  readonly ring: Ring
  readonly reader: FrameReader
  readonly queue: QueueSettings
  readonly clock: Clock
  readonly report: Report
  readonly lanes: readonly Lane[]
}

/** Serves lanes by promises, each at its own pace: one batch of each under way at a time. */
export class AsyncDelivery {
  readonly #parts: AsyncDeliveryParts
  readonly #waiting = new Set<() => void>()

  constructor(parts: AsyncDeliveryParts) {
    this.#parts = parts
  }

  /** Starts a lane unless it is under way, pausing or closed. */
  start(lane: Lane): void {
    if (lane.isWriting || lane.isClosed) return
    lane.isWriting = true
    // the loop reports every failure itself, so the promise has nothing left to say
    void this.#run(lane).finally(() => {
      lane.isWriting = false
      this.notify()
    })
  }

  /** Lets those who wait for a lane look again. */
  notify(): void {
    for (const look of this.#waiting) look()
  }

  async flush(options: FlushOptions, lanes: readonly Lane[]): Promise<boolean> {
    const { queue, clock, ring } = this.#parts
    const deadline = new Deadline(clock, options.timeoutMs ?? queue.stopTimeoutMs)
    const target = ring.position
    try {
      await Promise.all(lanes.map((lane) => this.#settle(lane, target, options.waitForDown === true, deadline)))
      await Promise.all(lanes.map((lane) => this.#call(lane, 'flush', deadline)))
      return deadline.isOver
    } finally {
      deadline.cancel()
    }
  }

  async closeAdapters(options: FlushOptions, lanes: readonly Lane[]): Promise<void> {
    const { queue, clock } = this.#parts
    const deadline = new Deadline(clock, options.timeoutMs ?? queue.stopTimeoutMs)
    try {
      await Promise.all(lanes.map((lane) => this.#call(lane, 'close', deadline)))
    } finally {
      deadline.cancel()
    }
  }

  async #run(lane: Lane): Promise<void> {
    const { ring, reader } = this.#parts
    while (!lane.isClosed && lane.health.isReady()) {
      if (lane.held.events === 0) collect(ring, reader, [lane], ring.position)
      if (!lane.prepare()) return
      if ((await this.#attempt(lane)) === 'paused') return
      this.notify()
    }
  }

  async #attempt(lane: Lane): Promise<'delivered' | 'again' | 'paused'> {
    const deadline = new Deadline(this.#parts.clock, lane.settings.timeoutMs)
    const controller = new AbortController()
    try {
      // a copy: an adapter whose time was up may still be reading it
      const writing = lane.adapter.write([...lane.held.pending()], controller.signal)
      await deadline.race(Promise.resolve(writing))
      return lane.isClosed ? 'paused' : lane.succeeded()
    } catch (error) {
      controller.abort(error)
      return lane.isClosed ? 'paused' : lane.failed(error)
    } finally {
      deadline.cancel()
    }
  }

  async #settle(lane: Lane, target: number, waitForDown: boolean, deadline: Deadline): Promise<void> {
    if (!lane.canWriteSync) this.start(lane)
    while (!isSettled(lane, target) && !deadline.isOver && (waitForDown || lane.health.state !== 'down')) {
      await deadline.race(this.#next()).catch(() => undefined)
    }
  }

  /** Resolves when some lane has come on, failed or been woken. */
  async #next(): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
    })
  }

  async #call(lane: Lane, operation: 'flush' | 'close', deadline: Deadline): Promise<void> {
    if (operation === 'flush' && lane.health.state === 'down') return
    try {
      await deadline.race(Promise.resolve(lane.adapter[operation]?.()))
    } catch (error) {
      this.#parts.report('adapter_error', { adapter: lane.name, operation, error: describeError(error), code: errorCode(error) })
    }
  }
}

function isSettled(lane: Lane, target: number): boolean {
  return lane.isClosed || (lane.position >= target && lane.held.length === 0)
}
