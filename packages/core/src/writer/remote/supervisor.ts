import type { Clock } from '../../clock.js'
import type { Report } from '../../diagnostics/catalogue.js'
import { describeError } from '../../diagnostics/hub.js'
import type { Control } from '../../host/control.js'
import { Backoff } from '../../lane/backoff.js'
import type { WriterLaunch } from './launch.js'

/** Without a heartbeat for so long, it is looked whether it is there at all. */
const QUIET_MS = 100
/** Without a heartbeat for so long, it hangs. */
const HUNG_MS = 2000
/** A writer that starts takes its time on a loaded machine. */
const START_MS = 10_000
const RESTART_MIN_MS = 20
const RESTART_MAX_MS = 5000
/** Starts in a row that came to nothing, after which the runtime writes itself. */
const MAX_FAILURES = 5
/** A writer that has lived so long was well. */
const WELL_MS = 10_000
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

/** Sees to it that there is a writer, and exactly one: it is started anew when it is gone, and ended first when it hangs. */
export class Supervisor {
  readonly #parts: SupervisorParts
  readonly #backoff = new Backoff(RESTART_MIN_MS, RESTART_MAX_MS)
  readonly #hangs = new Map<string, Backoff>()
  #beat = 0
  #beatAt = 0
  #startedAt = 0
  #isStarting = false
  #retryAt = 0
  #failures = 0
  restarts = 0
  state: 'running' | 'starting' | 'restarting' | 'hung' | 'ended' = 'starting'

  constructor(parts: SupervisorParts) {
    this.#parts = parts
  }

  /** The first start. */
  start(): void {
    this.#beatAt = this.#parts.clock.monotonic()
    if (this.#parts.launch.mayStart) this.#start(undefined)
  }

  /** Whether the writer is at work, as far as this producer can see. */
  get isAlive(): boolean {
    return this.state === 'running'
  }

  /** Looks how the writer is and does what has to be done. Cheap; called by a timer, and by calls that wait. */
  look(): void {
    const { control, clock, launch } = this.#parts
    if (this.state === 'ended') return
    control.refresh()
    const now = clock.monotonic()
    if (control.heartbeat !== this.#beat) {
      this.#beat = control.heartbeat
      this.#beatAt = now
      this.#isWell(now)
      return
    }
    const quietMs = now - this.#beatAt
    if (quietMs < QUIET_MS || now < this.#retryAt) return
    const found = launch.look()
    if (found === 'gone' || (found === 'none' && launch.mayStart)) this.#restart('gone', undefined)
    else if (this.#isStarting ? now - this.#startedAt > START_MS : quietMs > HUNG_MS) this.#replaceHung()
  }

  stop(): void {
    this.state = 'ended'
  }

  #isWell(now: number): void {
    if (this.#isStarting) {
      this.#isStarting = false
      if (this.restarts > 0) this.#parts.report('writer_restarted', { restarts: this.restarts, pid: this.#parts.control.pid })
    }
    if (this.#failures > 0 && now - this.#startedAt > WELL_MS) {
      this.#failures = 0
      this.#backoff.reset()
    }
    this.state = 'running'
  }

  /** It is there but does nothing: it is ended, and the lane that it was in is left alone for a while. */
  #replaceHung(): void {
    const { control, launch, lanes, report } = this.#parts
    const lane = lanes[control.lane]
    this.state = 'hung'
    if (!launch.kill()) return
    report('writer_hung', { lane: lane ?? '', silent_ms: HUNG_MS })
    this.#restart('hung', lane === undefined ? undefined : { lane, pauseMs: this.#quarantineMs(lane) })
  }

  #restart(why: 'gone' | 'hung', quarantine: Parameters<WriterLaunch['start']>[0]): void {
    const { launch, clock, report } = this.#parts
    if (!launch.mayStart) return
    const words = launch.lastWords()
    if (why === 'gone') report('writer_gone', { restarts: this.restarts, last_words: words })
    this.#failures++
    if (this.#failures > MAX_FAILURES) {
      this.stop()
      report('writer_unavailable', {
        reason: words === '' ? 'it ends whenever it is started' : words,
        cure: 'see docs/diagnostics.md',
      })
      this.#parts.giveUp()
      return
    }
    this.restarts++
    this.state = 'restarting'
    this.#retryAt = clock.monotonic() + this.#backoff.next()
    this.#start(quarantine)
  }

  #start(quarantine: Parameters<WriterLaunch['start']>[0]): void {
    const { launch, clock, report } = this.#parts
    this.#isStarting = true
    this.#startedAt = clock.monotonic()
    this.#beatAt = this.#startedAt
    try {
      launch.start(quarantine)
    } catch (error) {
      report('writer_gone', { restarts: this.restarts, last_words: describeError(error) })
    }
  }

  #quarantineMs(lane: string): number {
    const backoff = this.#hangs.get(lane) ?? new Backoff(QUARANTINE_MIN_MS, QUARANTINE_MAX_MS)
    this.#hangs.set(lane, backoff)
    return backoff.next()
  }
}
