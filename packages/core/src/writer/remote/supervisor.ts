import type { Clock } from '../../clock.js'
import type { Report } from '../../diagnostics/catalogue.js'
import { describeError } from '../../diagnostics/hub.js'
import { tellUpkeepFailure } from '../../diagnostics/upkeep.js'
import type { Control } from '../../host/control.js'
import { Backoff } from '../../lane/backoff.js'
import type { LaneRecords } from '../../tree/lane-records.js'
import { Distrust } from './distrust.js'
import type { WriterLaunch } from './launch.js'

/** Between two looks, no more than this counts as silence. */
const LOOK_MAX_MS = 500
/** Without a heartbeat for so long, it is looked whether it is there at all. */
const QUIET_MS = 100
/** Without a heartbeat for so long, it hangs. */
const HUNG_MS = 2000
/** A writer that starts takes its time on a loaded machine. */
const START_MS = 20_000
const RESTART_MIN_MS = 20
const RESTART_MAX_MS = 5000
/** Starts in a row that came to nothing, after which the runtime writes itself. */
const MAX_FAILURES = 5
/** A writer that has been at work for so long was well: that it is gone is no reason to give up. */
const WELL_MS = 1000
/** Who is killed from outside was in some adapter's call, as a rule by chance; so often in a row in the same one is none. */
const MAX_CHANCES = 3

export interface SupervisorParts {
  readonly launch: WriterLaunch
  readonly control: Control
  readonly clock: Clock
  readonly report: Report
  readonly lanes: readonly string[]
  /** Where it is kept which lanes are not to be trusted. */
  readonly records: LaneRecords
  /** Called once, when no writer can be had. */
  readonly giveUp: () => void
}

/** Sees to it that there is a writer, and exactly one: it is started anew when it is gone, and ended first when it hangs. */
export class Supervisor {
  readonly #parts: SupervisorParts
  readonly #backoff = new Backoff(RESTART_MIN_MS, RESTART_MAX_MS)
  readonly #distrust: Distrust
  #beat = 0
  /** For how long it was looked in vain for a heartbeat. */
  #quietMs = 0
  #lookedAt = 0
  #startedAt = 0
  #upAt = 0
  #epochBefore = -1
  #isStarting = false
  /** Why the last start failed was told. */
  #isStartTold = false
  /** It was found to hang and is being ended. */
  #isHung = false
  /** The last one that went is a lane's fault. */
  #isExplained = false
  /** The last one that went ended by its own doing, in no lane. */
  #isMystery = false
  /** In which lane those were that were killed lately, and how many of them in a row. */
  #killedIn = ''
  #chances = 0
  #retryAt = 0
  #failures = 0
  restarts = 0
  state: 'running' | 'starting' | 'restarting' | 'hung' | 'ended' = 'starting'

  constructor(parts: SupervisorParts) {
    this.#parts = parts
    this.#distrust = new Distrust(parts.clock, parts.records)
  }

  /** Lanes that must not be run in the application, whatever happens. */
  get banned(): ReturnType<Distrust['banned']> {
    return this.#distrust.banned()
  }

  /** The first start. */
  start(): void {
    this.#lookedAt = this.#parts.clock.monotonic()
    if (this.#parts.launch.mayStart) this.#start()
  }

  /** Looks how the writer is and does what has to be done. Cheap; called by a timer, and by calls that wait. */
  look(): void {
    const { control, clock, launch } = this.#parts
    if (this.state === 'ended') return
    control.refresh()
    const now = clock.monotonic()
    // after a pause of this process (a stopped container, a busy loop) the writer gets time to show that it lives
    this.#quietMs += Math.min(now - this.#lookedAt, LOOK_MAX_MS)
    this.#lookedAt = now
    if (control.heartbeat !== this.#beat) {
      this.#beat = control.heartbeat
      this.#quietMs = 0
      if (!this.#isHung) this.#isWell(now)
      return
    }
    if (this.#quietMs < QUIET_MS || now < this.#retryAt) return
    const found = launch.look()
    if (found === 'gone' || (found === 'none' && launch.mayStart)) this.#restart(now)
    else if (this.#isStarting ? now - this.#startedAt > START_MS : this.#quietMs > this.#patienceMs) this.#end()
  }

  stop(): void {
    this.state = 'ended'
  }

  #isWell(now: number): void {
    if (this.#isStarting) {
      this.#isStarting = false
      this.#upAt = now
      if (this.restarts > 0) this.#parts.report('writer_restarted', { restarts: this.restarts, pid: this.#parts.control.pid })
    }
    if (now - this.#upAt > WELL_MS) {
      this.#failures = 0
      this.#chances = 0
      this.#backoff.reset()
    }
    this.state = 'running'
  }

  /** A module may have much to load, and a machine little time: a lane that was ended at that gets more each time. */
  get #patienceMs(): number {
    const { control, lanes } = this.#parts
    const lane = control.isOpening ? lanes[control.lane] : undefined
    return lane === undefined ? HUNG_MS : Math.min(START_MS, HUNG_MS * Math.max(1, this.#distrust.countOf(lane)))
  }

  /** It is there but does nothing: it is ended. One that takes its time to end is looked for again. */
  #end(): void {
    const { launch, clock } = this.#parts
    this.state = 'hung'
    // the one who starts writers knows whether this one is still starting; the others do not
    if (!launch.mayStart) return
    if (!this.#isHung) this.#noteHang()
    if (launch.kill()) this.#restart(clock.monotonic())
  }

  #noteHang(): void {
    const { launch, report } = this.#parts
    // a stopped one is silent whatever its lanes do
    const lane = launch.look() === 'stopped' ? undefined : this.#notedLane
    this.#isHung = true
    this.#isExplained = lane !== undefined
    this.#isMystery = false
    report('writer_hung', { lane: lane ?? '', silent_ms: this.#patienceMs })
    if (lane !== undefined) this.#distrust.blame(lane, 'hung')
  }

  /** The lane that the writer was in. One that never took the page has left what its predecessor noted there. */
  get #notedLane(): string | undefined {
    const { control, lanes } = this.#parts
    return control.epoch === this.#epochBefore || control.state === 'ended' ? undefined : lanes[control.lane]
  }

  #noteDeath(words: string): void {
    const { launch, report } = this.#parts
    const lane = this.#notedLane
    const isCrash = launch.ending() === 'crashed'
    const isGuilty = lane !== undefined && (isCrash || this.#isNoChance(lane))
    this.#isExplained = isGuilty
    this.#isMystery = isCrash && !isGuilty
    report('writer_gone', { lane: isGuilty ? lane : '', restarts: this.restarts, last_words: words })
    if (isGuilty) this.#distrust.blame(lane, 'crashed')
  }

  #isNoChance(lane: string): boolean {
    this.#chances = lane === this.#killedIn ? this.#chances + 1 : 1
    this.#killedIn = lane
    return this.#chances >= MAX_CHANCES
  }

  #restart(now: number): void {
    const { launch, report } = this.#parts
    if (!launch.mayStart) return
    const words = launch.lastWords()
    // a start that failed for want of a descriptor, say, is no death
    const isAnotherTry = launch.isShort
    if (!this.#isHung && !isAnotherTry && !this.#isStartTold) this.#noteDeath(words)
    this.#isHung = false
    // what one lane does is held against no other: without it the next writer is well
    if (!this.#isExplained && !isAnotherTry) this.#failures++
    if (this.#failures > MAX_FAILURES) {
      this.stop()
      report('writer_unavailable', {
        reason: words === '' ? 'it ends whenever it is started' : words,
        cure: 'see docs/diagnostics.md',
      })
      this.#parts.giveUp()
      return
    }
    if (!isAnotherTry) this.restarts++
    this.state = 'restarting'
    this.#retryAt = now + (this.#isExplained ? RESTART_MIN_MS : this.#backoff.next())
    // what is known of the last one says nothing of a start that fails
    this.#isExplained = false
    this.#start()
  }

  #start(): void {
    const { launch, control, clock, report } = this.#parts
    this.#isStarting = true
    this.#epochBefore = control.epoch
    this.#startedAt = clock.monotonic()
    this.#quietMs = 0
    this.#isStartTold = false
    try {
      launch.start({ quarantine: this.#distrust.quarantine(), isCareful: this.#isMystery })
    } catch (error) {
      this.#isStartTold = true
      if (launch.isShort) tellUpkeepFailure(report, 'supervision', error)
      else report('writer_gone', { lane: '', restarts: this.restarts, last_words: describeError(error) })
    }
  }
}
