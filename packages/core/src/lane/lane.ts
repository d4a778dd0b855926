import type { Adapter, LogRecord } from '@holdfast/api'
import { isAdapterError } from '../adapter/adapter-error.js'
import type { Clock } from '../clock.js'
import type { DropReason } from '../diagnostics/catalogue.js'
import { describeError } from '../diagnostics/hub.js'
import { Cursor, type Source } from './cursor.js'
import { DropLedger, type DropSummary } from './drop-ledger.js'
import { faultOf } from './fault-of.js'
import { type Batch, HeldBatch } from './held-batch.js'
import { LaneHealth } from './lane-health.js'
import { OneLine } from './one-line.js'
import { type Outcome, Search, type SearchParts } from './search.js'
import type { LaneSettings } from './settings.js'

export interface LaneParts extends SearchParts {
  readonly clock: Clock
  readonly failureResetMs: number
  /** Asks the writer to run this lane again after a pause, in milliseconds. */
  readonly wake: (lane: Lane, delayMs: number) => void
  /** Asks the writer to tell drops soon. */
  readonly dropped: (lane: Lane) => void
}

/** The same failure so often in a row, which says nothing about its cause: a record may be at fault. */
const UNCLEAR_IN_A_ROW = 3
const STALL_RETRY_MS = 5

/**
 * Stands between the rings and one adapter: a cursor in each ring, its level gate, its batch and its failures. A writer in the
 * application has one ring; one elsewhere has a ring of each producer.
 */
export class Lane {
  readonly name: string
  readonly settings: LaneSettings
  readonly health: LaneHealth
  readonly drops: DropLedger = new DropLedger()
  readonly held: HeldBatch = new HeldBatch()
  readonly #parts: LaneParts
  #search: Search
  readonly #oneLine = new OneLine()
  readonly cursors: Cursor[] = []
  /** Events at the front of the batch that may have arrived although their write failed. */
  unsure = 0
  /** The last failure that told nothing, and how often it came in a row. */
  #unclear = { text: '', count: 0 }
  /** What the notice in front of the batch says. */
  #telling: readonly DropSummary[] = []
  #adapter: Adapter
  /** Its adapter is there. Until then nothing is delivered: what there is waits in the rings. */
  isOpen: boolean
  /** Its adapter is expected at any moment, so that nobody runs away from it. */
  isAwaited = false
  isWriting = false
  isClosed = false

  /** @param adapter comes later when it is left out, see `open` */
  constructor(adapter: Adapter | undefined, name: string, settings: LaneSettings, parts: LaneParts) {
    this.name = name
    this.#adapter = adapter ?? unopened(name)
    this.isOpen = adapter !== undefined
    this.settings = settings
    this.#parts = parts
    this.health = new LaneHealth(name, settings, parts.failureResetMs, parts.clock, parts.report)
    this.#search = new Search(this, parts)
  }

  get adapter(): Adapter {
    return this.#adapter
  }

  /** Its adapter is there now. */
  open(adapter: Adapter): void {
    this.#adapter = adapter
    // what it may do depends on what the adapter can
    this.#search = new Search(this, this.#parts)
    this.isOpen = true
    this.isAwaited = false
  }

  get canWriteSync(): boolean {
    return this.adapter.writeSync !== undefined || this.adapter.writeLinesSync !== undefined
  }

  /**
   * Its adapter takes canonical lines as bytes: nothing is held, the ring alone has what is not accepted. While a record is looked for that the
   * adapter cannot process, it gets one record after the other, and they are held.
   */
  get takesLines(): boolean {
    return this.adapter.writeLinesSync !== undefined && !this.#search.isOn && this.held.length === 0
  }

  /** Room for one more record in the batch. */
  get hasRoom(): boolean {
    const most = Math.min(this.settings.batchMaxEvents, this.#search.mostHeld)
    return this.held.length < most && this.held.size < this.settings.batchMaxBytes
  }

  /** Records are to be taken out of the rings before the next attempt. */
  get wantsRecords(): boolean {
    return this.held.events === 0 || this.#search.wantsMore
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
      first.cursor.drop(reason, first.record.level, 1)
    this.#search.end()
    this.unsure = 0
  }

  // ---- delivery

  /** What the adapter must be told about drops before anything else, or nothing. */
  notice(): LogRecord | undefined {
    if (!this.drops.hasUntold) return undefined
    this.#telling = this.drops.untold
    return this.#parts.notices.dropped(this.#telling)
  }

  /**
   * Offers the held records to the adapter until they are accepted, the lane has to pause, or it wants more records first. False when it has to
   * pause.
   */
  deliverSync(): boolean {
    while (this.prepare()) {
      const offered = this.offer()
      try {
        this.#writeSync(offered)
        this.succeeded(this.held, offered.length)
      } catch (error) {
        if (this.failed(error) === 'paused') return false
      }
      if (this.wantsRecords && this.isBehind) return true
    }
    return this.health.isReady()
  }

  /** Puts the notice in front; true when there is something to deliver. */
  prepare(): boolean {
    if (this.#search.isOn) return this.#search.prepare()
    const notice = this.notice()
    if (notice !== undefined) this.held.setNotice(notice)
    return this.held.length > 0
  }

  /** The held records to write now. */
  offer(): readonly LogRecord[] {
    if (this.#search.isOn) return this.#search.offer()
    const pending = this.held.pending()
    return pending.length > this.mostAtOnce ? pending.slice(0, this.mostAtOnce) : pending
  }

  /** How many records one call can have: an adapter that has nothing but lines gets a block of one line for each record that is held. */
  get mostAtOnce(): number {
    return this.adapter.writeLinesSync !== undefined && this.adapter.writeSync === undefined ? 1 : Number.POSITIVE_INFINITY
  }

  /** The adapter accepted what it was offered. */
  succeeded(batch: Batch, offered: number): Outcome {
    if (this.#search.isOn && batch === this.held) this.#search.accepted(offered)
    else this.#accept(batch, offered)
    this.#unclear.count = 0
    this.health.succeed()
    return 'delivered'
  }

  /** An attempt failed: settles what is known, and says whether to try the rest at once or to pause. */
  failed(error: unknown, batch: Batch = this.held): Outcome {
    if (this.#search.isOn && batch === this.held) return this.#search.failed(error)
    if (isAdapterError(error)) {
      this.#accept(batch, error.accepted)
      if (batch.length === 0) return this.succeeded(batch, 0)
    } else this.unsure = Math.max(this.unsure, batch.events)
    switch (faultOf(error, batch === this.held ? this.held.pending() : [])) {
      case 'record':
        return this.#suspect(error, batch)
      case 'unclear': {
        const pause = this.pause(error)
        if (this.#isUnclearAgain(error) && batch.events > 0) this.#search.beginUnclear(error)
        return pause
      }
      case 'destination':
        this.#unclear.count = 0
        return this.pause(error)
    }
  }

  /** Waits before the next attempt. A full pipe is no failure, but nothing goes on until its reader reads. */
  pause(error: unknown, isDown = false): 'paused' {
    if (isAdapterError(error) && error.retryable && error.code === 'EAGAIN') {
      this.health.stall(STALL_RETRY_MS)
      this.#parts.wake(this, STALL_RETRY_MS)
      return 'paused'
    }
    const pause = this.health.fail(error, isDown)
    if (this.settings.whenDown === 'drop') this.dropHeld('down')
    this.#parts.wake(this, pause)
    return 'paused'
  }

  /** The notice is out, or will never be. */
  noticeSettled(): void {
    this.drops.told(this.#telling)
  }

  /** A record of the batch can never be accepted: it is known which, or it is looked for. */
  #suspect(error: unknown, batch: Batch): Outcome {
    const isExact = isAdapterError(error) && error.isExact
    const isKnown = isExact || batch.length === 1
    if (isKnown && batch.removeNotice()) {
      this.noticeSettled()
      return 'again'
    }
    return this.#search.begin(error, { isKnown: isKnown && batch === this.held, isExact, isUnclear: false })
  }

  #isUnclearAgain(error: unknown): boolean {
    const text = describeError(error)
    this.#unclear = { text, count: text === this.#unclear.text ? this.#unclear.count + 1 : 1 }
    return this.#unclear.count >= UNCLEAR_IN_A_ROW
  }

  #accept(batch: Batch, count: number): void {
    const { events, notice } = batch.accept(count, this.unsure)
    if (notice) this.noticeSettled()
    if (events > 0) this.#search.acceptedElsewhere()
    this.unsure -= Math.min(events, this.unsure)
  }

  #writeSync(offered: readonly LogRecord[]): void {
    const { adapter } = this
    const [first] = offered
    if (adapter.writeSync !== undefined) adapter.writeSync(offered)
    else if (first !== undefined) adapter.writeLinesSync?.(this.#oneLine.of(first))
  }
}

/** Nobody calls it: a lane that is not open is served by nobody. */
function unopened(name: string): Adapter {
  return { name, write: () => Promise.reject(new Error(`The adapter \`${name}\` is not there yet.`)) }
}
