import type { Adapter, LogRecord } from '@holdfast/api'
import { isAdapterError } from '../adapter/adapter-error.js'
import { type Aside, identityOf, type Letter } from '../aside/aside.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import type { NoticeWriter } from '../ring/notice.js'
import { faultOf } from './fault-of.js'
import type { Held, HeldBatch } from './held-batch.js'
import { Isolation, type IsolationStart, type Refusal } from './isolation.js'

/** What became of one attempt. `again`: part of the batch is settled, or is offered in another way: try it at once. */
export type Outcome = 'delivered' | 'again' | 'paused'

export interface SearchParts {
  readonly report: Report
  readonly notices: NoticeWriter
  /** Where records go that the adapter cannot process. */
  readonly aside: Aside
}

/** What a search needs of its lane. */
export interface SearchLane {
  readonly name: string
  readonly adapter: Adapter
  readonly held: HeldBatch
  readonly hasRoom: boolean
  /** How many records one call can have. */
  readonly mostAtOnce: number
  /** Events at the front of the batch that may have arrived although their write failed. */
  unsure: number
  pause(error: unknown, isDown?: boolean): 'paused'
  noticeSettled(): void
}

/** Why an adapter cannot process a record. */
type Proof = Pick<Letter, 'error' | 'code'>

/** What is offered just now: the notice of the lane, a record that asks whether the destination takes any, or events from an index on. */
type Trial = { readonly kind: 'notice' | 'question' } | { readonly kind: 'events'; readonly index: number }

/**
 * A lane's way of writing while it looks for the records that its adapter cannot process: those are put aside, and the lane goes on. See `Isolation`
 * for what is offered when.
 */
export class Search {
  readonly #lane: SearchLane
  readonly #parts: SearchParts
  readonly #isolation: Isolation
  #trial: Trial = { kind: 'notice' }
  #offered: readonly LogRecord[] = []
  /** The failure that told nothing and that the search is for. */
  #unclearText = ''
  /** Why the first record is to be put aside, as soon as that can be done. */
  #proof: Proof | undefined

  constructor(lane: SearchLane, parts: SearchParts) {
    this.#lane = lane
    this.#parts = parts
    // what `resume` names has arrived with all before it: nothing may overtake a record that is not settled
    this.#isolation = new Isolation(lane.adapter.resume === undefined)
  }

  get isOn(): boolean {
    return this.#isolation.isOn
  }

  get wantsMore(): boolean {
    return this.#proof === undefined && this.#isolation.wantsMore(this.#lane.held.events) && this.#lane.hasRoom
  }

  /** How many records may be held meanwhile. */
  get mostHeld(): number {
    return this.#isolation.mostHeld
  }

  begin(error: unknown, start: IsolationStart): Outcome {
    return this.#follow(this.#isolation.begin(start), error)
  }

  beginUnclear(error: unknown): void {
    this.#unclearText = describeError(error)
    this.#isolation.begin({ isKnown: false, isExact: false, isUnclear: true })
  }

  end(): void {
    this.#proof = undefined
    this.#isolation.end()
  }

  /** Events were accepted outside of a search. */
  acceptedElsewhere(): void {
    this.#isolation.accepted()
  }

  /** Whether there is something to offer: a record that is proven to be at fault goes first, where it can. */
  prepare(): boolean {
    if (this.#proof !== undefined && !this.#putAside(this.#proof)) return false
    if (this.#lane.held.length > 0) return true
    this.end()
    return false
  }

  offer(): readonly LogRecord[] {
    const { held } = this.#lane
    const index = this.#isolation.next(held.events)
    if (held.notice !== undefined) {
      this.#trial = { kind: 'notice' }
      this.#offered = [held.notice]
    } else if (index === undefined) {
      this.#trial = { kind: 'question' }
      this.#offered = [this.#parts.notices.question()]
    } else {
      this.#trial = { kind: 'events', index }
      this.#offered = held.from(index, Math.min(this.#isolation.most, this.#lane.mostAtOnce))
    }
    return this.#offered
  }

  accepted(offered: number): void {
    const { held } = this.#lane
    switch (this.#trial.kind) {
      case 'notice':
        held.removeNotice()
        this.#lane.noticeSettled()
        break
      case 'question':
        this.#isolation.acceptedOwn()
        break
      case 'events':
        this.#settle(this.#trial.index, offered)
    }
    if (held.length === 0) this.end()
  }

  failed(error: unknown): Outcome {
    const { held } = this.#lane
    const isExact = isAdapterError(error) && error.isExact
    if (isAdapterError(error) && error.accepted > 0) {
      this.accepted(error.accepted)
      if (!error.retryable || held.length === 0) return 'again'
      this.#isolation.restart()
      return this.#lane.pause(error)
    }
    if (this.#trial.kind === 'events' && !isAdapterError(error))
      this.#lane.unsure = Math.max(this.#lane.unsure, this.#trial.index + this.#offered.length)
    if (!this.#isRefusal(error)) {
      this.#isolation.restart()
      return this.#lane.pause(error)
    }
    if (this.#trial.kind === 'notice') {
      held.removeNotice()
      this.#lane.noticeSettled()
      return 'again'
    }
    // a record of the lane's own is refused too: it is the destination
    if (this.#trial.kind === 'question') return this.#follow('down', error)
    if (this.#offered.length > 1 && !isExact) {
      this.#isolation.offerSingly()
      return 'again'
    }
    return this.#follow(this.#isolation.refused(held.events), error)
  }

  #isRefusal(error: unknown): boolean {
    const fault = faultOf(error, this.#offered)
    if (fault !== 'unclear') return fault === 'record'
    return this.#isolation.isUnclear && describeError(error) === this.#unclearText
  }

  #settle(index: number, offered: number): void {
    const lane = this.#lane
    // it may have been given up meanwhile
    if (lane.held.from(index, 1)[0] !== this.#offered[0]) return
    const count = Math.min(offered, this.#offered.length)
    const unsure = Math.min(Math.max(0, lane.unsure - index), count)
    lane.held.acceptFrom(index, count, unsure)
    lane.unsure -= unsure
    this.#isolation.accepted()
  }

  #follow(refusal: Refusal, error: unknown): Outcome {
    switch (refusal) {
      case 'again':
        return 'again'
      case 'proven':
        return this.#putAside({ error: describeError(error), code: errorCode(error) }) ? 'again' : 'paused'
      case 'down':
        this.#isolation.paused()
        return this.#lane.pause(error, true)
    }
  }

  /** False when it cannot be done now: the lane waits. */
  #putAside(proof: Proof): boolean {
    const lane = this.#lane
    const first = lane.held.first()
    if (first === undefined) return true
    const letter = letterOf(lane.name, first, proof)
    try {
      const file = this.#parts.aside.put(letter) ?? ''
      const { adapter, origin, seq, event_id, error, code } = letter
      this.#parts.report('record_put_aside', { adapter, origin, seq, event_id, error, code, file })
    } catch (error) {
      this.#proof = proof
      lane.pause(error, true)
      return false
    }
    lane.held.removeFirst()
    lane.unsure = Math.max(0, lane.unsure - 1)
    first.cursor.drop('unprocessable', first.record.level, 1)
    this.#isolation.settled()
    this.#proof = undefined
    if (lane.held.length === 0) this.end()
    return true
  }
}

function letterOf(adapter: string, { record, cursor }: Held, { error, code }: Proof): Letter {
  return { adapter, origin: cursor.source.origin, ...identityOf(record), error, code, line: record.json }
}
