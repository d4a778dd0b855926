import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { bind, bindFunction, flush, get, inspect, shutdown } from 'holdfast'
import { captureLogs } from 'holdfast/testing'

const log = get('orders')

describe('a capture', () => {
  it('has what is logged until it is stopped, by loggers that were made before', () => {
    const logs = captureLogs()
    log.info('order placed', { items: 3 })
    log.child({ region: 'eu' }).warning('slow')
    logs.stop()
    log.info('later')

    assert.deepEqual(logs.messages, ['order placed', 'slow'])
    assert.deepEqual(
      logs.records.map(({ level, logger, extra }) => ({ level, logger, extra })),
      [
        { level: 'INFO', logger: 'orders', extra: { items: 3 } },
        { level: 'WARNING', logger: 'orders', extra: { region: 'eu' } },
      ],
    )
  })

  it('ends with the block of `using`', () => {
    let seen: readonly string[]
    {
      using logs = captureLogs()
      log.info('inside')
      seen = logs.messages
    }
    const result = log.info('outside')

    assert.deepEqual(seen, ['inside'])
    assert.equal(result, 'buffered')
  })

  it('is disposed of by the symbol that compilers fall back to where there is no Symbol.dispose', () => {
    const logs = captureLogs()

    ;(Reflect.get(logs, Symbol.for('Symbol.dispose')) as () => void)()

    assert.equal(log.info('outside'), 'buffered')
  })

  it('has every level unless it was given one, and loggers say so', () => {
    using everything = captureLogs()
    assert.equal(log.isEnabled('trace'), true)
    log.trace('t')
    everything.stop()
    using some = captureLogs({ level: 'warn' })
    assert.equal(log.isEnabled('info'), false)

    const results = [log.info('i'), log.warning('w')]

    assert.deepEqual(results, ['below_level', 'accepted'])
    assert.deepEqual(everything.messages, ['t'])
    assert.deepEqual(some.messages, ['w'])
  })

  it('runs a function, answers with its result and ends when its promise settles', async () => {
    const answer = await captureLogs(async (logs) => {
      await turn()
      log.info('inside')
      return [...logs.messages]
    })
    const failing = captureLogs({ level: 'error' }, async () => {
      await turn()
      throw new Error('from inside')
    })

    await assert.rejects(failing, /from inside/)
    assert.deepEqual(answer, ['inside'])
    assert.equal(log.info('outside'), 'buffered')
  })

  it('ends when its function throws', () => {
    const explode = (): never => {
      throw new Error('from inside')
    }

    assert.throws(() => captureLogs(explode), /from inside/)
    assert.equal(log.info('outside'), 'buffered')
  })

  it('covers an outer one, which goes on when it ends', () => {
    using outer = captureLogs()
    log.info('one')
    captureLogs((inner) => {
      log.info('two')
      assert.deepEqual(inner.messages, ['two'])
    })
    log.info('three')

    assert.deepEqual(outer.messages, ['one', 'three'])
  })

  it('follows awaits, timers, emitters and servers that are started inside', async () => {
    using logs = captureLogs()
    const bus = new EventEmitter()
    bus.on('paid', () => log.info('emitter'))
    const server = createServer((_request, response) => {
      log.info('server')
      response.end()
    }).listen(0)
    await once(server, 'listening')

    await fetch(`http://localhost:${(server.address() as AddressInfo).port}`)
    bus.emit('paid')
    await new Promise((resolve) => setTimeout(() => resolve(log.info('timer')), 1))
    server.close()

    assert.deepEqual(logs.messages, ['server', 'emitter', 'timer'])
  })

  it('carries bound contexts, also one that was bound around it', () => {
    bind({ jobId: 'batch-742', tenant: 'acme' }, () => {
      using logs = captureLogs()
      bind({ requestId: 'req-18' }, () => log.info('inside'))
      bindFunction(() => log.info('tied'))()

      assert.deepEqual(
        logs.records.map(({ context }) => [context.job_id, context.request_id, context.extra]),
        [
          ['batch-742', 'req-18', { tenant: 'acme' }],
          ['batch-742', undefined, { tenant: 'acme' }],
        ],
      )
    })
  })

  it('answers for the functions that need a runtime', async () => {
    using logs = captureLogs()
    log.info('one')

    assert.equal(inspect().service, 'test')
    assert.equal((await flush()).emitted, 1)
    await shutdown()

    assert.equal(log.info('two'), 'closed')
    assert.deepEqual(logs.messages, ['one'])
  })

  it('replaces secrets like an application does', () => {
    using logs = captureLogs()
    log.info('signed in', { password: 'hunter2' })

    assert.equal(logs.records[0]?.extra?.['password'], '[REDACTED]')
  })

  it('starts anew with clear', () => {
    using logs = captureLogs()
    log.info('one')
    logs.clear()
    log.info('two')

    assert.deepEqual(logs.messages, ['two'])
    assert.deepEqual(
      [...logs].map(({ seq }) => seq),
      [2],
    )
  })
})

describe('a frozen capture', () => {
  const run = (): unknown => {
    using logs = captureLogs()
    log.info('one', { n: 1 })
    log.error('two', { n: 2 })
    return logs.records
  }

  it('gives equal records in every run, with nothing of the machine in them', () => {
    const first = run()

    assert.deepEqual(run(), first)
    assert.deepEqual(first, [
      {
        v: 1,
        event_id: '019b76da-a800-7426-a4f9-425900000001',
        timestamp: '2026-01-01T00:00:00.000000Z',
        level: 'INFO',
        level_value: 20,
        logger: 'orders',
        message: 'one',
        context: {
          service: 'test',
          environment: 'test',
          user_name: 'test-user',
          hostname: 'test-host',
          process_id: 1,
          process_id_chain: [1],
        },
        extra: { n: 1 },
        origin: 'capture0000001',
        seq: 1,
      },
      (first as readonly unknown[])[1],
    ])
  })

  it('stands at the moment that it is given', () => {
    using logs = captureLogs({ now: '2030-06-01T12:00:00Z' })
    log.info('one')

    assert.equal(logs.records[0]?.timestamp, '2030-06-01T12:00:00.000000Z')
  })

  it('has real times, ids and names with `frozen: false`', () => {
    const before = Date.now()
    using logs = captureLogs({ frozen: false })
    log.info('one')

    const [record] = logs.records
    assert.ok(Math.abs(Date.parse(record?.timestamp ?? '') - before) < 5000)
    assert.equal(record?.context.process_id, process.pid)
    assert.notEqual(record?.origin, 'capture0000001')
  })
})

describe('a capture of the whole process', () => {
  it('has what was started before it, but not what other captures have', async () => {
    const bus = new EventEmitter()
    const server = createServer((_request, response) => {
      log.info('server')
      response.end()
    }).listen(0)
    await once(server, 'listening')
    bus.on('paid', () => log.info('emitter'))
    const logs = captureLogs({ scope: 'process' })

    const own = captureLogs((inner) => {
      log.info('own')
      return [...inner.messages]
    })
    await fetch(`http://localhost:${(server.address() as AddressInfo).port}`)
    bus.emit('paid')
    server.close()
    logs.stop()
    log.info('later')

    assert.deepEqual(logs.messages, ['server', 'emitter'])
    assert.deepEqual(own, ['own'])
  })

  it('can be one only, until it is stopped', () => {
    const first = captureLogs({ scope: 'process' })

    assert.throws(() => captureLogs({ scope: 'process' }), /one capture with `scope: process` at a time/)
    first.stop()
    captureLogs({ scope: 'process' }).stop()
  })
})

describe('options of a capture', () => {
  for (const [options, message] of [
    [{ levle: 'info' }, /Expected options of `captureLogs` \(level, scope, frozen, now\), got `levle`/],
    [{ scope: 'thread' }, /Expected `scope` to be `async` or `process`, got `thread`/],
    [{ now: 'tomorrow' }, /Expected `now` to be a time, got `tomorrow`/],
    [{ level: 'loud' }, /Expected `level` to be .*, got .*loud/],
  ] as const) {
    it(`refuse ${JSON.stringify(options)}`, () => {
      assert.throws(() => captureLogs(options as object), message)
      assert.equal(log.info('outside'), 'buffered')
    })
  }
})
