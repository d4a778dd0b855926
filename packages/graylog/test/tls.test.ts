import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { TlsOptions } from 'node:tls'
import type { GraylogOptions } from '@holdfast/graylog'
import { makeRecords } from '@holdfast/testkit'
import { Authority, type CertificateWish } from './certificates.js'
import { Receiver } from './receiver.js'
import { adapterFor, failureOf, send } from './sending.js'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe('TLS', { skip: hasOpenssl ? false : 'needs openssl' }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-graylog-'))
  let authority: Authority
  before(() => {
    authority = new Authority(join(dir, 'authority'))
  })
  after(() => rmSync(dir, { recursive: true, force: true }))

  async function receive(test: TestContext, wish: CertificateWish = {}, more: TlsOptions = {}): Promise<Receiver> {
    const { cert, key } = authority.issue(wish)
    const receiver = await Receiver.start({ protocol: 'tls', tls: { cert, key, ...more } })
    test.after(() => receiver.stop())
    return receiver
  }

  function open(test: TestContext, port: number, tls: GraylogOptions['tls'], host = '127.0.0.1'): ReturnType<typeof adapterFor> {
    const adapter = adapterFor(port, { host, protocol: 'tls', ...(tls === undefined ? undefined : { tls }) })
    test.after(() => adapter.close())
    return adapter
  }

  for (const [what, read] of [
    ['the path of a file', () => authority.caPath],
    ['PEM text', () => authority.ca],
  ] as const) {
    it(`takes the authority as ${what}`, async (test) => {
      const receiver = await receive(test)
      const adapter = open(test, receiver.port, { ca: read() })

      await send(adapter, makeRecords(3))

      await receiver.arrived(3)
      assert.equal(adapter.health().state, 'ok')
    })
  }

  for (const [what, wish, code, cure] of [
    ['has expired', { until: '20210101000000Z' }, 'CERT_HAS_EXPIRED', /Renew the certificate/],
    ['has another name', { names: 'DNS:elsewhere.example' }, 'ERR_TLS_CERT_ALTNAME_INVALID', /`tls\.serverName`/],
  ] as const) {
    it(`refuses a certificate that ${what}, and sends nothing`, async (test) => {
      const receiver = await receive(test, wish)
      const adapter = open(test, receiver.port, { ca: authority.caPath })

      const error = await failureOf(adapter, makeRecords(1))

      assert.equal(error.code, code)
      assert.match(error.message, cure)
      assert.deepEqual(await receiver.settled(), [])
    })
  }

  it('refuses a certificate of an authority that it does not know', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port, undefined)

    const { code, message } = await failureOf(adapter, makeRecords(1))

    assert.match(code, /^UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT_LOCALLY)$/)
    assert.match(message, /Set `tls\.ca`/)
  })

  it('takes the name in `serverName` for that of the certificate', async (test) => {
    const receiver = await receive(test, { names: 'DNS:graylog.internal' })
    const adapter = open(test, receiver.port, { ca: authority.caPath, serverName: 'graylog.internal' })

    await send(adapter, makeRecords(1))

    await receiver.arrived(1)
  })

  it('shows for as long as it lasts that any certificate is accepted', async (test) => {
    const receiver = await receive(test, { names: 'DNS:elsewhere.example' })
    const adapter = open(test, receiver.port, { dangerouslyAcceptAnyCertificate: true })

    await send(adapter, makeRecords(1))

    await receiver.arrived(1)
    const { state, reason } = adapter.health()
    assert.deepEqual({ state, reason }, { state: 'degraded', reason: 'any certificate is accepted' })
  })

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`is told by a ${maxVersion} server that a certificate of the client is missing, before anything counts as sent`, async (test) => {
      const receiver = await receive(test, {}, { requestCert: true, rejectUnauthorized: true, ca: authority.ca, maxVersion })
      const adapter = open(test, receiver.port, { ca: authority.caPath })

      const { accepted, message } = await failureOf(adapter, makeRecords(1))

      assert.equal(accepted, 0)
      assert.match(message, /^Cannot connect to tls:/)
      assert.deepEqual(await receiver.settled(), [])
    })
  }

  it('shows its certificate to a server that demands one', async (test) => {
    const receiver = await receive(test, {}, { requestCert: true, rejectUnauthorized: true, ca: authority.ca })
    const { certPath, keyPath } = authority.issue()
    const adapter = open(test, receiver.port, { ca: authority.caPath, cert: certPath, key: keyPath })

    await send(adapter, makeRecords(1))

    await receiver.arrived(1)
  })

  it('reads its files at each connection, so that a renewed one needs no restart', async (test) => {
    const receiver = await receive(test)
    const caPath = join(dir, 'ca-of-the-day.pem')
    writeFileSync(caPath, new Authority(join(dir, 'other')).ca)
    const adapter = open(test, receiver.port, { ca: caPath })
    await failureOf(adapter, makeRecords(1))

    copyFileSync(authority.caPath, caPath)
    await send(adapter, makeRecords(1))

    await receiver.arrived(1)
  })

  it('names the file that cannot be read', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port, { ca: join(dir, 'missing.pem') })

    const { code, message } = await failureOf(adapter, makeRecords(1))

    assert.equal(code, 'ENOENT')
    assert.match(message, /missing\.pem/)
  })

  it('says that an input without TLS does not speak it', async (test) => {
    const receiver = await Receiver.start({ protocol: 'tcp' })
    receiver.onConnection = (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
    test.after(() => receiver.stop())
    const adapter = open(test, receiver.port, { ca: authority.caPath })

    const { message } = await failureOf(adapter, makeRecords(1))

    assert.match(message, /does not speak TLS/)
  })

  it('shows no key and no passphrase in errors and health', async (test) => {
    const receiver = await receive(test)
    const { certPath } = authority.issue()
    const key = `-----BEGIN PRIVATE KEY-----\nsecret-key\n-----END PRIVATE KEY-----\n`
    const adapter = open(test, receiver.port, { ca: authority.caPath, cert: certPath, key, passphrase: 'secret-phrase' })

    const { message, stack = '' } = await failureOf(adapter, makeRecords(1))

    assert.doesNotMatch(`${message}${stack}${JSON.stringify(adapter.health())}`, /secret-/)
  })
})
