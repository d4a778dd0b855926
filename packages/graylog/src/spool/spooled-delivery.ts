import { AdapterError, type Clock } from '@holdfast/core'
import { reasonOf } from '../failure.js'
import type { GelfTransport } from '../gelf-transport.js'
import type { SpoolSettings } from '../options.js'
import { Pauses } from './pauses.js'
import { keepRefused, refusedPath } from './refused.js'
import { Spool, type Taken } from './spool.js'

const TAKE_BYTES = 262_144
const REPLAY_MS = 10_000
const FLUSH_MS = 3000

/**
 * Sends what it can, and keeps the rest on disk until the server is back. While anything is on the disk everything goes there first, so
 * that the order holds.
 */
export class SpooledDelivery {
  readonly #settings: SpoolSettings
  readonly #transport: GelfTransport
  readonly #clock: Clock
  readonly #pauses = new Pauses()
  #spool: Spool | undefined
  #closing = new AbortController()
  #replay: Promise<void> | undefined
  #wake: (() => void) | undefined
  #cancelPause: (() => void) | undefined
  /** Why the server cannot be reached; `undefined` when it could be last time. */
  #reason: string | undefined
  /** Why there is no spool. */
  #trouble: string | undefined
  #rejected = 0

  constructor(settings: SpoolSettings, transport: GelfTransport, clock: Clock) {
    this.#settings = settings
    this.#transport = transport
    this.#clock = clock
  }

  /** Why this is not as it should be, for people. */
  get reason(): string | undefined {
    const waiting = this.#spool?.messages ?? 0
    const parts = [
      waiting > 0 ? `${waiting} messages wait in the spool${this.#reason === undefined ? '' : `: ${this.#reason}`}` : undefined,
      this.#trouble,
      this.#rejected > 0
        ? `${this.#rejected} messages of the spool were refused for good: see ${refusedPath(this.#settings.dir)}`
        : undefined,
      (this.#spool?.damaged ?? 0) > 0 ? `${this.#spool?.damaged} files of the spool were damaged` : undefined,
    ].filter((part) => part !== undefined)
    return parts.length === 0 ? undefined : parts.join('; ')
  }

  details(): Readonly<Record<string, number | string>> {
    return {
      spoolDir: this.#settings.dir,
      spoolMessages: this.#spool?.messages ?? 0,
      spoolBytes: this.#spool?.bytes ?? 0,
      spoolRejected: this.#rejected,
    }
  }

  async send(messages: readonly string[], signal: AbortSignal): Promise<void> {
    const spool = await this.#opened()
    if (spool === undefined) return this.#transport.send(messages, signal)
    let rest = messages
    let accepted = 0
    if (spool.messages === 0 && this.#replay === undefined) {
      const outcome = await this.#sendNow(messages, signal)
      if (outcome === undefined) return
      accepted = outcome.accepted
      rest = messages.slice(accepted)
    }
    try {
      await spool.append(rest)
    } catch (error) {
      throw shifted(error, accepted)
    } finally {
      this.#startReplay(spool)
    }
  }

  /** Tries to empty the spool, once and for a moment, then flushes the transport. */
  async flush(): Promise<void> {
    if (this.#replay === undefined) return this.#transport.flush()
    this.#cancelPause?.()
    this.#wake?.()
    let cancel: (() => void) | undefined
    const late = new Promise<void>((resolve) => {
      cancel = this.#clock.after(FLUSH_MS, resolve, { keepAlive: true })
    })
    await Promise.race([this.#replay, late])
    cancel?.()
    if (this.#replay === undefined) await this.#transport.flush()
  }

  /** Stops; what waits is on the disk. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the adapter was closed'))
    this.#cancelPause?.()
    this.#wake?.()
    await this.#replay
    await this.#transport.close()
    await this.#spool?.close()
    this.#spool = undefined
  }

  // ---- sending

  /** Undefined when all went through; else the failure, unless it is one that the lane has to know. */
  async #sendNow(messages: readonly string[], signal: AbortSignal): Promise<AdapterError | undefined> {
    const limit = new AbortController()
    const cancel = this.#clock.after(this.#settings.afterMs, () => limit.abort(new Error('no answer in time')))
    try {
      await this.#transport.send(messages, AbortSignal.any([signal, limit.signal]))
      this.#reason = undefined
      return undefined
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof AdapterError) || !error.retryable) throw error
      this.#reason = reasonOf(error)
      return error
    } finally {
      cancel()
    }
  }

  /** Another process may have the directory, or it may not be writable: then everything goes as if there were none. */
  async #opened(): Promise<Spool | undefined> {
    if (this.#spool !== undefined) return this.#spool
    try {
      this.#spool = await Spool.open(this.#settings, this.#clock)
      this.#trouble = undefined
      if (this.#spool.messages > 0) this.#startReplay(this.#spool)
    } catch (error) {
      this.#trouble = reasonOf(error)
    }
    return this.#spool
  }

  // ---- sending what waits

  #startReplay(spool: Spool): void {
    if (this.#replay !== undefined || spool.messages === 0) return
    this.#replay = this.#sendWaiting(spool).finally(() => {
      this.#replay = undefined
    })
  }

  async #sendWaiting(spool: Spool): Promise<void> {
    const { signal } = this.#closing
    while (spool.messages > 0 && !signal.aborted) {
      try {
        const taken = await spool.take(TAKE_BYTES)
        if (taken === undefined) return
        await this.#sendTaken(spool, taken)
        this.#reason = undefined
        this.#pauses.reset()
      } catch (error) {
        this.#reason = reasonOf(error)
        await this.#pause()
      }
    }
  }

  async #sendTaken(spool: Spool, taken: Taken): Promise<void> {
    const limit = new AbortController()
    const cancel = this.#clock.after(REPLAY_MS, () => limit.abort(new Error('no answer in time')))
    try {
      await this.#transport.send(taken.messages, AbortSignal.any([this.#closing.signal, limit.signal]))
    } catch (error) {
      if (!(error instanceof AdapterError) || error.retryable) throw error
      // the server will never take one of them: they go one by one, and that one is kept in a file
      await this.#sendSingly(taken.messages, AbortSignal.any([this.#closing.signal, limit.signal]))
    } finally {
      cancel()
    }
    await spool.acknowledge(taken)
  }

  /** One that refuses everything is as good as down: nothing leaves the spool before another message was accepted. */
  async #sendSingly(messages: readonly string[], signal: AbortSignal): Promise<void> {
    const refused: string[] = []
    let refusal: unknown
    for (const message of messages) {
      try {
        await this.#transport.send([message], signal)
      } catch (error) {
        if (!(error instanceof AdapterError) || error.retryable) throw error
        refused.push(message)
        refusal = error
      }
    }
    if (refused.length === messages.length) throw refusal
    await keepRefused(this.#settings, refused)
    this.#rejected += refused.length
  }

  async #pause(): Promise<void> {
    if (this.#closing.signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      this.#cancelPause = this.#clock.after(this.#pauses.next(), resolve)
    })
    this.#wake = undefined
  }
}

/** A failure to append is about the rest of a batch. */
function shifted(error: unknown, accepted: number): unknown {
  if (!(error instanceof AdapterError)) return error
  const { message, code, retryable, cause } = error
  return new AdapterError(message, { accepted: accepted + error.accepted, code, retryable, cause })
}
