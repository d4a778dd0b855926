import type { Clock } from '../clock.js'
import type { QueueSettings } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import { tellUpkeepFailure } from '../diagnostics/upkeep.js'
import type { Lane } from '../lane/lane.js'
import { Deadline } from './deadline.js'
import type { FlushOptions } from './writer.js'

/** What is left to close an adapter when its lane was waited for in vain. */
const CLOSING_RESERVE_MS = 300

export interface AsyncDeliveryParts {
  /** Takes the next records of a lane out of its rings. */
  readonly fill: (lane: Lane) => void
  /** Where a lane's cursor is when it has everything that there is now. */
  readonly position: () => number
  readonly queue: Pick<QueueSettings, 'stopTimeoutMs'>
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
    if (lane.isWriting || lane.isClosed || !lane.isOpen) return
    lane.isWriting = true
    // the loop reports the failures of adapters itself
    const failed = (error: unknown): void => tellUpkeepFailure(this.#parts.report, 'delivery', error)
    void this.#run(lane)
      .catch(failed)
      .then(() => {
        lane.isWriting = false
        this.notify()
      })
      .catch(failed)
  }

  /** Lets those who wait for a lane look again. */
  notify(): void {
    for (const look of this.#waiting) look()
  }

  /** Resolves true when the time was up before each lane had settled and was flushed. */
  async flush(options: FlushOptions, lanes: readonly Lane[]): Promise<boolean> {
    return this.#each(options, lanes, (lane, target, deadline) => this.#flush(lane, target, options, deadline))
  }

  /**
   * Flushes, then closes, each lane on its own: one that hangs costs no other its flush, and all of it takes no longer than a flush.
   *
   * @param giveUp told before a lane's adapter is closed: what the lane still has is lost
   * @param isWorthWaiting which lanes have all of the time although they are down
   */
  async close(
    options: FlushOptions,
    lanes: readonly Lane[],
    giveUp: (lane: Lane) => void,
    isWorthWaiting: (lane: Lane) => boolean = () => false,
  ): Promise<boolean> {
    return this.#each(options, lanes, async (lane, target, deadline) => {
      const isLate = await this.#flush(lane, target, options, deadline, isWorthWaiting)
      giveUp(lane)
      await this.#call(lane, 'close', deadline)
      return isLate
    })
  }

  /** Closes, each lane on its own, what was flushed before. */
  async closeFlushed(options: FlushOptions, lanes: readonly Lane[], giveUp: (lane: Lane) => void): Promise<void> {
    await this.#each(options, lanes, async (lane, _, deadline) => {
      giveUp(lane)
      await this.#call(lane, 'close', deadline)
      return deadline.isOver
    })
  }

  async #each(
    options: FlushOptions,
    lanes: readonly Lane[],
    run: (lane: Lane, target: number, deadline: Deadline) => Promise<boolean>,
  ): Promise<boolean> {
    const { queue, clock, position } = this.#parts
    const deadline = new Deadline(clock, options.timeoutMs ?? queue.stopTimeoutMs, { keepAlive: true })
    const target = position()
    try {
      const late = await Promise.all(lanes.map((lane) => run(lane, target, deadline)))
      return late.includes(true)
    } finally {
      deadline.cancel()
    }
  }

  async #flush(
    lane: Lane,
    target: number,
    options: FlushOptions,
    deadline: Deadline,
    isWorthWaiting: (lane: Lane) => boolean = () => false,
  ): Promise<boolean> {
    await this.#settle(lane, target, options.waitForDown === true, deadline)
    let isLate = false
    while (!isSettled(lane, target) && isWorthWaiting(lane)) {
      isLate = deadline.leftMs <= Math.min(CLOSING_RESERVE_MS, deadline.delayMs / 8)
      if (isLate) break
      await deadline.race(this.#next()).catch(() => undefined)
    }
    await this.#call(lane, 'flush', deadline)
    return isLate || deadline.isOver
  }

  async #run(lane: Lane): Promise<void> {
    while (!lane.isClosed && lane.health.isReady()) {
      if (lane.wantsRecords) this.#parts.fill(lane)
      if (!lane.prepare()) return
      if ((await this.#attempt(lane)) === 'paused') return
      this.notify()
    }
  }

  async #attempt(lane: Lane): Promise<'delivered' | 'again' | 'paused'> {
    // a process that is done does not stay for a write under way: last words decide how long it waits
    const deadline = new Deadline(this.#parts.clock, lane.settings.timeoutMs, { keepAlive: false })
    const controller = new AbortController()
    // a copy: an adapter whose time was up may still be reading it
    const offered = [...lane.offer()]
    try {
      await deadline.race(Promise.resolve(lane.adapter.write(offered, controller.signal)))
      return lane.isClosed ? 'paused' : lane.succeeded(lane.held, offered.length)
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
  return lane.isClosed || (lane.cursor.position >= target && lane.held.length === 0)
}
