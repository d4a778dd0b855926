import { LEVELS } from '@holdfast/api'
import { atEndOfTick, type Clock } from '../clock.js'
import type { BoundedQueue } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import { upkeep } from '../diagnostics/upkeep.js'
import type { Cursor, Source } from '../lane/cursor.js'
import { HealthWatch } from '../lane/health-watch.js'
import type { Lane } from '../lane/lane.js'
import type { EventTexts } from '../ring/producer.js'
import type { Ring } from '../ring/ring.js'
import type { Segment } from '../ring/segment.js'
import { Admission } from './admission.js'
import { AsyncDelivery } from './async-delivery.js'
import { collect, giveUp } from './collect.js'
import { DropTeller } from './drop-teller.js'
import { type LaneStatus, laneStatus } from './lane-status.js'
import { lineBytes } from './line-bytes.js'
import { LineDelivery } from './line-delivery.js'
import type { FlushOptions, Writer, WriterInspection } from './writer.js'

/** Under `commit: 'tick'`, lines of this many bytes are written without waiting for the end of the tick: what a kill may take at most. */
const COMMIT_BYTES = 64 << 10
const CLOSING_RETRY_MS = 100
const LAST_RETRY_MS = 10
const TIMER_SLACK_MS = 2
const LAST_RETRIES = 3

export interface LocalWriterParts {
  readonly ring: Ring
  /** The same ring, as the lanes read it. */
  readonly source: Source
  readonly lanes: readonly Lane[]
  readonly queue: BoundedQueue
  readonly clock: Clock
  readonly report: Report
}

/**
 * The writer in the application's own thread. Lanes whose adapter can write synchronously are served inside the log call
 * (`commit: 'call'`) or at the end of the tick; the others by promises.
 */
export class LocalWriter implements Writer {
  readonly lanes: readonly Lane[]
  readonly #parts: LocalWriterParts
  readonly #syncLanes: readonly Lane[]
  /** Those of them that take records: an event is decoded once for all that stand at the same position. */
  readonly #recordLanes: readonly Lane[]
  readonly #asyncLanes: readonly Lane[]
  readonly #admission: Admission
  readonly #async: AsyncDelivery
  readonly #drops: DropTeller
  readonly #lines: LineDelivery
  readonly #watch: HealthWatch
  readonly #group: Cursor[] = []
  readonly #commitsPerCall: boolean
  /** Bytes of lines, about. */
  #unwritten = 0
  #isDraining = false
  #isScheduled = false
  #highWater = 0

  constructor(parts: LocalWriterParts) {
    this.#parts = parts
    this.lanes = parts.lanes
    for (const lane of parts.lanes) lane.follow(parts.source)
    this.#syncLanes = parts.lanes.filter((lane) => lane.canWriteSync)
    this.#recordLanes = this.#syncLanes.filter((lane) => !lane.takesLines)
    this.#asyncLanes = parts.lanes.filter((lane) => !lane.canWriteSync)
    this.#commitsPerCall = parts.queue.commit === 'call'
    this.#admission = new Admission({ ...parts, drain: () => this.#drain() })
    this.#drops = new DropTeller(parts)
    this.#lines = new LineDelivery()
    this.#watch = new HealthWatch(parts.lanes, parts.clock, parts.report)
    this.#async = new AsyncDelivery({
      ...parts,
      lanes: this.#asyncLanes,
      position: () => parts.ring.position,
      fill: ({ cursor }) => {
        cursor.end = parts.ring.position
        collect([cursor])
      },
    })
  }

  get isDelivering(): boolean {
    return this.#isDraining
  }

  get statuses(): readonly LaneStatus[] {
    return this.lanes.map(laneStatus)
  }

  get inspection(): WriterInspection {
    const { commit } = this.#parts.queue
    const durability = commit === 'call' ? 'kernel' : 'memory'
    const unreadBytes = Math.max(0, ...this.statuses.map(({ lagBytes }) => lagBytes))
    this.#highWater = Math.max(this.#highWater, unreadBytes)
    return {
      mode: 'local',
      commit,
      handOff: 'call',
      durability,
      state: this.lanes.every(({ isClosed }) => isClosed) && this.lanes.length > 0 ? 'ended' : 'running',
      pid: 0,
      epoch: 0,
      restarts: 0,
      unreadBytes,
      highWaterBytes: this.#highWater,
      run: '',
    }
  }

  get wantsReopen(): boolean {
    return this.lanes.some(({ adapter }) => adapter.reopensOnHangup === true)
  }

  readonly outlivesProcess: boolean = false
  readonly isRecoverable: boolean = false

  hasRoom(): boolean {
    return true
  }

  admit(level: number): boolean {
    return this.#admission.admit(level)
  }

  committed(level: number, texts: EventTexts | undefined): void {
    this.#watch.notice()
    if (!this.#commitsPerCall && texts !== undefined) this.#unwritten += lineBytes(texts)
    if (this.#commitsPerCall || level >= LEVELS.error || this.#unwritten >= COMMIT_BYTES) this.#drain()
    if (this.#isScheduled || (this.#commitsPerCall && this.#asyncLanes.length === 0)) return
    this.#isScheduled = true
    atEndOfTick(() => upkeep(this.#parts.report, 'delivery', this.#tick))
  }

  release(oldest: Segment): number {
    this.#drain()
    const end = oldest.base + this.#parts.ring.segmentBytes
    for (const { cursor } of this.lanes) {
      if (cursor.position >= end) continue
      giveUp(cursor, oldest.end, 'overflow')
      cursor.position = end
    }
    return end
  }

  async flush(options: FlushOptions): Promise<boolean> {
    this.#drainNow()
    const timedOut = await this.#async.flush(options, this.lanes)
    this.#drops.tellNow(this.lanes)
    return timedOut
  }

  async close(options: FlushOptions): Promise<boolean> {
    this.#drainNow()
    // before this returns: who takes this runtime's place logs in the same tick
    this.#releaseSettled()
    const stopTrying = this.#keepTrying()
    try {
      return await this.#async.close(options, this.lanes, (lane) => this.#giveUp(lane), isWorthTrying)
    } finally {
      stopTrying()
      this.#drops.tellNow(this.lanes)
    }
  }

  lastDrain(budgetMs: number): void {
    const { clock } = this.#parts
    const deadline = clock.monotonic() + budgetMs
    for (let attempt = 0; ; attempt++) {
      for (const lane of this.#syncLanes) lane.health.readyAt = 0
      this.#drain()
      const behind = this.#syncLanes.filter(
        (lane) => !lane.isClosed && (lane.held.length > 0 || lane.cursor.position < this.#parts.ring.position),
      )
      if (behind.length === 0 || clock.monotonic() >= deadline) break
      if (attempt >= LAST_RETRIES && !behind.some((lane) => lane.health.isStalled)) break
      clock.sleepSync(LAST_RETRY_MS)
    }
    for (const lane of this.#syncLanes) if (!lane.isClosed) this.#guard(lane, 'flush', () => lane.adapter.flushSync?.())
    this.#drops.tellNow(this.lanes)
    this.#releaseSettled()
  }

  reopen(): void {
    for (const lane of this.lanes) if (!lane.isClosed) this.#guard(lane, 'reopen', () => lane.adapter.reopen?.())
  }

  /** Runs a lane that asked for it: its pause is over. */
  wake(lane: Lane): void {
    if (lane.isClosed) return
    // timers may fire a little early: without another one the lane would wait for the next log call, which may never come
    const early = lane.health.pauseLeftMs
    if (early > 0 && early <= TIMER_SLACK_MS) this.#parts.clock.after(Math.ceil(early), () => this.wake(lane))
    if (lane.canWriteSync) this.#drain()
    else this.#async.start(lane)
    this.#async.notify()
  }

  /** Tells `onDrop` of a drop elsewhere. */
  tellDrop(drop: Parameters<DropTeller['call']>[0]): void {
    this.#drops.call(drop)
  }

  /** A lane dropped something. */
  dropped(): void {
    this.#drops.tellSoon(this.lanes)
  }

  readonly #tick = (): void => {
    this.#isScheduled = false
    this.#drain()
    for (const lane of this.#asyncLanes) {
      if (this.#parts.queue.fullPolicy === 'drop') this.#trim(lane)
      this.#async.start(lane)
    }
  }

  /** Somebody waits until all is delivered: what can be tried at once is, whatever pauses the failures before have earned. */
  #keepTrying(): () => void {
    const { clock } = this.#parts
    let cancel = (): void => undefined
    const later = (): void => {
      cancel = clock.after(CLOSING_RETRY_MS, run, { keepAlive: true })
    }
    const run = (): void => {
      this.#tryAgain()
      later()
    }
    later()
    return () => cancel()
  }

  #tryAgain(): void {
    const behind = this.#syncLanes.filter((lane) => isWorthTrying(lane) && lane.cursor.position < this.#parts.ring.position)
    const holding = this.#syncLanes.filter((lane) => isWorthTrying(lane) && lane.held.length > 0)
    if (behind.length === 0 && holding.length === 0) return
    for (const lane of [...behind, ...holding]) lane.health.readyAt = 0
    this.#drain()
    this.#async.notify()
  }

  /** Ends a lane, after one last attempt: what it still has is dropped. */
  #giveUp(lane: Lane): void {
    if (isWorthTrying(lane)) this.#tryAgain()
    lane.isClosed = true
    lane.dropHeld('shutdown')
    giveUp(lane.cursor, this.#parts.ring.position, 'shutdown')
  }

  /** Somebody waits: asks full pipes once more before their pause is over. */
  #drainNow(): void {
    for (const { health } of this.#syncLanes) if (health.isStalled) health.readyAt = 0
    this.#drain()
  }

  /** Serves every synchronous lane up to what is published now. Adapters that log from inside are refused, so it never nests. */
  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    const end = this.#parts.ring.position
    for (const lane of this.#syncLanes) lane.cursor.end = end
    try {
      for (const lane of this.#syncLanes) this.#serve(lane)
    } finally {
      this.#isDraining = false
      this.#unwritten = 0
    }
  }

  #serve(lane: Lane): void {
    if (lane.isClosed) return
    if (!lane.health.isReady()) {
      if (lane.settings.whenDown === 'drop') this.#dropWhileDown(lane)
      return
    }
    while (lane.isBehind || lane.held.length > 0) {
      if (lane.takesLines) {
        this.#lines.serve(lane)
        if (lane.takesLines) return
      }
      if (lane.wantsRecords) this.#collectFor(lane)
      if (!lane.deliverSync()) return
    }
    if (lane.drops.hasUntold) lane.deliverSync()
  }

  /** Fills the batch of a lane, and of all lanes of records that stand where it stands. */
  #collectFor(lane: Lane): void {
    const group = this.#group
    group.length = 0
    group.push(lane.cursor)
    for (const other of this.#recordLanes) if (other !== lane && isBeside(other, lane)) group.push(other.cursor)
    collect(group)
  }

  /** Under `drop` no lane may be further behind than the queue's bound; what it misses is its own loss. */
  #trim(lane: Lane): void {
    const { ring, queue } = this.#parts
    const { cursor } = lane
    const isFar = (): boolean => ring.events - cursor.taken > queue.maxEvents
    if (!lane.isClosed && isFar()) giveUp(cursor, ring.position, 'overflow', isFar)
  }

  #dropWhileDown(lane: Lane): void {
    lane.dropHeld('down')
    giveUp(lane.cursor, lane.cursor.end, 'down')
  }

  /** Lanes that have everything let go of what others may be waiting for. */
  #releaseSettled(): void {
    for (const lane of this.#syncLanes) {
      if (lane.isClosed || lane.held.length > 0 || lane.cursor.position < this.#parts.ring.position) continue
      this.#guard(lane, 'close', () => lane.adapter.release?.())
    }
  }

  #guard(lane: Lane, operation: 'flush' | 'reopen' | 'close', run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#parts.report('adapter_error', { adapter: lane.name, operation, error: describeError(error), code: errorCode(error) })
    }
  }
}

/** Trying costs no more than the call, and may succeed: a full disk has room again. */
function isWorthTrying(lane: Lane): boolean {
  return lane.canWriteSync && !lane.isClosed && !lane.health.isBroken
}

function isBeside(other: Lane, lane: Lane): boolean {
  return other.cursor.position === lane.cursor.position && other.held.events === 0 && !other.isClosed && other.health.isReady()
}
