import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Level, LogResult } from '@holdfast/api'
import { ConfigError } from '@holdfast/core'
import { imbalances, startLogging } from './fixtures/logged.js'

describe('levels by logger name', () => {
  const NAMES: readonly (readonly [name: string, level: string])[] = [
    ['', 'info'],
    ['app', 'info'],
    ['db', 'warning'],
    ['db.pool', 'warning'],
    ['db.query', 'debug'],
    ['db.query.slow', 'debug'],
    ['db.query.slow.very', 'off'],
    ['db.queryish', 'warning'],
    ['dbx', 'info'],
    ['.db', 'info'],
    ['db.', 'warning'],
    ['__proto__', 'info'],
    ['constructor.x', 'info'],
  ]
  const levels = { db: 'warn', 'db.query': 'DEBUG', 'db.query.slow.very': 'silent' } as const
  for (const [name, level] of NAMES) {
    it(`gives '${name}' the level of its longest configured prefix, ${level}`, () => {
      const { runtime } = startLogging({ levels })

      assert.equal(runtime.get(name).level, level)
    })
  }

  it('refuses a level that is none, at init', () => {
    assert.throws(() => startLogging({ levels: { db: 'loud' as Level } }), ConfigError)
  })
})

describe('setLevels', () => {
  it('reaches every logger that exists, children and other names included', () => {
    const { runtime } = startLogging()
    const loggers = [runtime.get('a'), runtime.get('a.b'), runtime.get('a').child({ x: 1 }), runtime.get('ab')]

    runtime.setLevels({ a: 'debug' })

    assert.deepEqual(
      loggers.map((log) => log.debug('x')),
      ['accepted', 'accepted', 'accepted', 'below_level'],
    )
  })

  it('reaches loggers that are made later', () => {
    const { runtime } = startLogging()

    runtime.setLevels({ a: 'debug' })

    assert.equal(runtime.get('a.b.c').level, 'debug')
  })

  it("changes the base level by ''", () => {
    const { runtime, log } = startLogging({ levels: { db: 'warning' } })

    runtime.setLevels({ '': 'trace' })

    assert.deepEqual([log.level, runtime.get('db').level], ['trace', 'warning'])
    assert.deepEqual(runtime.inspect().levels, { '': 'trace', db: 'warning' })
  })

  it('changes nothing when one of the levels is none, and names it', () => {
    const { runtime, log } = startLogging()

    assert.throws(
      () => runtime.setLevels({ app: 'debug', 'db.pool': 'loud' as Level }),
      (error: unknown) => error instanceof ConfigError && /levels\['db\.pool'\].*loud/s.test(error.message),
    )
    assert.equal(log.level, 'info')
  })

  it('says what it changed', () => {
    const { runtime, seen } = startLogging()

    runtime.setLevels({ app: 'warn', '': 'off' })

    assert.deepEqual(seen.of('level_changed'), [{ levels: { app: 'warning', '': 'off' }, for_ms: null }])
  })
})

describe('setLevels for a while', () => {
  it('takes the change back when the time is over', () => {
    const { runtime, log, clock, seen } = startLogging()

    runtime.setLevels({ app: 'debug' }, { forMs: 1000 })
    clock.advance(999)
    const before = log.level
    clock.advance(1)

    assert.deepEqual([before, log.level], ['debug', 'info'])
    assert.deepEqual(
      seen.of('level_changed').map(({ levels, for_ms }) => [levels, for_ms]),
      [
        [{ app: 'debug' }, 1000],
        [{ app: 'inherited' }, null],
      ],
    )
  })

  it('lets the latest of overlapping changes count, and ends each at its own time', () => {
    const { runtime, log, clock } = startLogging()
    const levels: string[] = []

    runtime.setLevels({ app: 'debug' }, { forMs: 1000 })
    clock.advance(500)
    runtime.setLevels({ app: 'trace' }, { forMs: 1000 })
    for (let ms = 500; ms < 2000; ms += 250) {
      levels.push(`${ms} ${log.level}`)
      clock.advance(250)
    }

    assert.deepEqual(levels, ['500 trace', '750 trace', '1000 trace', '1250 trace', '1500 info', '1750 info'])
  })

  it('falls back to an earlier change that still holds', () => {
    const { runtime, log, clock } = startLogging()

    runtime.setLevels({ app: 'debug' }, { forMs: 1000 })
    runtime.setLevels({ app: 'error' }, { forMs: 100 })
    clock.advance(100)
    const between = log.level
    clock.advance(900)

    assert.deepEqual([between, log.level], ['debug', 'info'])
  })

  it('gives way to a lasting change, which stays', () => {
    const { runtime, log, clock } = startLogging()

    runtime.setLevels({ app: 'debug' }, { forMs: 1000 })
    runtime.setLevels({ app: 'error' })
    const before = log.level
    clock.advance(2000)

    assert.deepEqual([before, log.level], ['error', 'error'])
  })

  it('works for the base level, and for several names at once', () => {
    const { runtime, clock } = startLogging({ levels: { a: 'warning' } })
    const levels = (): string[] => ['', 'a', 'b'].map((name) => runtime.get(name).level)

    runtime.setLevels({ '': 'debug', a: 'trace' }, { forMs: 10 })
    const during = levels()
    clock.advance(10)

    assert.deepEqual(during, ['debug', 'trace', 'debug'])
    assert.deepEqual(levels(), ['info', 'warning', 'info'])
    assert.deepEqual(runtime.inspect().levels, { '': 'info', a: 'warning' })
  })

  for (const forMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
    it(`refuses ${forMs} milliseconds, which no timer can wait`, () => {
      const { runtime, log } = startLogging()

      assert.throws(() => runtime.setLevels({ app: 'debug' }, { forMs }), ConfigError)
      assert.equal(log.level, 'info')
    })
  }
})

describe('the level of a bind', () => {
  it('lowers the level of every logger inside, and of none outside', () => {
    const { runtime, log } = startLogging()
    const results: LogResult[] = []

    runtime.bind({}, { level: 'debug' }, () => {
      results.push(log.debug('x'), runtime.get('other').debug('x'), log.trace('x'))
    })
    results.push(log.debug('x'))

    assert.deepEqual(results, ['accepted', 'accepted', 'below_level', 'below_level'])
  })

  it('raises the level as well', () => {
    const { runtime, log } = startLogging()

    const inside = runtime.bind({}, { level: 'error' }, () => [log.info('x'), log.warning('x'), log.error('x')])

    assert.deepEqual(inside, ['below_level', 'below_level', 'accepted'])
    assert.equal(log.info('x'), 'accepted')
  })

  it('holds across awaits, timers and callbacks until the promise settles, beside others that have none', async () => {
    const { runtime, log } = startLogging()
    const request = async (): Promise<LogResult[]> => {
      const first = log.debug('x')
      await Promise.resolve()
      const second = log.debug('x')
      await wait(1)
      const third = await new Promise<LogResult>((resolve) => setImmediate(() => resolve(log.debug('x'))))
      return [first, second, third]
    }

    const [verbose, normal] = await Promise.all([
      runtime.bind({}, { level: 'debug' }, request),
      runtime.bind({ requestId: 'other' }, request),
    ])

    assert.deepEqual(verbose, ['accepted', 'accepted', 'accepted'])
    assert.deepEqual(normal, ['below_level', 'below_level', 'below_level'])
    assert.equal(log.debug('after'), 'below_level')
  })

  it('is inherited by binds inside, which may change it', () => {
    const { runtime, log } = startLogging()

    const results = runtime.bind({}, { level: 'debug' }, () => [
      runtime.bind({ jobId: '1' }, () => log.debug('x')),
      runtime.bind({}, { level: 'off' }, () => log.critical('x')),
      log.debug('x'),
    ])

    assert.deepEqual(results, ['accepted', 'below_level', 'accepted'])
  })

  it('is seen by isEnabled', () => {
    const { runtime, log } = startLogging()

    const inside = runtime.bind({}, { level: 'debug' }, () => [log.isEnabled('debug'), log.isEnabled('trace')])

    assert.deepEqual([...inside, log.isEnabled('debug')], [true, false, false])
  })

  it('keeps every count exact', async () => {
    const { runtime, log, events } = startLogging()

    await runtime.bind({}, { level: 'debug' }, async () => {
      log.trace('x')
      log.debug('x')
      await null
      log.info('x')
    })
    log.debug('x')

    const { calls, belowLevel, emitted } = runtime.report()
    assert.deepEqual(
      { calls, belowLevel, emitted, arrived: events().length },
      { calls: 4, belowLevel: 2, emitted: 2, arrived: 2 },
    )
    assert.deepEqual(imbalances(runtime.report()), [])
  })

  it('ends when the function throws or its promise rejects', async () => {
    const { runtime, log } = startLogging()
    const fail = (): never => {
      throw new Error('x')
    }

    assert.throws(() => runtime.bind({}, { level: 'debug' }, fail))
    await assert.rejects(runtime.bind({}, { level: 'debug' }, async () => fail()))

    assert.equal(log.debug('x'), 'below_level')
  })

  it('travels with a bound function', () => {
    const { runtime, log } = startLogging()
    const later = runtime.bind({}, { level: 'debug' }, () => runtime.bindFunction(() => log.debug('x')))

    assert.equal(later(), 'accepted')
    assert.equal(log.debug('x'), 'below_level')
  })

  it('never starts what a lazy thenable would do', () => {
    const { runtime } = startLogging()
    let starts = 0
    // biome-ignore lint/suspicious/noThenProperty: query builders have one, and run their query when it is called
    const query = { then: () => starts++ }

    const result = runtime.bind({}, { level: 'debug' }, () => query)

    assert.equal(result, query)
    assert.equal(starts, 0)
  })
})
