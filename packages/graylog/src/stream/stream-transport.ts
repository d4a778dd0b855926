import { AdapterError, type Clock } from '@holdfast/core'
import { abortable } from '../abortable.js'
import { endpointName, failure } from '../failure.js'
import type { GelfTransport } from '../gelf-transport.js'
import type { GraylogSettings } from '../options.js'
import { Backlog } from './backlog.js'
import { Connection } from './connection.js'
import { dial } from './dial.js'
import { framesOf } from './frames.js'
import { type Block, Unconfirmed } from './unconfirmed.js'

/** How long `flush` and `close` wait for the server to say that it has read everything. */
const FLUSH_MS = 3000
const CLOSE_MS = 1500

interface Line {
  readonly connection: Connection
  readonly backlog: Backlog
}

/**
 * GELF over TCP or TLS: one connection that is kept, and messages that end in NUL.
 *
 * Accepted means that the kernel has the bytes and that the connection was alive a moment later. That is not "read by the server": what
 * was sent lately is remembered, and sent again when the connection breaks.
 */
export class StreamTransport implements GelfTransport {
  readonly #settings: GraylogSettings
  readonly #clock: Clock
  readonly #unconfirmed: Unconfirmed
  #line: Line | undefined
  #cancelForget: (() => void) | undefined
  #connections = 0
  #resent = 0

  constructor(settings: GraylogSettings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
    this.#unconfirmed = new Unconfirmed(settings.resendMaxBytes, settings.resendWithinMs)
  }

  async send(messages: readonly string[], signal: AbortSignal): Promise<void> {
    const line = await this.#connected(signal)
    const blocks = framesOf(messages)
    try {
      await line.backlog.roomFor(bytesOf(blocks), signal)
    } catch (error) {
      // nothing of this call was written: a server that is only slow keeps its connection
      if (!signal.aborted) this.#drop()
      throw failure(`Cannot send to ${this.#name}`, error, { accepted: 0 })
    }
    try {
      await abortable(signal, write(line, blocks))
    } catch (error) {
      this.#drop()
      // what a broken connection had taken may be lost
      throw failure(`Cannot send to ${this.#name}`, error, { accepted: 0 })
    }
    const now = this.#clock.monotonic()
    for (const block of blocks) this.#unconfirmed.add(block, now)
    this.#forgetLater()
  }

  async flush(): Promise<void> {
    await this.#confirm(FLUSH_MS)
  }

  async close(): Promise<void> {
    try {
      await this.#confirm(CLOSE_MS)
    } catch (error) {
      // the process ends: there is nobody left who could try again
      if (!(error instanceof AdapterError)) throw error
    } finally {
      this.#cancelForget?.()
      this.#unconfirmed.forgetAll()
      this.#drop()
    }
  }

  details(): Readonly<Record<string, string | number | boolean>> {
    return {
      address: this.#name,
      connected: this.#line !== undefined && this.#line.connection.broken === undefined,
      connections: this.#connections,
      unconfirmedBytes: this.#unconfirmed.bytes,
      resentMessages: this.#resent,
    }
  }

  get #name(): string {
    return endpointName(this.#settings)
  }

  // ---- connecting

  async #connected(signal: AbortSignal): Promise<Line> {
    // an end or a reset that came while nothing was sent is noticed before anything is written into it
    await this.#line?.connection.look()
    if (this.#line !== undefined && this.#line.connection.broken === undefined) return this.#line
    this.#drop()
    try {
      signal.throwIfAborted()
      const connection = new Connection(await dial(this.#settings, this.#clock, signal))
      const { resendMaxBytes: maxBytes, keepAliveMs: patienceMs } = this.#settings
      this.#line = { connection, backlog: new Backlog(connection, { maxBytes, patienceMs }, this.#clock) }
      this.#connections++
      await this.#sendAgain(this.#line, signal)
      return this.#line
    } catch (error) {
      this.#drop()
      throw failure(`Cannot connect to ${this.#name}`, error, { accepted: 0 })
    }
  }

  async #sendAgain(line: Line, signal: AbortSignal): Promise<void> {
    const blocks = this.#unconfirmed.takeAgain(this.#clock.monotonic())
    if (blocks.length === 0) return
    await abortable(signal, write(line, blocks))
    this.#resent += blocks.reduce((sum, { messages }) => sum + messages, 0)
    this.#forgetLater()
  }

  #drop(): void {
    this.#line?.connection.destroy()
    this.#line = undefined
  }

  // ---- confirming

  #forgetLater(): void {
    if (this.#unconfirmed.isEmpty) return
    this.#cancelForget ??= this.#clock.after(this.#settings.resendWithinMs, () => {
      this.#cancelForget = undefined
      void this.#forgetOld()
    })
  }

  async #forgetOld(): Promise<void> {
    const line = this.#line
    // what a broken connection leaves waits for the next one
    if (line === undefined || line.connection.broken !== undefined) return
    const unacked = await line.backlog.ask()
    if (this.#line !== line || line.connection.broken !== undefined) return
    this.#unconfirmed.forgetOld(this.#clock.monotonic(), unacked)
    this.#forgetLater()
  }

  /** Ends the connection and waits for the server to do the same. When it broke instead, sends again what may be lost, once. */
  async #confirm(withinMs: number): Promise<void> {
    const end = this.#clock.monotonic() + withinMs
    for (let attempt = 1; !this.#unconfirmed.isEmpty; attempt++) {
      try {
        const { connection, backlog } = await this.#connectedWithin(end - this.#clock.monotonic())
        const hasRead = await connection.end(this.#clock, end - this.#clock.monotonic())
        // a server that keeps its side open says nothing, but its kernel does
        if (!hasRead && (await backlog.ask()) > 0) throw new Error(`the server did not read everything within ${withinMs} ms`)
        this.#unconfirmed.forgetAll()
      } catch (error) {
        if (attempt > 1 || end <= this.#clock.monotonic()) throw failure(`Cannot flush to ${this.#name}`, error)
      } finally {
        this.#drop()
      }
    }
  }

  async #connectedWithin(ms: number): Promise<Line> {
    const controller = new AbortController()
    const cancel = this.#clock.after(ms, () => controller.abort(new Error('no answer in time')), { keepAlive: true })
    try {
      return await this.#connected(controller.signal)
    } finally {
      cancel()
    }
  }
}

async function write({ connection, backlog }: Line, blocks: readonly Block[]): Promise<void> {
  await Promise.all(blocks.map(({ bytes }) => connection.write(bytes)))
  backlog.sent(bytesOf(blocks))
  // a server that went away while nothing was sent answers the first bytes with a reset
  await connection.look()
  if (connection.broken !== undefined) throw connection.broken
}

function bytesOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { bytes }) => sum + bytes.length, 0)
}
