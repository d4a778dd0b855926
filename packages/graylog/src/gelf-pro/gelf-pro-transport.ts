import { readFile } from 'node:fs/promises'
import { isIP, isIPv6, type Socket } from 'node:net'
import { isPem } from '../complete-options.js'
import { fitCompressed } from '../datagram/pack.js'
import { endpointName, failure } from '../failure.js'
import type { GelfTransport } from '../gelf-transport.js'
import type { GraylogSettings } from '../options.js'
import { type GelfProAdapter, loadGelfPro } from './load.js'

/** gelf-pro makes one chunk more than is needed when the last one is full. */
const CHUNKS_MAX = 127
const CHUNK_BYTES = { udp4: 1388, udp6: 1368 } as const

/**
 * Sends through gelf-pro, a connection for each message. Guards against what was measured in version 1.4.0:
 *
 * - one message at a time: the library opens a socket for each at once, until the process has no descriptors left
 * - a message counts when the server has closed its side: the library reports success for what a reset threw away
 * - later errors of a socket are caught: the library listens for one only, and a second would end the process
 * - options are of this adapter alone: the library keeps one set for all of a kind
 * - messages are cut to what fits into the chunks that it makes
 */
export class GelfProTransport implements GelfTransport {
  readonly #settings: GraylogSettings
  #adapter: GelfProAdapter | undefined
  #close: ((reason: Error) => void) | undefined
  #messages = 0
  /** How the connection of the message under way ended. */
  #ended: Promise<void> = Promise.resolve()

  constructor(settings: GraylogSettings) {
    this.#settings = settings
  }

  async send(messages: readonly string[], signal: AbortSignal): Promise<void> {
    let accepted = 0
    const abort = (): void => this.#close?.(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      this.#adapter ??= await this.#load()
      for (const message of messages) {
        signal.throwIfAborted()
        await this.#sendOne(this.#adapter, await this.#fit(message))
        accepted++
        this.#messages++
      }
    } catch (error) {
      throw failure(`Cannot send to ${this.#name} through gelf-pro`, error, { accepted })
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async flush(): Promise<void> {
    // nothing is kept
  }

  async close(): Promise<void> {
    this.#close?.(new Error('the adapter was closed'))
  }

  details(): Readonly<Record<string, string | number | boolean>> {
    return { address: this.#name, client: 'gelf-pro', messages: this.#messages }
  }

  get #name(): string {
    return endpointName(this.#settings)
  }

  get #udp(): 'udp4' | 'udp6' {
    return isIPv6(this.#settings.host) ? 'udp6' : 'udp4'
  }

  async #fit(message: string): Promise<string> {
    if (this.#settings.protocol !== 'udp') return message
    const { json } = await fitCompressed(message, 'zlib', CHUNKS_MAX * CHUNK_BYTES[this.#udp])
    return json
  }

  async #sendOne(adapter: GelfProAdapter, message: string): Promise<void> {
    this.#ended = Promise.resolve()
    try {
      await new Promise<void>((resolve, reject) => {
        adapter.send(message, (error) => (error === null || error === undefined ? resolve() : reject(error)))
      })
      await this.#ended
    } finally {
      this.#close = undefined
    }
  }

  async #load(): Promise<GelfProAdapter> {
    const { protocol, host, port, tls } = this.#settings
    const adapter = loadGelfPro(protocol)
    const [ca, cert, key] = await Promise.all([tls.ca, tls.cert, tls.key].map(readPem))
    const servername = tls.serverName ?? (isIP(host) === 0 ? host : undefined)
    const secure = {
      rejectUnauthorized: tls.dangerouslyAcceptAnyCertificate !== true,
      ...(servername === undefined ? undefined : { servername }),
      ...(ca === undefined ? undefined : { ca }),
      ...(cert === undefined ? undefined : { cert }),
      ...(key === undefined ? undefined : { key }),
      ...(tls.passphrase === undefined ? undefined : { passphrase: tls.passphrase }),
    }
    adapter.setOptions({ host, port, protocol: this.#udp, ...(protocol === 'tls' ? secure : undefined) })
    if (protocol === 'udp') this.#guardDatagrams(adapter)
    else this.#guardStreams(adapter)
    return adapter
  }

  #guardStreams(adapter: GelfProAdapter): void {
    const open = adapter._instance?.bind(adapter)
    if (open === undefined) return
    adapter._instance = (options) => {
      const socket = open(options)
      socket.unref()
      socket.resume()
      socket.on('error', ignore)
      this.#close = (reason) => socket.destroy(reason)
      this.#ended = endOf(socket)
      this.#ended.catch(ignore)
      return socket
    }
  }

  #guardDatagrams(adapter: GelfProAdapter): void {
    const open = adapter._createSocket?.bind(adapter)
    if (open === undefined) return
    adapter._createSocket = () => {
      const socket = open()
      socket.unref()
      socket.on('error', ignore)
      return socket
    }
  }
}

/** Resolves when the server has ended its side without an error, after ours: it has read the message. */
function endOf(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('close', () => {
      const { errored, writableFinished } = socket
      if (errored === null && writableFinished) resolve()
      else reject(errored ?? new Error('the connection was closed before the message was sent'))
    })
  })
}

async function readPem(value: string | undefined): Promise<string | undefined> {
  return value === undefined || isPem(value) ? value : await readFile(value, 'utf8')
}

function ignore(): void {
  // reported by the library's own listener, or by how the connection ended
}
