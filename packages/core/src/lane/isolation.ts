/** So many different events refused in a row, and none accepted between: the destination is down, and no record is to blame. */
const MOST_IN_A_ROW = 8
/** How often a suspect is refused once more, after another record was accepted, before it is put aside. */
const CONFIRMATIONS = 2
/** The same when the adapter did not say that the fault is the record's: its destination may fail now and then. */
const UNCLEAR_CONFIRMATIONS = 7

/** What follows from a refusal. `proven`: the first record of the batch is to be put aside. `down`: the destination refuses everything. */
export type Refusal = 'again' | 'proven' | 'down'

export interface IsolationStart {
  /** The first record of the batch is the one that was refused. */
  readonly isKnown: boolean
  /** The adapter says how far it came, so it may have all that is behind the suspects at once. */
  readonly isExact: boolean
  /** Nobody said that a record is at fault. */
  readonly isUnclear: boolean
}

/**
 * The search for the records of a batch that an adapter cannot process. It decides what is offered next; the lane offers it.
 *
 * ```
 *  held    s0  s1  s2 │ r3  r4  r5 …
 *          suspects   │ offered one at a time, the suspects are not
 *                     └ r3 accepted: each suspect is offered again, and put aside when it is refused again
 * ```
 *
 * A suspect stays in the batch, and with it in the ring, until it is accepted or put aside; nothing that was accepted is offered again.
 */
export class Isolation {
  readonly #mayPass: boolean
  #isOn = false
  #isExact = false
  #isUnclear = false
  /** Records at the front of the batch that were refused, and behind which none was accepted yet. */
  #suspects = 0
  /** How many of them are still to be offered again, since another record was accepted. */
  #toConfirm = 0
  #confirmations = 0
  /** Different events refused since one was accepted. */
  #inARow = 0
  /** There was a pause: the first suspect is asked before anything else. */
  #isRetry = false

  /** @param mayPass records may reach the destination before older ones that are suspects */
  constructor(mayPass: boolean) {
    this.#mayPass = mayPass
  }

  get isOn(): boolean {
    return this.#isOn
  }

  get isUnclear(): boolean {
    return this.#isUnclear
  }

  begin({ isKnown, isExact, isUnclear }: IsolationStart): Refusal {
    this.#isOn = true
    this.#isExact = isExact
    this.#isUnclear = isUnclear
    return isKnown ? this.#suspect() : 'again'
  }

  /** The batch is settled or given up. */
  end(): void {
    this.#isOn = false
    this.#forget()
  }

  /** The destination failed meanwhile: what it refused before says nothing any more. */
  restart(): void {
    this.#forget()
    this.#inARow = 0
    // nobody said that a record is at fault: whole batches, until the same happens again and again
    if (this.#isUnclear) this.#isOn = false
  }

  /** What was offered at once was refused, and nobody says which of it: from now on one at a time. */
  offerSingly(): void {
    this.#isExact = false
  }

  /** Whether more records could tell what those in the batch cannot. */
  wantsMore(events: number): boolean {
    return this.#isOn && this.#mayPass && this.#toConfirm === 0 && this.#suspects >= events
  }

  /** So many records are enough to go on with: what is taken out of the ring is lost together when the ring needs the room. */
  get mostHeld(): number {
    return this.#isOn ? this.#suspects + MOST_IN_A_ROW : Number.POSITIVE_INFINITY
  }

  /** Index of the record to offer, of `events` held ones; `undefined` when only a record of the lane's own can tell. */
  next(events: number): number | undefined {
    if (this.#asksFirst) return 0
    return this.#suspects < events && (this.#mayPass || this.#suspects === 0) ? this.#suspects : undefined
  }

  /** How many records from there on may be offered at once. */
  get most(): number {
    return this.#isExact && this.#mayPass && !this.#asksFirst ? Number.POSITIVE_INFINITY : 1
  }

  /** An event was accepted, in the search or outside of it. */
  accepted(): void {
    this.#inARow = 0
    if (!this.#isOn) return
    if (this.#isRetry) this.end()
    else if (this.#toConfirm > 0) this.settled()
    else this.#confirmAll()
  }

  /** A record of the lane's own was accepted. */
  acceptedOwn(): void {
    this.#confirmAll()
  }

  /** What was offered was refused. */
  refused(events: number): Refusal {
    if (this.#isRetry) {
      this.#isRetry = false
      return this.#inARow >= MOST_IN_A_ROW && this.next(events) === undefined ? 'down' : 'again'
    }
    if (this.#toConfirm === 0) return this.#suspect()
    this.#confirmations++
    return this.#confirmations < (this.#isUnclear ? UNCLEAR_CONFIRMATIONS : CONFIRMATIONS) ? 'again' : 'proven'
  }

  /** The first suspect is out of the batch. */
  settled(): void {
    this.#suspects--
    this.#toConfirm--
    this.#confirmations = 0
  }

  /** The destination refuses everything: after the pause the first suspect is asked first. */
  paused(): void {
    this.#toConfirm = 0
    this.#confirmations = 0
    this.#isRetry = this.#suspects > 0
  }

  get #asksFirst(): boolean {
    return this.#isRetry || this.#toConfirm > 0
  }

  #suspect(): Refusal {
    this.#suspects++
    this.#inARow++
    return this.#inARow >= MOST_IN_A_ROW ? 'down' : 'again'
  }

  #confirmAll(): void {
    this.#toConfirm = this.#suspects
    this.#confirmations = 0
  }

  #forget(): void {
    this.#suspects = 0
    this.#toConfirm = 0
    this.#confirmations = 0
    this.#isRetry = false
  }
}
