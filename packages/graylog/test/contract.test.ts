import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { type GraylogOptions, graylogAdapter } from '@holdfast/graylog'
import { type AdapterSuite, describeAdapter, hasFirstWord } from '@holdfast/testkit'
import { Blackhole } from './blackhole.js'
import { Authority } from './certificates.js'
import { Receiver, type Speech } from './receiver.js'

const receivers = new Map<string, Receiver>()

/** The suite for one way of sending; `options` may depend on the folder of the test. */
function suite(name: string, speech: Speech, options: (dir: string) => Partial<GraylogOptions>): AdapterSuite {
  const receiverOf = (dir: string): Receiver => {
    const receiver = receivers.get(dir)
    if (receiver === undefined) throw new Error(`no receiver for ${dir}`)
    return receiver
  }
  return {
    name,
    recipe: (dir) => {
      const { port } = receiverOf(dir)
      return graylogAdapter({ host: '127.0.0.1', port, protocol: speech.protocol, ...options(dir) })
    },
    readBack: (dir) => receiverOf(dir).settled(),
    matches: hasFirstWord,
    setUp: async (dir) => void receivers.set(dir, await Receiver.start(speech)),
    tearDown: async (dir) => {
      await receiverOf(dir).stop()
      receivers.delete(dir)
    },
    factory: graylogAdapter,
    badOptions: { host: 'tcp://graylog', port: 0, protocol: 'http', fieldMaxBytes: '1', nested: 'deep', keepAliveMs: -1 },
  }
}

const breaks: Pick<AdapterSuite, 'breakIt'> = {
  breakIt: async (dir) => {
    const receiver = receivers.get(dir)
    await receiver?.stop()
    return () => receiver?.listen()
  },
}

const stalls: Pick<AdapterSuite, 'stallIt'> = {
  stallIt: async (dir) => {
    const receiver = receivers.get(dir)
    await receiver?.stop()
    const hole = await Blackhole.open(receiver?.port)
    return async () => {
      await hole.close()
      await receiver?.listen()
    }
  },
}

const unknowable = {
  'MUST reject a pending call soon after its signal is aborted': 'a datagram is gone as soon as it is sent',
  'MUST stay usable after an aborted call': 'a datagram is gone as soon as it is sent',
}

describeAdapter({ ...suite('graylog over TCP', { protocol: 'tcp' }, () => ({})), ...breaks, ...stalls })
describeAdapter({
  ...suite('graylog over TCP, nothing sent again', { protocol: 'tcp' }, () => ({ resend: false })),
  ...breaks,
  ...stalls,
})
describeAdapter({ ...suite('graylog over UDP', { protocol: 'udp' }, () => ({})), ...breaks, skip: unknowable })
describeAdapter({
  ...suite('graylog over UDP, uncompressed', { protocol: 'udp' }, () => ({ compress: false, datagramMaxBytes: 8192 })),
  ...breaks,
  skip: unknowable,
})
describeAdapter(suite('graylog with a spool', { protocol: 'tcp' }, (dir) => ({ spool: { dir: join(dir, 'spool') } })))
describeAdapter({
  ...suite('graylog through gelf-pro', { protocol: 'tcp' }, () => ({ client: 'gelf-pro' })),
  ...breaks,
  ...stalls,
})
describeAdapter({
  ...suite('graylog through gelf-pro, UDP', { protocol: 'udp' }, () => ({ client: 'gelf-pro' })),
  skip: unknowable,
})

if (hasOpenssl()) {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-graylog-'))
  after(() => rmSync(dir, { recursive: true, force: true }))
  const authority = new Authority(dir)
  const { cert, key } = authority.issue()
  const tls = { ca: authority.caPath }
  describeAdapter({
    ...suite('graylog over TLS', { protocol: 'tls', tls: { cert, key } }, () => ({ tls })),
    ...breaks,
    ...stalls,
  })
} else {
  it('adapter contract: graylog over TLS', { skip: 'needs openssl' }, () => undefined)
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
