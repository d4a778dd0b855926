import type { Adapter, LogRecord } from '@holdfast/api'
import { isAdapterError } from '../adapter/adapter-error.js'
import type { Clock } from '../clock.js'
import type { DropReason, Report } from '../diagnostics/catalogue.js'
import type { NoticeWriter } from '../ring/notice.js'
import { Cursor, type Source } from './cursor.js'
import { DropLedger, type DropSummary } from './drop-ledger.js'
import { type Batch, HeldBatch } from './held-batch.js'
import { LaneHealth } from './lane-health.js'
import type { LaneSettings } from './settings.js'

export interface LaneParts {
  readonly clock: Clock
  readonly report: Report
  readonly failureResetMs: number
  readonly notices: NoticeWriter
  /** Asks the writer to run this lane again after a pause, in milliseconds. */
  readonly wake: (lane: Lane, delayMs: number) => void
  /** Asks the writer to tell drops soon. */
  readonly dropped: (lane: Lane) => void
}

/** What became of one attempt. `again`: part of the batch is settled, try the rest at once. */
type Outcome = 'delivered' | 'again' | 'paused'

/**
 * Stands between the rings and one adapter: a cursor in each ring, its level gate, its batch and its failures. A writer in the
 * application has one ring; one elsewhere has a ring of each producer.
 */
export class Lane {
  readonly name: string
  readonly adapter: Adapter
  readonly settings: LaneSettings
  readonly health: LaneHealth
  readonly drops: DropLedger = new DropLedger()
  readonly held: HeldBatch = new HeldBatch()
  readonly #parts: LaneParts
  readonly cursors: Cursor[] = []
  /** Events that may have arrived although their write failed. */
  #unsure = 0
  /** Records are offered one by one. */
  #isProbing = false
  /** What the notice in front of the batch says. */
  #telling: readonly DropSummary[] = []
  isWriting = false
  isClosed = false

  constructor(adapter: Adapter, name: string, settings: LaneSettings, parts: LaneParts) {
    this.name = name
    this.adapter = adapter
    this.settings = settings
    this.#parts = parts

    this.health = new LaneHealth(name, settings, parts.failureResetMs, parts.clock, parts.report)
  }

  get canWriteSync(): boolean {
    return this.adapter.writeSync !== undefined || this.adapter.writeLinesSync !== undefined
  }

  /** Its adapter takes canonical lines as bytes: nothing is held, the ring alone has what is not accepted. */
  get takesLines(): boolean {
    return this.adapter.writeLinesSync !== undefined
  }

  /** It offers records one by one, to find the one that the destination will never take. */
  get isProbing(): boolean {
    return this.#isProbing
  }

  /** Room for one more record in the batch. */
  get hasRoom(): boolean {
    return this.held.length < this.settings.batchMaxEvents && this.held.size < this.settings.batchMaxBytes
  }

  // ---- the rings

  /** Starts to read a ring. */
  follow(source: Source): Cursor {
    const cursor = new Cursor(this, source)
    this.cursors.push(cursor)
    return cursor
  }

  /** Forgets a ring. */
  leave(cursor: Cursor): void {
    const index = this.cursors.indexOf(cursor)
    if (index >= 0) this.cursors.splice(index, 1)
  }

  /** The cursor of a lane that reads one ring. */
  get cursor(): Cursor {
    return this.cursors[0] as Cursor
  }

  /** Something before it has not been taken out of the rings. */
  get isBehind(): boolean {
    for (const cursor of this.cursors) if (cursor.position < cursor.end) return true
    return false
  }

  /** Told by a cursor. */
  dropped(reason: DropReason, level: number, count: number): void {
    this.drops.add(reason, level, count)
    this.#parts.dropped(this)
  }

  /** Gives up everything that was taken out of the ring. */
  dropHeld(reason: DropReason): void {
    for (let first = this.held.removeFirst(); first !== undefined; first = this.held.removeFirst())
      first.cursor.drop(reason, first.level, 1)
  }

  // ---- delivery

  /** What the adapter must be told about drops before anything else, or nothing. */
  notice(): LogRecord | undefined {
    if (!this.drops.hasUntold) return undefined
    this.#telling = this.drops.untold
    return this.#parts.notices.dropped(this.#telling)
  }

  /** Offers the held records to the adapter until they are accepted or the lane has to pause. True when nothing is left of them. */
  deliverSync(): boolean {
    while (this.prepare()) {
      const offered = this.offer()
      try {
        this.adapter.writeSync?.(offered)
        this.succeeded(this.held, offered.length)
      } catch (error) {
        if (this.failed(error) === 'paused') return false
      }
    }
    return true
  }

  /** Puts the notice in front; true when there is something to deliver. */
  prepare(): boolean {
    const notice = this.notice()
    if (notice !== undefined) this.held.setNotice(notice)
    return this.held.length > 0
  }

  /** The held records to write now: all of them, or one while the one is looked for that the destination will never take. */
  offer(): readonly LogRecord[] {
    const pending = this.held.pending()
    return this.#isProbing ? pending.slice(0, 1) : pending
  }

  /** The adapter accepted what it was offered. */
  succeeded(batch: Batch, offered: number): Outcome {
    this.#accept(batch, offered)
    this.health.succeed()
    return 'delivered'
  }

  /** An attempt failed: settles what is known, and says whether to try the rest at once or to pause. */
  failed(error: unknown, batch: Batch = this.held): Outcome {
    if (isAdapterError(error)) {
      this.#accept(batch, error.accepted)
      if (batch.length === 0) return this.succeeded(batch, 0)
      if (!error.retryable) return this.#reject(batch, error.isExact)
      if (error.code === 'EAGAIN') return this.#stall()
    } else {
      this.#unsure = Math.max(this.#unsure, batch.events)
    }
    const pause = this.health.fail(error)
    if (this.settings.whenDown === 'drop') this.dropHeld('down')
    this.#parts.wake(this, pause)
    return 'paused'
  }

  /** Drops the one record that the destination will never take, once it is known which; the rest goes on. */
  #reject(batch: Batch, isExact: boolean): Outcome {
    if (!isExact && !this.#isProbing && batch.length > 1) {
      this.#isProbing = true
      return 'again'
    }
    if (batch.removeNotice()) this.drops.told(this.#telling)
    else {
      const first = batch.removeFirst()
      first?.cursor.drop('rejected', first.level, 1)
    }
    return 'again'
  }

  /** A full pipe: no failure, but nothing goes on until its reader reads. */
  #stall(): Outcome {
    this.health.stall(STALL_RETRY_MS)
    this.#parts.wake(this, STALL_RETRY_MS)
    return 'paused'
  }

  #accept(batch: Batch, count: number): void {
    const { events, notice } = batch.accept(count, this.#unsure)
    if (batch.length === 0) this.#isProbing = false
    if (notice) this.drops.told(this.#telling)
    this.#unsure -= Math.min(events, this.#unsure)
  }
}

const STALL_RETRY_MS = 5
