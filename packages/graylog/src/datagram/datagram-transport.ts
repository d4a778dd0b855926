import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import type { Clock } from '@holdfast/core'
import { abortable } from '../abortable.js'
import { codeOf, endpointName, failure } from '../failure.js'
import type { GelfTransport } from '../gelf-transport.js'
import type { GraylogSettings } from '../options.js'
import { datagramsOf } from './chunks.js'
import { packMessage } from './pack.js'

/** Most datagrams that the kernel has not taken yet. */
const IN_FLIGHT_MAX = 32
/** After so long the name of the server is looked up again: nothing else would tell that it has moved. */
const LOOKUP_MS = 60_000

interface Line {
  readonly socket: Socket
  readonly openedAt: number
  /** What came back for datagrams that had been sent: nothing listens there. */
  error: Error | undefined
}

/**
 * GELF over UDP: one socket that is kept. Accepted means that the kernel has sent the datagrams; whether they arrive nobody knows.
 * A refusal that comes back in time (`ECONNREFUSED`) fails the next call.
 */
export class DatagramTransport implements GelfTransport {
  readonly #settings: GraylogSettings
  readonly #clock: Clock
  #line: Line | undefined
  #datagrams = 0
  #isClosed = false

  constructor(settings: GraylogSettings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
  }

  async send(messages: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      const line = await abortable(signal, this.#opened())
      let datagrams: Uint8Array[] = []
      for (const message of messages) {
        const packed = await packMessage(message, this.#settings)
        signal.throwIfAborted()
        datagrams.push(...datagramsOf(packed, this.#settings.datagramMaxBytes, messageId))
        if (datagrams.length < IN_FLIGHT_MAX) continue
        await this.#sendAll(line, datagrams)
        datagrams = []
      }
      await this.#sendAll(line, datagrams)
      await look()
      if (line.error !== undefined) throw line.error
    } catch (error) {
      this.#drop()
      throw failure(`Cannot send to ${this.#name}`, error, isTooLarge(error) ? { retryable: false } : { accepted: 0 })
    }
  }

  async flush(): Promise<void> {
    // the kernel has them; there is nothing more to know
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const line = this.#line
    this.#line = undefined
    if (line === undefined) return
    await new Promise<void>((resolve) => {
      line.socket.close(() => resolve())
    })
  }

  details(): Readonly<Record<string, string | number | boolean>> {
    return { address: this.#name, datagrams: this.#datagrams }
  }

  get #name(): string {
    return endpointName(this.#settings)
  }

  async #opened(): Promise<Line> {
    const known = this.#line
    if (known !== undefined && known.error === undefined && this.#clock.monotonic() - known.openedAt < LOOKUP_MS) return known
    this.#drop()
    const { host, port } = this.#settings
    // IPv4 first: nothing here tries the other one, and servers that listen on IPv6 alone have no IPv4 address
    const { address, family } = await lookup(host, { verbatim: false })
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    // an application that is done does not stay for its log
    socket.unref()
    const line: Line = { socket, openedAt: this.#clock.monotonic(), error: undefined }
    socket.on('error', (error) => {
      line.error ??= error
    })
    await connected(socket, port, address)
    if (this.#isClosed) socket.close()
    else this.#line = line
    return line
  }

  async #sendAll(line: Line, datagrams: readonly Uint8Array[]): Promise<void> {
    for (let start = 0; start < datagrams.length; start += IN_FLIGHT_MAX) {
      const some = datagrams.slice(start, start + IN_FLIGHT_MAX)
      await Promise.all(some.map((datagram) => sendOne(line.socket, datagram)))
      // what came back is about datagrams that went before: how many of this call they were is not known
      if (line.error !== undefined) throw line.error
      this.#datagrams += some.length
    }
  }

  #drop(): void {
    const line = this.#line
    this.#line = undefined
    line?.socket.close()
  }
}

/** A connected socket is told when nothing listens at the other end. */
function connected(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      socket.close()
      reject(error)
    }
    socket.once('error', failed)
    socket.connect(port, address, () => {
      socket.off('error', failed)
      resolve()
    })
  })
}

function sendOne(socket: Socket, datagram: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(datagram, (error) => (error === null ? resolve() : reject(error)))
  })
}

/** Lets the loop ask the kernel once: on a machine close by a refusal is there at once. */
async function look(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
  }
}

function isTooLarge(error: unknown): boolean {
  return codeOf(error) === 'EMSGSIZE'
}

function messageId(): Uint8Array {
  return randomBytes(8)
}
