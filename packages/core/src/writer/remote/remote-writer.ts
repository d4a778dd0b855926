import { LEVELS, levelValue } from '@holdfast/api'
import type { Clock } from '../../clock.js'
import type { BoundedQueue, QueueSettings } from '../../config/settings.js'
import { DIAGNOSTIC_LEVELS, type Diagnostic, type Report } from '../../diagnostics/catalogue.js'
import { upkeep } from '../../diagnostics/upkeep.js'
import type { Control } from '../../host/control.js'
import type { Source } from '../../lane/cursor.js'
import type { ProducerCounters } from '../../pipeline/counters.js'
import type { EventTexts } from '../../ring/producer.js'
import type { Ring } from '../../ring/ring.js'
import type { Segment } from '../../ring/segment.js'
import { LaneBlock } from '../../ring/shared/lane-block.js'
import type { Region } from '../../ring/shared/region.js'
import { Told } from '../../ring/shared/told.js'
import { Deadline } from '../deadline.js'
import type { LaneStatus } from '../lane-status.js'
import type { LocalWriter } from '../local-writer.js'
import type { FlushOptions, Writer, WriterInspection } from '../writer.js'
import { ProducerPage } from './producer-page.js'
import { RemoteAdmission } from './remote-admission.js'
import { givenUp, type LaneName, RemoteLane } from './remote-lane.js'
import type { RingPlace } from './ring-place.js'
import type { Supervisor } from './supervisor.js'
import type { WriterFallback } from './writer-fallback.js'

/** Looks after the writer, and for what it has to say. */
const LOOK_MS = 100
const POLL_MIN_MS = 1
const POLL_MAX_MS = 8
const EXIT_POLL_MS = 1
/** What is left of the time of `shutdown` for a writer thread to say what it drops. */
const GIVE_UP_MS = 500

export interface RemoteWriterParts {
  readonly mode: 'thread' | 'process'
  readonly handOff: WriterInspection['handOff']
  readonly run: string
  readonly ring: Ring
  readonly source: Source
  readonly region: Region
  readonly place: RingPlace
  readonly segments: number
  /** Lanes whose adapters run in this thread. */
  readonly local: LocalWriter
  /** The lanes elsewhere, in the order of their blocks. */
  readonly lanes: readonly LaneName[]
  /** Names of all lanes, in the order of the adapters. */
  readonly order: readonly string[]
  readonly control: Control
  readonly supervisor: Supervisor
  /** Makes a writer that sleeps look at once. */
  readonly wake: () => void
  /** Writes in this thread when no writer can be had. */
  readonly fallback: WriterFallback
  readonly queue: BoundedQueue
  readonly clock: Clock
  readonly report: Report
  readonly counters: () => ProducerCounters
  /** Once everything is over for this runtime. */
  readonly closed: () => void
}

/**
 * The producer's side of a writer in a thread or a process: an event is with it once it is in the ring. What is left to do here is to wait
 * when the ring is full, and to look after the writer.
 */
export class RemoteWriter implements Writer {
  readonly #parts: RemoteWriterParts
  readonly #lanes: readonly RemoteLane[]
  readonly #admission: RemoteAdmission
  readonly #told: Told
  readonly #page: ProducerPage
  readonly #hasLocal: boolean
  readonly outlivesProcess: boolean = true
  #cancelLook: () => void = () => undefined
  #isClosed = false
  #lostTold = 0
  #lastStatuses: readonly LaneStatus[] | undefined

  constructor(parts: RemoteWriterParts) {
    this.#parts = parts
    this.#lanes = parts.lanes.map(
      ({ name, level }, index) => new RemoteLane(name, levelValue(level) ?? 0, new LaneBlock(parts.region, index)),
    )
    this.#admission = new RemoteAdmission({ ...parts, look: () => this.#lookAfter() })
    this.#told = new Told(parts.region)
    this.#page = new ProducerPage(parts)
    this.#hasLocal = parts.local.lanes.length > 0
    // from now on its silence can be told
    this.#page.showLife()
    parts.supervisor.start()
    this.#lookLater()
    // it may never have seen this ring
    this.#page.knock()
  }

  /** The memory of a writer thread ends with the process, and a writer that is done with a ring does not look at it again. */
  get isRecoverable(): boolean {
    return this.#parts.mode === 'process' && this.#parts.place.isKept && !this.#page.isDrained
  }

  get isDelivering(): boolean {
    return this.#parts.local.isDelivering || this.#parts.fallback.isDelivering
  }

  get wantsReopen(): boolean {
    return this.#parts.local.wantsReopen || this.#parts.lanes.some(({ reopensOnHangup }) => reopensOnHangup === true)
  }

  get statuses(): readonly LaneStatus[] {
    if (this.#lastStatuses !== undefined) return this.#lastStatuses
    const remote = this.#lanes.map((lane) => lane.status(this.#parts.source))
    const all = new Map([...this.#parts.local.statuses, ...remote].map((status) => [status.name, status]))
    return this.#parts.order.map((name) => all.get(name)).filter((status) => status !== undefined)
  }

  get inspection(): WriterInspection {
    const { mode, handOff, queue, control, supervisor, run, report } = this.#parts
    upkeep(report, 'supervision', () => {
      supervisor.look()
      control.refresh()
    })
    return {
      mode,
      commit: queue.commit,
      handOff,
      durability: mode === 'thread' || this.#isLost ? 'memory' : handOff === 'spool' ? 'kernel' : 'mmap',
      state: supervisor.state,
      pid: mode === 'process' ? control.pid : 0,
      epoch: control.epoch,
      restarts: supervisor.restarts,
      unreadBytes: this.#admission.unreadBytes,
      highWaterBytes: this.#admission.highWaterBytes,
      run,
    }
  }

  admit(level: number): boolean {
    return this.#admission.admit(level) && (!this.#hasLocal || this.#parts.local.admit(level))
  }

  hasRoom(level: number): boolean {
    return this.#admission.hasRoom(level)
  }

  committed(level: number, texts: EventTexts | undefined): void {
    if (level >= LEVELS.error) this.#page.hurry()
    if (this.#hasLocal) this.#parts.local.committed(level, texts)
    this.#parts.fallback.committed()
    this.#page.knock()
  }

  refused(): void {
    this.#page.saveCounters()
  }

  release(oldest: Segment): number {
    if (this.#hasLocal) this.#parts.local.release(oldest)
    // nothing enters without room, so this never has to wait; were it otherwise, a lane would read one frame in the place of another
    while (!this.#admission.isFree(oldest.end) && !this.#isClosed) {
      this.#parts.clock.sleepSync(EXIT_POLL_MS)
      this.#lookAfter()
    }
    return this.#hasLocal ? oldest.end : this.#admission.free
  }

  async flush(options: FlushOptions): Promise<boolean> {
    const local = this.#parts.local.flush(options)
    const isLate = await this.#flushRemote(options)
    this.#hear()
    return (await local) || isLate
  }

  async close(options: FlushOptions): Promise<boolean> {
    const { mode, place, local, queue, clock, supervisor, fallback, closed } = this.#parts
    const closing = local.close(options)
    const timeoutMs = options.timeoutMs ?? queue.stopTimeoutMs
    const start = clock.monotonic()
    let isLate = await this.#flushRemote(options)
    this.#page.saveCounters()
    this.#page.end('detached')
    const left = Math.max(1, timeoutMs - (clock.monotonic() - start))
    if (await (mode === 'thread' ? this.#closeThread(left) : this.#closeRun(left))) isLate = true
    this.#isClosed = true
    this.#cancelLook()
    supervisor.stop()
    await fallback.close()
    this.#hear()
    isLate = (await closing) || isLate
    // from here on the ring may be somebody else's
    this.#lastStatuses = mode === 'process' && !place.isKept ? this.statuses.map(givenUp) : this.statuses
    this.#tellGivenUp()
    if (this.#page.isDrained) place.park()
    this.#page.end('released')
    closed()
    return isLate
  }

  /** Lanes that are down keep the ring: their events wait for the next run. */
  #closeRun(timeoutMs: number): Promise<boolean> {
    return this.#poll(timeoutMs, () => this.#page.isDrained || this.#isHeldUp())
  }

  /** The thread tries until it hears that nobody waits any more, and then drops what is left: nothing outlives it. */
  async #closeThread(timeoutMs: number): Promise<boolean> {
    const reserve = Math.min(GIVE_UP_MS, timeoutMs / 4)
    if (!(await this.#poll(timeoutMs - reserve, () => this.#page.isDrained))) return false
    this.#page.end('released')
    await this.#poll(reserve, () => this.#page.isDrained)
    return true
  }

  /** What the writer had to drop at its end it could tell to nobody. */
  #tellGivenUp(): void {
    for (const { name: adapter, place, dropped } of this.statuses) {
      const given = place === 'writer' ? dropped.find(({ reason }) => reason === 'shutdown') : undefined
      if (given === undefined) continue
      this.#parts.report('queue_dropped', { adapter, ...given })
      this.#tellDrop({ adapter, reason: given.reason, count: given.count })
    }
  }

  lastDrain(budgetMs: number, isEnd: boolean): void {
    const { local, clock, ring } = this.#parts
    const deadline = clock.monotonic() + budgetMs
    local.lastDrain(budgetMs)
    this.#page.saveCounters()
    this.#page.hurry()
    // after an uncaught exception it may go on: the application decides
    if (isEnd) this.#page.end('exited')
    const isDone = (): boolean => this.#lanes.every((lane) => lane.isOut || lane.hasReached(ring.position))
    while (!isDone() && clock.monotonic() < deadline) {
      this.#page.knock()
      clock.sleepSync(EXIT_POLL_MS)
      this.#lookAfter()
    }
    this.#hear()
  }

  reopen(): void {
    this.#parts.local.reopen()
    this.#page.requestReopen()
  }

  async #flushRemote(options: FlushOptions): Promise<boolean> {
    const { scope = 'own' } = options
    const request = this.#page.requestFlush(scope)
    const mark = scope === 'tree' ? 'treeFlushed' : 'flushed'
    const isDone = (): boolean =>
      this.#lanes.every((lane) => {
        lane.block.read()
        return lane.block.flushed(mark) - request >= 0 || (options.waitForDown !== true && lane.isOut)
      })
    return this.#poll(options.timeoutMs ?? this.#parts.queue.stopTimeoutMs, isDone)
  }

  /** Looks again and again; resolves true when the time was up before. */
  async #poll(timeoutMs: number, isDone: () => boolean): Promise<boolean> {
    const { clock } = this.#parts
    const deadline = new Deadline(clock, timeoutMs, { keepAlive: true })
    let pause = POLL_MIN_MS
    try {
      while (!isDone()) {
        if (deadline.isOver) return true
        this.#lookAfter()
        await new Promise<void>((resolve) => void clock.after(pause, resolve, { keepAlive: true }))
        pause = Math.min(pause * 2, POLL_MAX_MS)
      }
      return false
    } finally {
      deadline.cancel()
    }
  }

  /** Somebody has removed the files of the ring, so that what is in it ends with those who have it mapped. */
  get #isLost(): boolean {
    return !this.#isClosed && !this.#parts.place.isKept
  }

  /** What keeps the ring from being drained is down. */
  #isHeldUp(): boolean {
    const { ring } = this.#parts
    const behind = this.#lanes.filter((lane) => !lane.hasReached(ring.position))
    return behind.length > 0 && behind.every((lane) => lane.isOut)
  }

  #lookLater(): void {
    this.#cancelLook = this.#parts.clock.after(LOOK_MS, () => {
      if (this.#isClosed) return
      this.#lookAfter()
      this.#hear()
      upkeep(this.#parts.report, 'supervision', () => {
        this.#page.saveCounters()
        this.#parts.place.look()
      })
      this.#lookLater()
    })
  }

  /** What cannot be looked at now, as without a descriptor, is looked at again: it says nothing about the writer. */
  #lookAfter(): void {
    const { supervisor, fallback, report } = this.#parts
    upkeep(report, 'supervision', () => supervisor.look())
    fallback.poll()
  }

  #hear(): void {
    upkeep(this.#parts.report, 'supervision', () => this.#takeTold())
  }

  /** Takes what the writer has left for this producer to its hooks. */
  #takeTold(): void {
    for (const text of this.#told.take()) {
      const told = readDiagnostic(text)
      if (told === undefined) continue
      const [name, payload] = told
      this.#parts.report(name, payload as never)
      if (name === 'queue_dropped') this.#tellDrop(payload as never)
    }
    const count = (this.#told.lost - this.#lostTold) | 0
    this.#lostTold += count
    if (count > 0) this.#parts.report('diagnostics_lost', { count })
  }

  #tellDrop({ adapter, reason, count }: Parameters<NonNullable<QueueSettings['onDrop']>>[0]): void {
    this.#parts.local.tellDrop({ adapter, reason, count })
  }
}

function readDiagnostic(text: string): Diagnostic | undefined {
  try {
    const told = JSON.parse(text) as Diagnostic
    return Array.isArray(told) && told[0] in DIAGNOSTIC_LEVELS ? told : undefined
  } catch {
    // memory that was damaged: nothing that a writer says
    return undefined
  }
}
