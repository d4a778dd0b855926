import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, describe, it } from 'node:test'
import { MemoryAdapter } from '@holdfast/testkit'
import { fileAdapter, get, init, type RuntimeConfig, shutdown } from 'holdfast'
import { captureLogs } from 'holdfast/testing'

const log = get('orders')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-capture-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** An application that starts logging for itself, into a file. */
function startApplication(config: RuntimeConfig = {}): void {
  init({ service: 'shop', context: { region: 'eu' }, level: 'error', adapters: [fileAdapter({ dir: folder })], ...config })
}

describe('init inside a capture', () => {
  afterEach(() => shutdown())

  it('reaches no adapter, and changes what the application says of itself', () => {
    using logs = captureLogs()
    log.info('before')
    startApplication()
    log.info('after')

    assert.deepEqual(
      logs.records.map(({ message, context }) => [message, context.service, context.extra]),
      [
        ['before', 'test', undefined],
        ['after', 'shop', { region: 'eu' }],
      ],
    )
    assert.deepEqual(readdirSync(folder), [])
  })

  it('keeps scrubbing, limits, serializers and stages of the application', () => {
    using logs = captureLogs()
    startApplication({
      scrub: { keys: ['pin'] },
      limits: { messageMaxChars: 10 },
      serializers: { user: ({ id }: { id: number }) => ({ id }) },
      stages: [(draft) => (draft.message === 'noise' ? null : { ...draft, fields: { ...draft.fields, seen: true } })],
    })
    log.info('noise')
    log.info('x'.repeat(11), { pin: '1234', user: { id: 1, name: 'ann' } })

    assert.equal(logs.records.length, 1)
    assert.equal(logs.records[0]?.message.length, 10)
    assert.deepEqual(logs.records[0]?.extra, { pin: '[REDACTED]', user: { id: 1 }, seen: true })
  })

  it('gives a runtime whose own loggers are captured', () => {
    using logs = captureLogs()
    const runtime = init({ service: 'shop' })
    runtime.get('own').info('by the runtime')
    runtime.bind({ requestId: 'r' }, () => log.info('bound by the runtime'))

    assert.deepEqual(
      logs.records.map(({ logger, context }) => [logger, context.request_id]),
      [
        ['own', undefined],
        ['orders', 'r'],
      ],
    )
  })

  it('is the same runtime for the same configuration, and an error for another', () => {
    using _ = captureLogs()
    const runtime = init({ service: 'shop' })

    assert.equal(init({ service: 'shop' }), runtime)
    assert.equal(init(), runtime)
    assert.throws(() => init({ service: 'other' }), /Expected `init` to be called once/)
    assert.notEqual(init({ service: 'other' }, { replace: true }), runtime)
  })

  it('finds what is wrong with the configuration', () => {
    using _ = captureLogs()

    assert.throws(() => init({ limits: { messageMaxChars: -1 } }), /`limits.messageMaxChars`/)
    assert.throws(() => init({ serviec: 'shop' } as RuntimeConfig), /serviec/)
  })

  it('numbers events so that no two of a capture have one id', async () => {
    using logs = captureLogs()
    log.info('one')
    init({ service: 'shop' })
    log.info('two')
    await shutdown()
    init({ service: 'shop' })
    log.info('three')

    assert.deepEqual(logs.messages, ['one', 'two', 'three'])
    assert.equal(new Set(logs.records.map(({ event_id }) => event_id)).size, 3)
  })

  it('leaves no trace outside', () => {
    captureLogs(() => startApplication())

    assert.equal(log.info('outside'), 'buffered')
    assert.equal(existsSync(join(folder, 'shop.log')), false)
  })
})

describe('a capture beside an installed runtime', () => {
  const memory = new MemoryAdapter({ sync: true })
  const config: RuntimeConfig = { service: 'shop', level: 'error', scrub: { keys: ['pin'] }, adapters: [memory], env: false }
  after(() => shutdown())

  it('takes the place of it for as long as it lasts', () => {
    init(config)
    memory.lines.length = 0
    log.error('before')
    const logs = captureLogs()
    log.info('inside', { pin: '1234' })
    init(config)
    log.info('inside, after init')
    logs.stop()
    log.error('behind')

    assert.deepEqual(
      memory.lines.map((line) => JSON.parse(line).message),
      ['before', 'behind'],
    )
    assert.deepEqual(
      logs.records.map(({ message, context, extra }) => [message, context.service, extra]),
      [
        ['inside', 'shop', { pin: '[REDACTED]' }],
        ['inside, after init', 'shop', undefined],
      ],
    )
  })

  it('does not end it with the shutdown of the code under test', async () => {
    await captureLogs(async () => {
      await shutdown()
      assert.equal(log.info('inside'), 'closed')
    })

    assert.equal(log.error('outside'), 'accepted')
  })
})

describe('the environment', () => {
  const VARIABLES = { LOG_LEVEL: 'critical', HOLDFAST_SERVICE: 'from-env', LOG_FORMAT: 'nonsense', LOG_QUEUE_MAX_EVENTS: '-1' }
  after(() => {
    for (const name of Object.keys(VARIABLES)) delete process.env[name]
  })

  it('is ignored by a capture, and by init inside it', () => {
    Object.assign(process.env, VARIABLES)
    using logs = captureLogs()
    log.info('one')
    init({ service: 'shop' })
    log.info('two')

    assert.deepEqual(
      logs.records.map(({ context }) => context.service),
      ['test', 'shop'],
    )
  })
})
