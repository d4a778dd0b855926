import type { Health } from '@holdfast/api'
import type { Clock } from '@holdfast/core'
import { cureOf, describeTrouble, type Trouble } from './trouble.js'

/** How journald is, as far as the last attempt told, and how it was before. */
export class Condition {
  readonly #path: string
  readonly #clock: Clock
  #trouble: Trouble | undefined
  #reason = ''
  #since = 0
  #outages = 0
  #lastOutage: string | undefined

  constructor(path: string, clock: Clock) {
    this.#path = path
    this.#clock = clock
  }

  /** Notes a failure; returns what happened, for people. */
  fail(trouble: Trouble, detail: string): string {
    if (this.#trouble === undefined) {
      this.#since = this.#clock.monotonic()
      this.#outages++
    }
    this.#trouble = trouble
    const cure = cureOf(trouble)
    this.#reason = `${describeTrouble(trouble, this.#path, detail)}${cure === undefined ? '' : ` ${cure}`}`
    return this.#reason
  }

  succeed(): void {
    if (this.#trouble === undefined) return
    this.#lastOutage = `${this.#trouble} for ${Math.round(this.#clock.monotonic() - this.#since)} ms`
    this.#trouble = undefined
  }

  /** @param lacks what the client in use cannot do, when it is not the one that was asked for */
  health(client: string, lacks: string | undefined): Health {
    const isDown = this.#trouble !== undefined
    const reason = isDown ? this.#reason : lacks
    const cure = this.#trouble === undefined ? undefined : cureOf(this.#trouble)
    return {
      state: isDown ? 'down' : lacks !== undefined ? 'degraded' : 'ok',
      ...(reason === undefined ? undefined : { reason }),
      details: {
        client,
        path: this.#path,
        ...(this.#trouble === undefined ? undefined : { trouble: this.#trouble }),
        ...(cure === undefined ? undefined : { cure }),
        ...(this.#outages === 0 ? undefined : { outages: this.#outages }),
        ...(this.#lastOutage === undefined ? undefined : { lastOutage: this.#lastOutage }),
      },
    }
  }
}
