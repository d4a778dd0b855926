/** A GELF input that counts, in a process of its own, so that its work is not ours. Tells its ports, then its counts when asked. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** What the receiver tells first. */
export interface Ports {
  readonly tcp: number
  readonly tls: number
  readonly udp: number
}

/** How many messages, or datagrams, have arrived. */
export interface Counts {
  readonly stream: number
  readonly udp: number
}

let stream = 0
let udp = 0

function count(socket: Socket): void {
  socket.on('error', () => undefined)
  socket.on('data', (bytes: Buffer) => {
    for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, end + 1)) stream++
  })
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1', 4096)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

process.once('message', async (tls: { readonly cert: string; readonly key: string }) => {
  const secure = createTlsServer(tls, count)
  secure.on('tlsClientError', () => undefined)
  const datagrams = createSocket({ type: 'udp4', recvBufferSize: 8 << 20 })
  datagrams.on('message', () => {
    udp++
  })
  datagrams.bind(0, '127.0.0.1')
  await once(datagrams, 'listening')
  const ports: Ports = { tcp: await portOf(createServer(count)), tls: await portOf(secure), udp: datagrams.address().port }
  process.send?.(ports)
  process.on('message', () => process.send?.({ stream, udp } satisfies Counts))
})
