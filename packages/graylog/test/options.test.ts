import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import { ConfigError } from '@holdfast/core'
import { GRAYLOG_VARIABLES, type GraylogOptions, graylogAdapter, resolveGraylogOptions } from '@holdfast/graylog'

function problemsOf(options: unknown): readonly string[] {
  try {
    graylogAdapter(options as GraylogOptions)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('options', () => {
  it('need a host and nothing else', () => {
    const { port, protocol, resendMaxBytes, resendWithinMs, spool } = resolveGraylogOptions({ host: 'graylog' })

    assert.deepEqual(
      { port, protocol, resendMaxBytes, resendWithinMs, spool },
      { port: 12_201, protocol: 'tcp', resendMaxBytes: 2_097_152, resendWithinMs: 5000, spool: undefined },
    )
    assert.match(problemsOf({})[0] ?? '', /^Expected `graylog\.host` to be a host name or address/)
  })

  it('lists every problem in one error, with the nearest name of an unknown option', () => {
    assert.deepEqual(problemsOf({ host: 'https://graylog', prot: 1, protocol: 'tpc', spool: { maxBytes: 1 } }), [
      'Expected `graylog.host` to be a host name or address, without scheme and port, got `https://graylog`.',
      'Expected `graylog.prot` to be an option of `graylog`, got an unknown name. Did you mean `graylog.port`?',
      'Expected `graylog.protocol` to be `tcp`, `tls` or `udp`, got `tpc`. Did you mean `tcp`?',
      'Expected `graylog.spool.maxBytes` to be an integer of 1048576 or more, got `1`.',
      'Expected `graylog.spool.dir` to be a path: a text that is not empty and has no NUL, got nothing.',
    ])
  })

  for (const [options, problem] of [
    [{ tls: {} }, /`graylog\.tls` to be absent without `protocol: 'tls'`.*Set `protocol` to 'tls'/],
    [{ protocol: 'udp', tls: {} }, /GELF over UDP cannot be encrypted/],
    [{ protocol: 'tls', tls: { cert: 'a.pem' } }, /`graylog\.tls\.key` to be given together with `tls\.cert`/],
    [{ protocol: 'tls', tls: { key: 'a.pem' } }, /`graylog\.tls\.cert` to be given together with `tls\.key`/],
    [{ compress: 'gzip' }, /`graylog\.compress` to be absent without `protocol: 'udp'`/],
    [{ datagramMaxBytes: 8192 }, /`graylog\.datagramMaxBytes` to be absent/],
    [{ spool: { dir: 'x', afterMs: 10_000 } }, /`graylog\.spool\.afterMs` to be less than `timeoutMs`, 10000/],
    [{ client: 'gelf-pro', keepAliveMs: 1 }, /`graylog\.keepAliveMs` to be absent beside `client: 'gelf-pro'`/],
    [{ client: 'gelf-pro', resend: {} }, /`graylog\.resend` to be absent/],
    [{ client: 'gelf-pro', protocol: 'udp', compress: 'gzip' }, /It always uses zlib/],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.match(problemsOf({ host: 'graylog', ...options }).join('\n'), problem)
    })
  }

  for (const host of ['graylog', 'graylog.internal', '10.0.0.1', '::1', 'fe80::1%eth0', 'grä.example']) {
    it(`takes ${host} for a host`, () => {
      assert.deepEqual(problemsOf({ host }), [])
    })
  }

  it('never shows a key', () => {
    const problems = problemsOf({ host: 'graylog', protocol: 'tls', tls: { key: 12_345, passphrase: ['secret'] } })

    assert.doesNotMatch(problems.join('\n'), /12345|secret/)
  })

  it('fixes relative paths at the call, so that a later change of directory finds the same files', () => {
    const { options, resource } = graylogAdapter({
      host: 'graylog',
      protocol: 'tls',
      tls: { ca: 'ca.pem', key: '-----BEGIN PRIVATE KEY-----', cert: 'cert.pem' },
      spool: { dir: 'spool' },
    })

    const { tls, spool } = options as GraylogOptions
    assert.deepEqual(tls, { ca: resolve('ca.pem'), key: '-----BEGIN PRIVATE KEY-----', cert: resolve('cert.pem') })
    assert.equal(spool?.dir, resolve('spool'))
    assert.equal(resource, `graylog-spool:${resolve('spool')}`)
  })

  it('makes a recipe that a writer elsewhere can build, wherever it finds packages', async () => {
    const recipe = graylogAdapter({ host: 'graylog', level: 'warning', spool: { dir: '/spool' } })
    const exports = (await import(recipe.module ?? '')) as Readonly<Record<string, typeof graylogAdapter>>

    const rebuilt = exports[recipe.factory ?? '']?.(JSON.parse(JSON.stringify(recipe.options)))

    assert.deepEqual([rebuilt?.options, rebuilt?.place, rebuilt?.lane], [recipe.options, 'writer', { level: 'warning' }])
    assert.match(recipe.module ?? '', /^file:/)
  })
})

describe('environment', () => {
  const apply = (options: GraylogOptions, variables: Readonly<Record<string, string>>): GraylogOptions =>
    graylogAdapter(options).applyEnvironment?.((name) => variables[name])?.options as GraylogOptions

  for (const [endpoint, host, port] of [
    ['graylog:12202', 'graylog', 12_202],
    ['graylog', 'graylog', 5555],
    ['[::1]:12202', '::1', 12_202],
    ['[::1]', '::1', 5555],
    ['::1', '::1', 5555],
    ['10.0.0.1:1', '10.0.0.1', 1],
  ] as const) {
    it(`reads ${endpoint} as an endpoint`, () => {
      const options = apply({ host: 'code', port: 5555 }, { GRAYLOG_ENDPOINT: endpoint })

      assert.deepEqual([options.host, options.port], [host, port])
    })
  }

  for (const endpoint of ['tcp://graylog:1', 'graylog:0', 'graylog:99999', 'a:b', ':12201']) {
    it(`refuses ${endpoint} as an endpoint`, () => {
      assert.throws(() => apply({ host: 'code' }, { GRAYLOG_ENDPOINT: endpoint }), ConfigError)
    })
  }

  it('shows no password of an endpoint', () => {
    assert.throws(
      () => apply({ host: 'code' }, { GRAYLOG_ENDPOINT: 'user:secret@graylog:1' }),
      (error: Error) => !error.message.includes('secret'),
    )
  })

  it('changes the protocol, and leaves out what belongs to another one', () => {
    const options: GraylogOptions = { host: 'graylog', protocol: 'tls', tls: { ca: '/ca.pem' } }

    assert.deepEqual(apply(options, { GRAYLOG_PROTOCOL: 'UDP' }), { host: 'graylog', protocol: 'udp' })
    assert.deepEqual(apply(options, { GRAYLOG_TLS: 'off' }), { host: 'graylog', protocol: 'tcp' })
    assert.deepEqual(apply({ host: 'graylog' }, { GRAYLOG_TLS: '1' }), { host: 'graylog', protocol: 'tls' })
  })

  it('refuses TLS over UDP', () => {
    assert.throws(() => apply({ host: 'graylog', protocol: 'udp' }, { GRAYLOG_TLS: '1' }), /cannot be encrypted/)
  })

  it('turns the spool on, and sets the level', () => {
    const options = apply({ host: 'graylog' }, { GRAYLOG_SPOOL_DIR: 'spool', GRAYLOG_LEVEL: 'WARN' })

    assert.deepEqual(options, { host: 'graylog', spool: { dir: resolve('spool') }, level: 'warning' })
  })

  it('changes nothing with empty variables', () => {
    assert.deepEqual(apply({ host: 'graylog' }, { GRAYLOG_ENDPOINT: ' ', GRAYLOG_TLS: '' }), { host: 'graylog' })
  })

  it('lists exactly the variables that it reads', () => {
    const read: string[] = []
    graylogAdapter({ host: 'graylog' }).applyEnvironment?.((name) => {
      read.push(name)
      return undefined
    })

    assert.deepEqual(read.sort(), GRAYLOG_VARIABLES.map(({ name }) => name).sort())
  })
})
