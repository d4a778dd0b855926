import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Adapter, LogRecord } from '@holdfast/api'
import { type GraylogOptions, graylogAdapter } from '@holdfast/graylog'
import { hostileRecords, makeRecord, makeRecords } from '@holdfast/testkit'
import { temporaryFolder } from '../../fixtures/spawn.js'
import { hasTools } from '../../fixtures/tools.js'
import { canBuildGelfd, Gelfd, type Received, selfSigned } from './gelfd.js'

const LOCAL = '127.0.0.1:0'

function open(test: TestContext, options: GraylogOptions): Adapter {
  const adapter = graylogAdapter(options).create()
  test.after(() => adapter.close?.())
  return adapter
}

async function send(adapter: Adapter, records: readonly LogRecord[]): Promise<void> {
  await adapter.write(records, new AbortController().signal)
}

const FULL = makeRecord({
  level: 'error',
  message: 'chunk failed',
  logger: 'encoder.ffmpeg',
  extra: {
    chunk: 3,
    ratio: 0.25,
    ok: true,
    user: { id: 'u1', roles: ['a', 'b'] },
    id: 'mine',
    service: 'forged',
    größe: 1,
    none: null,
  },
  error: {
    type: 'RangeError',
    message: 'no such chunk',
    code: 'E_CHUNK',
    stack: 'RangeError: no such chunk\n    at encode (a.js:1:2)',
  },
  context: { service: 'video', environment: 'prod', hostname: 'node7', job_id: 'j1', process_id: 12, process_id_chain: [4, 12] },
})

/** What Graylog must find of `FULL`, whatever the way. */
function assertFull(message: Received | undefined): void {
  assert.deepEqual(message, {
    via: message?.via,
    version: '1.1',
    host: 'node7',
    short: 'chunk failed',
    full: 'chunk failed\nRangeError: no such chunk\n    at encode (a.js:1:2)',
    level: 3,
    timestamp: FULL.time / 1000,
    extra: {
      _level_name: 'ERROR',
      _logger: 'encoder.ffmpeg',
      _event_id: FULL.event.event_id,
      _service: 'video',
      _environment: 'prod',
      _job_id: 'j1',
      _process_id: 12,
      _process_id_chain: '4>12',
      _origin: 'testkit000001',
      _seq: 1,
      _error_type: 'RangeError',
      _error_message: 'no such chunk',
      _error_code: 'E_CHUNK',
      _chunk: 3,
      _ratio: 0.25,
      _ok: 'true',
      _extra_user_id: 'u1',
      _user_roles: '["a","b"]',
      _extra_id: 'mine',
      _extra_service: 'forged',
      _gr__e: 1,
    },
  })
}

describe("Graylog's own library understands", () => {
  for (const protocol of ['tcp', 'udp'] as const) {
    it(`every field over ${protocol}`, async (test) => {
      if (!canBuildGelfd(test)) return
      const gelfd = await Gelfd.start(test, `-${protocol}`, LOCAL)
      const adapter = open(test, { host: '127.0.0.1', port: gelfd.port(protocol), protocol })

      await send(adapter, [FULL])

      assertFull((await gelfd.received(1))[0])
    })
  }

  it('every field over TLS, with a certificate of the client', async (test) => {
    if (!canBuildGelfd(test) || !hasTools(test, ['openssl', 'version'])) return
    const { cert, key } = selfSigned(temporaryFolder(test))
    const gelfd = await Gelfd.start(test, '-tls', LOCAL, '-cert', cert, '-key', key, '-clientca', cert)
    const adapter = open(test, { host: 'localhost', port: gelfd.port('tls'), protocol: 'tls', tls: { ca: cert, cert, key } })

    await send(adapter, [FULL])

    assertFull((await gelfd.received(1))[0])
  })

  it('every field through gelf-pro', async (test) => {
    if (!canBuildGelfd(test)) return
    const gelfd = await Gelfd.start(test, '-tcp', LOCAL)
    const adapter = open(test, { host: '127.0.0.1', port: gelfd.port('tcp'), client: 'gelf-pro' })

    await send(adapter, [FULL])

    assertFull((await gelfd.received(1))[0])
  })

  for (const [name, options] of [
    ['in chunks, with gzip', { compress: 'gzip' }],
    ['in chunks, with zlib', { compress: 'zlib' }],
    ['in chunks, as it is', { compress: false }],
    ['in chunks, through gelf-pro', { client: 'gelf-pro' }],
  ] as const) {
    it(`a message of 40 KiB over UDP ${name}`, async (test) => {
      if (!canBuildGelfd(test)) return
      const gelfd = await Gelfd.start(test, '-udp', LOCAL)
      const adapter = open(test, { host: '127.0.0.1', port: gelfd.port('udp'), protocol: 'udp', ...options })
      // digits of a long product: they compress by half only, so that there are several chunks
      const message = Array.from({ length: 4000 }, (_, index) => ((index + 1) * 0.618_033_988_7).toFixed(8)).join('')

      await send(adapter, [makeRecord({ message })])

      assert.equal((await gelfd.received(1))[0]?.short, message)
    })
  }

  it('hostile keys and values, each record as one message', async (test) => {
    if (!canBuildGelfd(test)) return
    const records = hostileRecords()
    const gelfd = await Gelfd.start(test, '-tcp', LOCAL)
    const adapter = open(test, { host: '127.0.0.1', port: gelfd.port('tcp') })

    await send(adapter, records)

    const messages = await gelfd.received(records.length)
    const expected = records.map(({ event }) => Buffer.from(event.message).toString())
    assert.deepEqual(
      messages.map(({ short }) => short),
      expected,
    )
  })

  it('20 000 records of one connection, complete and in order', async (test) => {
    if (!canBuildGelfd(test)) return
    const gelfd = await Gelfd.start(test, '-tcp', LOCAL)
    const adapter = open(test, { host: '127.0.0.1', port: gelfd.port('tcp') })
    const records = makeRecords(20_000)

    for (let start = 0; start < records.length; start += 512) await send(adapter, records.slice(start, start + 512))

    const messages = await gelfd.received(20_000)
    assert.deepEqual(
      messages.map(({ extra }) => extra['_seq']),
      records.map(({ event }) => event.seq),
    )
  })
})
