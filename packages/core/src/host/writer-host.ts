import type { Aside } from '../aside/aside.js'
import type { Clock } from '../clock.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import { Lane } from '../lane/lane.js'
import { mergeByTime } from '../lane/merge.js'
import { laneSettings } from '../lane/settings.js'
import { NoticeWriter } from '../ring/notice.js'
import type { RingView } from '../ring/shared/ring-view.js'
import { AsyncDelivery } from '../writer/async-delivery.js'
import { collect } from '../writer/collect.js'
import { DropTeller } from '../writer/drop-teller.js'
import { LineDelivery } from '../writer/line-delivery.js'
import type { Control } from './control.js'
import { Flushes } from './flushes.js'
import { GapTeller } from './gap-teller.js'
import { HostedRing } from './hosted-ring.js'
import { LaneDescriptions } from './lane-descriptions.js'
import { LaneOpener } from './lane-opener.js'
import type { LanePlan } from './lane-plan.js'
import { OwnEvents } from './own-events.js'
import { Resumption } from './resumption.js'
import { Suspects } from './suspects.js'
import { WayBack } from './way-back.js'
import type { Precautions } from './writer-spec.js'

/** So long a round may take before it says how far it has come: a producer may be waiting for room. */
const PROGRESS_MS = 1

export interface WriterHostParts {
  readonly clock: Clock
  readonly control: Control
  readonly epoch: number
  /** The lanes; their adapters are made one after the other, while those that are there are served. */
  readonly plans: readonly LanePlan[]
  /** Names of the lanes in the order of their blocks in the rings. Those that are not among them get nothing. */
  readonly lanes: readonly string[]
  /** Who is suspected when this writer ends; those of this host alone when it is left out. */
  readonly suspects?: Suspects
  /** JSON object of the context of what the writer itself has to say. */
  readonly context: string
  readonly failureResetMs: number
  readonly stopTimeoutMs: number
  readonly spillBytes: number
  /** Folder for the spilled segments of an origin; `undefined` keeps all in memory. */
  readonly spillPath: (origin: string) => string | undefined
  /** Where records go that an adapter cannot process. What lies there counts toward `spillBytes`. */
  readonly aside: Aside
  /** What is left at the end is dropped, because the memory of the rings ends with this. Else it stays for the next run. @default false */
  readonly dropsRest?: boolean
  /** What happened to the writers before this one. */
  readonly precautions?: Precautions | undefined
  /** Told of a lane whose adapter is not there in time. */
  readonly late?: (lane: string) => void
  /** Told of a lane that is open, before it is asked what its destination has and before it writes anything. */
  readonly opened?: (lane: Lane) => void
  /** Diagnostics when no producer is there to hear them. */
  readonly unheard?: (text: string) => void
}

/** Between two attempts at lanes that are down while somebody waits for the end. */
const TRY_AGAIN_MS = 100

/**
 * Serves the rings of any number of producers to the lanes: the writer's work, wherever it runs. Whoever runs it calls `poll` again and
 * again; nothing here waits or blocks, but for adapters that write synchronously.
 */
export class WriterHost {
  readonly lanes: readonly Lane[]
  readonly rings: Map<string, HostedRing> = new Map()
  readonly #parts: WriterHostParts
  readonly #lines = new LineDelivery()
  readonly #async: AsyncDelivery
  readonly #drops: DropTeller
  readonly #descriptions: LaneDescriptions
  readonly #own: OwnEvents
  readonly #opener: LaneOpener
  readonly #resumption: Resumption
  readonly #flushes: Flushes
  readonly #wayBack: WayBack
  readonly #gaps: GapTeller
  #nextTry = 0
  readonly #reopened = new Map<HostedRing, number>()
  #nextProgress = 0

  constructor(parts: WriterHostParts) {
    const { clock, control } = parts
    this.#parts = parts
    this.#wayBack = new WayBack(this.rings, parts.unheard)
    const laneParts = {
      clock,
      report: this.report,
      failureResetMs: parts.failureResetMs,
      notices: new NoticeWriter(clock, () => parts.context),
      aside: parts.aside,
      wake: () => undefined,
      dropped: () => this.#drops.tellSoon(this.lanes),
    }
    this.lanes = parts.plans.map(({ name, lane }) => new Lane(undefined, name, laneSettings(lane), laneParts))
    this.#flushes = new Flushes({ clock, report: this.report, rings: this.rings })
    this.#gaps = new GapTeller(clock, this.report)
    this.#drops = new DropTeller({ queue: {}, clock, report: this.report })
    this.#descriptions = new LaneDescriptions({ lanes: this.lanes, rings: this.rings, clock, report: this.report })
    this.#async = new AsyncDelivery({
      clock,
      report: this.report,
      queue: { stopTimeoutMs: parts.stopTimeoutMs },
      lanes: this.lanes,
      position: () => Number.NEGATIVE_INFINITY,
      fill: (lane) => this.#fill(lane),
    })
    this.#own = new OwnEvents(clock, parts.context, this.lanes)
    this.#resumption = new Resumption(this.rings, this.report)
    this.#opener = new LaneOpener(this.lanes, parts.plans, {
      clock,
      report: this.report,
      suspects: parts.suspects ?? new Suspects((lane, isOpening) => control.note(parts.lanes.indexOf(lane ?? ''), isOpening)),
      precautions: parts.precautions,
      opened: (lane) => {
        parts.opened?.(lane)
        this.#resumption.opened(lane)
      },
      isWatched: () => this.isWatched,
      late: parts.late,
    })
    this.#opener.look()
  }

  /** Starts to serve a ring. */
  add(view: RingView): HostedRing {
    const { epoch, spillPath, lanes } = this.#parts
    const served = this.lanes.map((lane) => ({ lane, index: lanes.indexOf(lane.name) })).filter(({ index }) => index >= 0)
    const ring = new HostedRing(view, served, epoch, spillPath(view.identity.origin))
    this.rings.set(ring.origin, ring)
    this.#wayBack.hadRings = true
    this.#resumption.added(ring)
    ring.publish()
    return ring
  }

  /**
   * One round: looks for what is new, gives it to the lanes, publishes how far they have come. True when there is more to do at once: a lane
   * that waits for its destination, or for the pause after a failure, is no reason to look again without one.
   */
  poll(): boolean {
    const { clock, control } = this.#parts
    control.beat()
    const now = clock.monotonic()
    this.#resumption.mendTorn()
    if (this.rings.size > 0) this.#wayBack.tellEarly()
    this.#nextProgress = now + PROGRESS_MS
    let hasNew = this.#own.refresh()
    let isUrgent = hasNew || this.#flushes.areWaiting
    for (const ring of this.rings.values()) {
      const found = ring.refresh()
      hasNew ||= found.hasNew
      if (this.#flushes.take(ring)) isUrgent = true
      isUrgent ||= found.isUrgent
      this.#takeReopen(ring)
    }
    const isAll = isUrgent || this.rings.size <= 1
    for (const ring of this.rings.values()) ring.release(now, isAll)
    // before the lanes are served: one that always has something to write would never be flushed
    this.#flushes.answer()
    for (const lane of this.lanes) this.#serve(lane)
    this.#publish()
    this.#flushes.answer()
    this.#descriptions.look(now)
    this.#opener.look()
    return hasNew || this.lanes.some((lane) => lane.isBehind && canWrite(lane) && !this.#mayHang(lane))
  }

  /** Nothing is under way, and every producer that has something new sees in the same memory whether the writer sleeps. */
  get isAtRest(): boolean {
    if (this.#flushes.areWaiting) return false
    if (this.lanes.some(({ isWriting, isBehind, held }) => isWriting || isBehind || held.length > 0)) return false
    return [...this.rings.values()].every(({ isHeldBack, view }) => !isHeldBack && view.region.mirror === undefined)
  }

  /** Every lane that is up has what the writer itself had to say, and nobody waits for a flush. */
  get isSettled(): boolean {
    return this.#own.isSettled && !this.#flushes.areWaiting
  }

  /** A producer is there, who sees to it that this writer does not hang. */
  get isWatched(): boolean {
    for (const ring of this.rings.values()) if (ring.isOpen) return true
    return false
  }

  /** A lane that nothing is known against is still to come. */
  get isOpening(): boolean {
    return this.#opener.isOpening
  }

  /** An adapter is there that has not shown yet that it does no harm, or is still to come. */
  get isProbing(): boolean {
    return this.#opener.isProbing
  }

  /** Logs something of the writer's own to all lanes: it has an origin of its own. */
  log(level: number, message: string, extra: Readonly<Record<string, unknown>>): void {
    this.#own.log(level, message, extra)
  }

  /** Stops to serve a ring that is drained. */
  retire(ring: HostedRing): void {
    this.#gaps.tell(ring)
    ring.finish()
    this.#reopened.delete(ring)
    this.rings.delete(ring.origin)
  }

  /** Its producer waits for a lane that is down, and that may be tried again for no more than the call. */
  isWorthTrying(ring: HostedRing): boolean {
    return ring.lagging.some((lane) => lane.canWriteSync && !lane.isClosed && !lane.health.isBroken && !lane.health.isQuarantined)
  }

  /** Ends the pauses of lanes that failed, now and then: somebody waits for them. */
  tryAgain(): void {
    const now = this.#parts.clock.monotonic()
    if (now < this.#nextTry) return
    this.#nextTry = now + TRY_AGAIN_MS
    for (const lane of this.lanes) if (!lane.health.isQuarantined) lane.health.readyAt = 0
  }

  /** Nobody logs any more: lanes that have everything let go of what others may be waiting for. */
  releaseSettled(): void {
    for (const lane of this.lanes) {
      if (!lane.isOpen || lane.isClosed || lane.isWriting || lane.isBehind || lane.held.length > 0 || lane.health.isQuarantined)
        continue
      try {
        lane.adapter.release?.()
      } catch (error) {
        const { name } = lane
        this.report('adapter_error', { adapter: name, operation: 'close', error: describeError(error), code: errorCode(error) })
      }
    }
  }

  /** Everything that can be delivered is, and the adapters are flushed: all of them, before one is closed that never comes back from it. */
  async settle(): Promise<void> {
    for (const lane of this.lanes) lane.isClosed ||= !lane.isOpen || this.#mayHang(lane)
    await this.#async.flush({ timeoutMs: this.#parts.stopTimeoutMs }, this.#openLanes)
    for (const ring of this.rings.values()) ring.publish()
  }

  /** Settles, then closes the adapters. Rings that are not drained keep what they have. */
  async close(): Promise<void> {
    await this.settle()
    const giveUp = (lane: Lane): void => {
      if (this.#parts.dropsRest === true) for (const ring of this.rings.values()) ring.giveUp(lane)
      lane.isClosed = true
    }
    const open = this.#openLanes
    for (const lane of this.lanes) if (lane.isClosed) giveUp(lane)
    await this.#async.closeFlushed({ timeoutMs: this.#parts.stopTimeoutMs }, open, giveUp)
    for (const ring of this.rings.values()) {
      ring.publish()
      ring.abandon()
    }
    this.rings.clear()
  }

  get #openLanes(): readonly Lane[] {
    return this.lanes.filter(({ isClosed }) => !isClosed)
  }

  /** Tells a diagnostic to the producers that can hear it. */
  get report(): WayBack['report'] {
    return this.#wayBack.report
  }

  /** Says how far everything is, and makes room where lanes lag. */
  #publish(): void {
    let spilled = this.#parts.aside.bytes
    for (const ring of this.rings.values()) spilled += ring.spill?.bytes ?? 0
    for (const ring of this.rings.values()) {
      ring.publish()
      const own = ring.spill?.bytes ?? 0
      ring.makeRoom(this.#parts.spillBytes - (spilled - own))
      spilled += (ring.spill?.bytes ?? 0) - own
      this.#gaps.look(ring)
    }
  }

  /**
   * In the middle of a long round: there is room again, and it lives. Each block is acknowledged before the next one is handed over: a destination
   * that looks what its killed predecessor wrote looks no further back than that.
   */
  readonly #showProgress = (): void => {
    const { clock, control } = this.#parts
    for (const ring of this.rings.values()) ring.publish()
    const now = clock.monotonic()
    if (now < this.#nextProgress) return
    this.#nextProgress = now + PROGRESS_MS
    control.beat()
  }

  #serve(lane: Lane): void {
    if (!canWrite(lane) || this.#mayHang(lane)) {
      if (lane.settings.whenDown === 'drop' && lane.health.state === 'down') this.#dropWhileDown(lane)
      return
    }
    if (lane.canWriteSync) {
      this.#serveSync(lane)
    } else if (lane.isBehind || lane.held.length > 0 || lane.drops.hasUntold) this.#async.start(lane)
  }

  #serveSync(lane: Lane): void {
    while (lane.isBehind || lane.held.length > 0) {
      if (lane.takesLines) {
        this.#lines.serve(lane, this.#showProgress)
        if (lane.takesLines) return
      }
      if (lane.wantsRecords) this.#collect(lane)
      if (!lane.deliverSync()) return
      this.#showProgress()
    }
    if (lane.drops.hasUntold) lane.deliverSync()
  }

  /** A lane that writes by promises takes its next batch: the one before is settled. */
  #fill(lane: Lane): void {
    for (const ring of this.rings.values()) ring.settle(lane)
    if (!this.#flushes.isDue(lane)) this.#collect(lane)
  }

  /** Its adapter did not come back the last time; when everybody has left, nobody would end a writer that hangs again. */
  #mayHang(lane: Lane): boolean {
    return lane.health.isQuarantined && !this.isWatched
  }

  #collect(lane: Lane): void {
    for (const cursor of lane.cursors) cursor.ahead = cursor.position
    const behind = lane.cursors.filter(({ position, end }) => position < end)
    mergeByTime(behind, (cursor, untilTime) => {
      const before = cursor.position
      collect([cursor], untilTime)
      cursor.ahead = cursor.position
      return lane.hasRoom && cursor.position > before
    })
  }

  #dropWhileDown(lane: Lane): void {
    if (lane.isWriting) return
    lane.dropHeld('down')
    for (const ring of this.rings.values()) ring.dropWhileDown(lane)
  }

  /** Opens files anew, when a producer asks for it. */
  reopen(): void {
    for (const lane of this.lanes) {
      try {
        if (!lane.isClosed) lane.adapter.reopen?.()
      } catch (error) {
        const { name } = lane
        this.report('adapter_error', { adapter: name, operation: 'reopen', error: describeError(error), code: errorCode(error) })
      }
    }
  }

  #takeReopen(ring: HostedRing): void {
    const request = ring.word('reopenRequest')
    if (request === (this.#reopened.get(ring) ?? 0)) return
    this.#reopened.set(ring, request)
    this.reopen()
  }
}

function canWrite(lane: Lane): boolean {
  return lane.isOpen && !lane.isWriting && !lane.isClosed && lane.health.isReady()
}
