import type { Socket as DatagramSocket } from 'node:dgram'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { AdapterError } from '@holdfast/core'
import type { GraylogProtocol } from '../options.js'

/** What gelf-pro 1.x has for one way of sending. The two last ones open what a message is sent through; each kind has one of them. */
export interface GelfProAdapter {
  setOptions(options: object): unknown
  send(message: string, callback: (error?: Error | null, bytes?: number) => void): unknown
  _instance?(options: object): Socket
  _createSocket?(): DatagramSocket
}

const MODULES: Readonly<Record<GraylogProtocol, string>> = {
  tcp: 'gelf-pro/lib/adapter/tcp',
  tls: 'gelf-pro/lib/adapter/tcp-tls',
  udp: 'gelf-pro/lib/adapter/udp',
}

/** An adapter of gelf-pro that shares nothing with those of others: the library has one of each kind, with one set of options. */
export function loadGelfPro(protocol: GraylogProtocol): GelfProAdapter {
  try {
    const shared: unknown = createRequire(import.meta.url)(MODULES[protocol])
    if (isAdapter(shared)) return Object.create(shared)
  } catch (cause) {
    throw new AdapterError("Cannot load gelf-pro, which `client: 'gelf-pro'` needs: install it with `npm install gelf-pro@1`.", {
      code: 'GELF_PRO_MISSING',
      cause,
    })
  }
  throw new AdapterError('Expected gelf-pro 1.x to be installed, got another version: `npm install gelf-pro@1`.', {
    code: 'GELF_PRO_VERSION',
  })
}

function isAdapter(value: unknown): value is GelfProAdapter {
  return typeof value === 'object' && value !== null && 'send' in value && 'setOptions' in value
}
