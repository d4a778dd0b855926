import type { Health } from '@holdfast/api'
import { cureOf } from '../adapter/cure-of.js'
import { isBrokenPipe } from '../adapter/is-broken-pipe.js'
import type { Clock } from '../clock.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import { Backoff } from './backoff.js'
import type { LaneSettings } from './settings.js'

/** Failures in a row after which a lane is `down` instead of `degraded`. */
const DOWN_AFTER = 3
/** At most one error diagnostic per lane in this time. */
const REPORT_INTERVAL_MS = 1000

/** Whether a lane may try, must pause, or is held up by a full pipe. */
export class LaneHealth {
  readonly #name: string
  readonly #clock: Clock
  readonly #report: Report
  readonly #failureResetMs: number
  readonly #backoff: Backoff
  #state: Health['state'] = 'ok'
  #reason = ''
  #failingSince = 0
  #lastFailure = Number.NEGATIVE_INFINITY
  #nextReport = 0
  #code = ''
  /** Do not try before this moment, by the monotonic clock. */
  readyAt = 0
  /** The destination takes nothing just now but is alive: a full pipe. */
  isStalled = false
  /** It waits because its adapter hung, or ended its writer. */
  isQuarantined = false

  constructor(name: string, settings: LaneSettings, failureResetMs: number, clock: Clock, report: Report) {
    this.#name = name
    this.#clock = clock
    this.#report = report
    this.#failureResetMs = failureResetMs
    this.#backoff = new Backoff(settings.retryMinMs, settings.retryMaxMs)
  }

  get state(): Health['state'] {
    return this.#state
  }

  get reason(): string {
    return this.#reason
  }

  /** Nobody reads there any more: it is no use to wait. */
  get isBroken(): boolean {
    return this.#state !== 'ok' && isBrokenPipe(this.#code)
  }

  isReady(): boolean {
    return this.pauseLeftMs <= 0
  }

  /** Milliseconds until it may try again; 0 or less when it may. */
  get pauseLeftMs(): number {
    return this.#state === 'ok' && !this.isStalled ? 0 : this.readyAt - this.#clock.monotonic()
  }

  /** Notes a full pipe. Until the pause is over nobody asks it again: every call would pay for an attempt that cannot succeed. */
  stall(pauseMs: number): void {
    this.isStalled = true
    this.readyAt = this.#clock.monotonic() + pauseMs
  }

  /** Whether producers wait for this lane: not while it fails, nor until it has been well for a while. */
  isTrusted(): boolean {
    return this.#state === 'ok' && this.#clock.monotonic() - this.#lastFailure >= this.#failureResetMs
  }

  /**
   * Counts a failure; returns the pause before the next attempt, in milliseconds.
   *
   * @param isDown it is down at the first failure: no further one has to show that
   */
  fail(error: unknown, isDown = false): number {
    const now = this.#clock.monotonic()
    const pause = this.#backoff.next()
    this.readyAt = now + pause
    this.#lastFailure = now
    this.#code = errorCode(error)
    this.isStalled = false
    if (this.#backoff.attempt === 1) this.#failingSince = now
    if (now >= this.#nextReport) {
      this.#nextReport = now + REPORT_INTERVAL_MS
      const payload = {
        adapter: this.#name,
        error: describeError(error),
        code: errorCode(error),
        cure: cureOf(error) ?? '',
        attempt: this.#backoff.attempt,
        retry_in_ms: Math.round(pause),
      }
      this.#report('queue_worker_error', payload)
    }
    if (this.#backoff.attempt === 1) this.#report('queue_degraded_drop_mode', { adapter: this.#name, reason: 'worker_failed' })
    // one in quarantine has shown nothing yet that would make it better than down
    const isWorse = isDown || this.isQuarantined || this.#backoff.attempt >= DOWN_AFTER
    this.#become(isWorse ? 'down' : 'degraded', describeError(error))
    return pause
  }

  /**
   * Its adapter did not come back from a call, or ended its writer: it is not tried before a pause is over.
   *
   * @param pauseMs infinite when it is not tried again
   * @param reason what it did, as a sentence without an end
   */
  quarantine(pauseMs: number, reason: string): void {
    const now = this.#clock.monotonic()
    this.isQuarantined = true
    this.readyAt = now + pauseMs
    this.#lastFailure = now
    this.#failingSince = now
    const next = Number.isFinite(pauseMs) ? `; next attempt in ${Math.round(pauseMs / 1000)} s` : ''
    this.#become('down', `${reason}${next}`)
  }

  /** Nothing is held against it any more: it may try at once. */
  release(): void {
    this.readyAt = 0
    this.isQuarantined = false
    this.#become('ok', '')
  }

  succeed(): void {
    this.isStalled = false
    this.isQuarantined = false
    if (this.#state === 'ok') return
    const attempts = this.#backoff.attempt
    this.#backoff.reset()
    this.readyAt = 0
    this.#become('ok', '')
    this.#report('queue_worker_recovered', {
      adapter: this.#name,
      down_ms: Math.round(this.#clock.monotonic() - this.#failingSince),
      attempts,
    })
  }

  #become(state: Health['state'], reason: string): void {
    const from = this.#state
    this.#state = state
    this.#reason = reason
    if (from !== state) this.#report('adapter_health', { adapter: this.#name, from, to: state, reason })
  }
}
