import type { Clock } from '@holdfast/core'
import type { Connection } from './connection.js'
import { unackedBytes } from './unacked-bytes.js'

const PAUSE_MS = 10

/** What a backlog is bounded by. */
export interface BacklogBounds {
  /** Most bytes without acknowledgement. */
  readonly maxBytes: number
  /** A server whose kernel acknowledges nothing for so long is taken for gone. */
  readonly patienceMs: number
}

/**
 * Bounds what one connection has sent and the server's kernel has not acknowledged, where the system tells (Linux). The kernel here
 * would take megabytes for a server that vanished. Asking takes milliseconds of the
 * processor, so it is done only when the bound may be exceeded: about once per `maxBytes`.
 */
export class Backlog {
  readonly #connection: Connection
  readonly #bounds: BacklogBounds
  readonly #clock: Clock
  #unacked = 0
  #sentSinceAsked = 0
  #lastProgress: number

  constructor(connection: Connection, bounds: BacklogBounds, clock: Clock) {
    this.#connection = connection
    this.#bounds = bounds
    this.#clock = clock
    this.#lastProgress = clock.monotonic()
  }

  sent(bytes: number): void {
    this.#sentSinceAsked += bytes
  }

  /** Waits until so many more bytes are within the bound. Rejects when the server seems gone, or by the signal. */
  async roomFor(bytes: number, signal: AbortSignal): Promise<void> {
    const { maxBytes, patienceMs } = this.#bounds
    const limit = Math.max(0, maxBytes - bytes)
    if (maxBytes === 0 || this.#unacked + this.#sentSinceAsked <= limit) return
    while (await this.#isBeyond(limit)) {
      signal.throwIfAborted()
      if (this.#clock.monotonic() - this.#lastProgress > patienceMs) {
        throw new Error(`the server acknowledges nothing since ${Math.round(patienceMs / 1000)} s`)
      }
      await new Promise<void>((resolve) => this.#clock.after(PAUSE_MS, resolve))
    }
  }

  /** Bytes without acknowledgement; 0 where the system does not tell. */
  async ask(): Promise<number> {
    const unacked = (await unackedBytes(this.#connection.socket)) ?? 0
    if (unacked === 0 || unacked < this.#unacked + this.#sentSinceAsked) this.#lastProgress = this.#clock.monotonic()
    this.#unacked = unacked
    this.#sentSinceAsked = 0
    return unacked
  }

  async #isBeyond(limit: number): Promise<boolean> {
    const unacked = await this.ask()
    if (this.#connection.broken !== undefined) throw this.#connection.broken
    return unacked > limit
  }
}
