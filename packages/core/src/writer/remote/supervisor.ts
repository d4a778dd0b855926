import type { Clock } from '../../clock.js'
import type { Report } from '../../diagnostics/catalogue.js'
import { describeError } from '../../diagnostics/hub.js'
import { tellUpkeepFailure } from '../../diagnostics/upkeep.js'
import type { Control } from '../../host/control.js'
import { Backoff } from '../../lane/backoff.js'
import type { WriterLaunch } from './launch.js'

/** Between two looks, no more than this counts as silence. */
const LOOK_MAX_MS = 500
/** Without a heartbeat for so long, it is looked whether it is there at all. */
const QUIET_MS = 100
/** Without a heartbeat for so long, it hangs. */
const HUNG_MS = 2000
/** A writer that starts takes its time on a loaded machine, until it has loaded its adapters. */
const START_MS = 20_000
const RESTART_MIN_MS = 20
const RESTART_MAX_MS = 5000
/** Starts in a row that came to nothing, after which the runtime writes itself. */
const MAX_FAILURES = 5
/** A writer that has been at work for so long was well: that it is gone is no reason to give up. */
const WELL_MS = 1000
const QUARANTINE_MIN_MS = 5000
const QUARANTINE_MAX_MS = 300_000

export interface SupervisorParts {
  readonly launch: WriterLaunch
  readonly control: Control
  readonly clock: Clock
  readonly report: Report
  readonly lanes: readonly string[]
  /** Called once, when no writer can be had. */
  readonly giveUp: () => void
}

/** A lane that hung: how often, and how long it is left alone. */
interface Hang {
  readonly backoff: Backoff
  until: number
}

/** Sees to it that there is a writer, and exactly one: it is started anew when it is gone, and ended first when it hangs. */
export class Supervisor {
  readonly #parts: SupervisorParts
  readonly #backoff = new Backoff(RESTART_MIN_MS, RESTART_MAX_MS)
  readonly #hangs = new Map<string, Hang>()
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
  #retryAt = 0
  #failures = 0
  restarts = 0
  state: 'running' | 'starting' | 'restarting' | 'hung' | 'ended' = 'starting'

  constructor(parts: SupervisorParts) {
    this.#parts = parts
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
    else if (this.#isStarting ? now - this.#startedAt > START_MS : this.#quietMs > HUNG_MS) this.#end(now)
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
    if (this.#failures > 0 && now - this.#upAt > WELL_MS) {
      this.#failures = 0
      this.#backoff.reset()
    }
    this.state = 'running'
  }

  /** It is there but does nothing: it is ended. One that takes its time to end is looked for again. */
  #end(now: number): void {
    const { launch } = this.#parts
    this.state = 'hung'
    // the one who starts writers knows whether this one is still starting; the others do not
    if (!launch.mayStart) return
    if (!this.#isHung) this.#noteHang(now)
    if (launch.kill()) this.#restart(now)
  }

  /** The lane that it was in is left alone for a while, longer each time. */
  #noteHang(now: number): void {
    const { control, lanes, launch, report } = this.#parts
    // one that never took the page has left what its predecessor noted there; a stopped one is silent whatever its lanes do
    const isInnocent = control.epoch === this.#epochBefore || launch.look() === 'stopped'
    const lane = isInnocent ? undefined : lanes[control.lane]
    this.#isHung = true
    report('writer_hung', { lane: lane ?? '', silent_ms: HUNG_MS })
    if (lane === undefined) return
    const hang = this.#hangs.get(lane) ?? { backoff: new Backoff(QUARANTINE_MIN_MS, QUARANTINE_MAX_MS), until: 0 }
    hang.until = now + hang.backoff.next()
    this.#hangs.set(lane, hang)
  }

  #restart(now: number): void {
    const { launch, report } = this.#parts
    if (!launch.mayStart) return
    const words = launch.lastWords()
    const isAnotherTry = launch.isShort
    if (!this.#isHung && !isAnotherTry && !this.#isStartTold)
      report('writer_gone', { restarts: this.restarts, last_words: words })
    this.#isHung = false
    if (!isAnotherTry) this.#failures++
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
    this.#retryAt = now + this.#backoff.next()
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
      launch.start(this.#quarantine(this.#startedAt))
    } catch (error) {
      this.#isStartTold = true
      if (launch.isShort) tellUpkeepFailure(report, 'supervision', error)
      else report('writer_gone', { restarts: this.restarts, last_words: describeError(error) })
    }
  }

  /** Lanes that are to be left alone still. */
  #quarantine(now: number): Parameters<WriterLaunch['start']>[0] {
    return Array.from(this.#hangs, ([lane, { until }]) => ({ lane, pauseMs: until - now })).filter(({ pauseMs }) => pauseMs > 0)
  }
}
