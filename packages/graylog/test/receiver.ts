import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { gunzipSync, inflateSync } from 'node:zlib'

const QUIET_MS = 25

/** A GELF message that arrived. */
export type Message = Readonly<Record<string, string | number>>

/** What a receiver speaks. */
export type Speech = { readonly protocol: 'tcp' | 'udp' } | { readonly protocol: 'tls'; readonly tls: TlsOptions }

/** A GELF input in this process: keeps what arrives, and can be broken in all the ways that a server breaks. */
export class Receiver {
  readonly messages: string[] = []
  /** Ends of connections that had a torn message. */
  torn = 0
  connections = 0
  port = 0
  readonly #speech: Speech
  readonly #sockets = new Set<Socket>()
  readonly #raw = new Set<Socket>()
  readonly #chunks = new Map<string, Buffer[]>()
  #server: Server | undefined
  #datagrams: DatagramSocket | undefined
  /** Called with each connection, before anything is read. */
  onConnection: (socket: Socket) => void = () => undefined
  #isReading = true

  constructor(speech: Speech) {
    this.#speech = speech
  }

  static async start(speech: Speech, port = 0): Promise<Receiver> {
    const receiver = new Receiver(speech)
    receiver.port = port
    await receiver.listen()
    return receiver
  }

  /** Opens the port, the same one again after `stop`. */
  async listen(): Promise<void> {
    if (this.#speech.protocol === 'udp') return this.#listenToDatagrams()
    const server = this.#speech.protocol === 'tls' ? createTlsServer(this.#speech.tls) : createServer()
    server.on(this.#speech.protocol === 'tls' ? 'secureConnection' : 'connection', (socket: Socket) => this.#serve(socket))
    server.on('tlsClientError', () => undefined)
    // what TLS is spoken over: only that can be reset
    server.on('connection', (socket: Socket) => {
      this.#raw.add(socket)
      socket.once('close', () => this.#raw.delete(socket))
    })
    this.#server = server.listen(this.port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address === 'object' && address !== null) this.port = address.port
  }

  /** Closes the port and resets every connection. */
  async stop(): Promise<void> {
    this.resetConnections()
    const closing = [this.#server, this.#datagrams].filter((one) => one !== undefined)
    this.#server = undefined
    this.#datagrams = undefined
    await Promise.all(
      closing.map(async (one) => {
        one.close()
        await once(one, 'close')
      }),
    )
  }

  /** Ends every connection in the orderly way; the port stays open. */
  endConnections(): void {
    for (const socket of this.#sockets) socket.end()
  }

  /** Resets every connection; the port stays open. */
  resetConnections(): void {
    for (const socket of this.#raw) socket.resetAndDestroy()
  }

  pauseReading(): void {
    this.#isReading = false
    for (const socket of this.#sockets) socket.pause()
  }

  resumeReading(): void {
    this.#isReading = true
    for (const socket of this.#sockets) socket.resume()
  }

  /** What has arrived, once nothing more comes. */
  async settled(): Promise<readonly string[]> {
    for (let before = -1; before !== this.messages.length; ) {
      before = this.messages.length
      await pause(QUIET_MS)
    }
    return this.messages
  }

  /** Waits until so many have arrived. */
  async arrived(count: number): Promise<readonly Message[]> {
    while (this.messages.length < count) await pause(2)
    return this.parsed()
  }

  parsed(): readonly Message[] {
    return this.messages.map((text) => JSON.parse(text) as Message)
  }

  /** The sequence numbers of what has arrived. */
  get seqs(): readonly number[] {
    return this.parsed().map(({ _seq }) => Number(_seq))
  }

  #serve(socket: Socket): void {
    this.connections++
    this.#sockets.add(socket)
    let rest = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes])
      for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
        this.messages.push(rest.toString('utf8', 0, end))
        rest = rest.subarray(end + 1)
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (rest.length > 0) this.torn++
      this.#sockets.delete(socket)
    })
    this.onConnection(socket)
    if (!this.#isReading) socket.pause()
  }

  async #listenToDatagrams(): Promise<void> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
    this.#datagrams = socket
    socket.on('message', (datagram) => this.#take(datagram))
    socket.bind(this.port, '127.0.0.1')
    await once(socket, 'listening')
    this.port = socket.address().port
  }

  #take(datagram: Buffer): void {
    if (datagram[0] !== 0x1e || datagram[1] !== 0x0f) {
      this.messages.push(unpacked(datagram))
      return
    }
    const id = datagram.toString('hex', 2, 10)
    const parts = this.#chunks.get(id) ?? []
    parts[datagram[10] ?? 0] = datagram.subarray(12)
    this.#chunks.set(id, parts)
    if (parts.filter((part) => part !== undefined).length < (datagram[11] ?? 0)) return
    this.#chunks.delete(id)
    this.messages.push(unpacked(Buffer.concat(parts)))
  }
}

function unpacked(bytes: Buffer): string {
  if (bytes[0] === 0x1f) return gunzipSync(bytes).toString()
  return (bytes[0] === 0x78 ? inflateSync(bytes) : bytes).toString()
}
