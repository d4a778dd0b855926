import { readFile } from 'node:fs/promises'
import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import type { Clock } from '@holdfast/core'
import { isPem } from '../complete-options.js'
import type { GraylogSettings, GraylogTlsOptions } from '../options.js'

/** How long a TLS 1.3 server gets to refuse our certificate, or the lack of one, after its handshake has ended on this side. */
const VERDICT_MS = 300

/** Opens a connection that is ready for messages. Rejects when it is refused, when TLS fails, or when the signal is aborted. */
export async function dial(settings: GraylogSettings, clock: Clock, signal: AbortSignal): Promise<Socket> {
  const { host, port, keepAliveMs, protocol } = settings
  const common = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }
  if (protocol !== 'tls') return opened(connect(common), 'connect', signal)
  const certificates = await readCertificates(settings.tls)
  signal.throwIfAborted()
  const socket = connectTls({ ...common, ...certificates })
  await opened(socket, 'secureConnect', signal)
  await verdict(socket, clock, signal)
  return socket
}

async function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  // an application that is done does not stay for its log: last words, flush and shutdown decide how long they wait
  socket.unref()
  await settled(socket, signal, (resolve) => socket.once(event, resolve))
  return socket
}

/**
 * In TLS 1.3 a client is done before the server has judged its certificate: what is written then is lost when the server refuses. A
 * session ticket says that it did not; servers that send none are believed after a moment.
 */
async function verdict(socket: TLSSocket, clock: Clock, signal: AbortSignal): Promise<void> {
  if (socket.getProtocol() !== 'TLSv1.3') return
  let cancel: (() => void) | undefined
  try {
    await settled(socket, signal, (resolve) => {
      // the event comes out of the middle of a read: what is written before that is over, is encrypted wrongly
      socket.once('session', () => setImmediate(resolve))
      cancel = clock.after(VERDICT_MS, resolve)
      socket.resume()
    })
  } finally {
    cancel?.()
  }
}

/** Waits for what `listen` reports; a socket that fails, ends or is given up meanwhile is destroyed. */
function settled(socket: Socket, signal: AbortSignal, listen: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error?: unknown): void => {
      socket.off('error', finish)
      socket.off('close', closed)
      signal.removeEventListener('abort', aborted)
      if (error === undefined) {
        resolve()
        return
      }
      // a late error of a destroyed socket must not end the process
      socket.on('error', ignore)
      socket.destroy()
      reject(error)
    }
    const closed = (): void => finish(new Error('the server has closed the connection'))
    const aborted = (): void => finish(signal.reason ?? new Error('aborted'))
    socket.once('error', finish)
    socket.once('close', closed)
    signal.addEventListener('abort', aborted, { once: true })
    if (signal.aborted) return aborted()
    listen(() => finish())
  })
}

async function readCertificates(options: GraylogTlsOptions): Promise<ConnectionOptions> {
  const { serverName, passphrase, dangerouslyAcceptAnyCertificate } = options
  const [ca, cert, key] = await Promise.all([options.ca, options.cert, options.key].map(readPem))
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: dangerouslyAcceptAnyCertificate !== true,
    ...(serverName === undefined ? undefined : serverNameOf(serverName)),
    ...(ca === undefined ? undefined : { ca }),
    ...(cert === undefined ? undefined : { cert }),
    ...(key === undefined ? undefined : { key }),
    ...(passphrase === undefined ? undefined : { passphrase }),
  }
}

/** SNI takes names only; the certificate is checked against an address all the same. */
function serverNameOf(name: string): ConnectionOptions {
  return isIP(name) === 0 ? { servername: name } : {}
}

async function readPem(value: string | undefined): Promise<string | undefined> {
  return value === undefined || isPem(value) ? value : await readFile(value, 'utf8')
}

function ignore(): void {
  // the first error was reported
}
