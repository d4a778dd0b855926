import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Level, LogResult } from '@holdfast/api'
import { startLogging } from './fixtures/logged.js'

describe('a child logger', () => {
  it('gives its fields to every event', () => {
    const { log, events } = startLogging()
    const child = log.with({ a: 1 })

    child.info('none')
    child.info('more', { b: 2 })

    assert.deepEqual(
      events().map(({ extra }) => extra),
      [{ a: 1 }, { a: 1, b: 2 }],
    )
  })

  it('lets the fields of a call win', () => {
    const { log, last } = startLogging()

    log.child({ a: 1, b: 1 }).info('hello', { b: 2 })

    assert.deepEqual(last().extra, { a: 1, b: 2 })
  })

  it('lets the fields of an inner child win, and leaves the outer one alone', () => {
    const { log, events } = startLogging()
    const outer = log.child({ a: 1, b: 1 })
    const inner = outer.child({ b: 2, c: 2 })

    inner.info('inner')
    outer.info('outer')
    inner.info('call', { c: 3 })

    assert.deepEqual(
      events().map(({ extra }) => extra),
      [
        { a: 1, b: 2, c: 2 },
        { a: 1, b: 1 },
        { a: 1, b: 2, c: 3 },
      ],
    )
  })

  it('reads its fields when it is made, once', () => {
    const { log, events } = startLogging()
    let reads = 0
    const fields = {
      get a() {
        return ++reads
      },
    }
    const child = log.child(fields)

    child.info('one')
    child.info('two')

    assert.deepEqual(
      events().map(({ extra }) => extra),
      [{ a: 1 }, { a: 1 }],
    )
  })

  it('keeps the name of its logger', () => {
    const { log, last } = startLogging()
    const child = log.child({ a: 1 })

    child.info('hello')

    assert.equal(child.name, 'app')
    assert.equal(last().logger, 'app')
  })

  it('scrubs its fields', () => {
    const { log, memory } = startLogging()

    log.child({ password: 'hunter2' }).info('hello')

    assert.match(memory.lines[0] ?? '', /"password":"\[REDACTED\]"/)
    assert.doesNotMatch(memory.lines[0] ?? '', /hunter2/)
  })

  it('has a level of its own, which its children inherit', () => {
    const { log } = startLogging({ level: 'warning' })
    const child = log.child({}, { level: 'debug' })
    const grandchild = child.child({ a: 1 })

    const results = [log.debug('x'), child.debug('x'), grandchild.debug('x'), grandchild.trace('x')]

    assert.deepEqual(results, ['below_level', 'accepted', 'accepted', 'below_level'])
  })

  it('has serializers of its own, before those of the runtime', () => {
    const { log, events } = startLogging({ serializers: { a: () => 'runtime', b: () => 'runtime' } })
    const child = log.child({ own: 1 }, { serializers: { a: () => 'child', own: () => 'bound' } })
    const grandchild = child.child({}, { serializers: { c: () => 'grandchild' } })

    child.info('child', { a: 1, b: 1, c: 1 })
    grandchild.info('grandchild', { a: 1, b: 1, c: 1 })
    log.info('parent', { a: 1, b: 1, c: 1 })

    assert.deepEqual(
      events().map(({ extra }) => extra),
      [
        { own: 'bound', a: 'child', b: 'runtime', c: 1 },
        { own: 'bound', a: 'child', b: 'runtime', c: 'grandchild' },
        { a: 'runtime', b: 'runtime', c: 1 },
      ],
    )
  })

  it('keeps the event when a serializer throws', () => {
    const { log, last, seen } = startLogging({
      serializers: {
        a: () => {
          throw new Error('no')
        },
      },
    })

    const result = log.info('hello', { a: 1, b: 2 })

    assert.equal(result, 'accepted')
    assert.equal(last().extra?.['b'], 2)
    assert.deepEqual(seen.of('value_unreadable'), [{ logger: 'app', what: 'serializer' }])
  })

  it('keeps its fields when an error is logged', () => {
    const { log, last } = startLogging()

    log.child({ a: 1 }).error(new Error('boom'))

    assert.deepEqual(last().extra, { a: 1 })
    assert.equal(last().error?.message, 'boom')
  })
})

describe('the level of a logger', () => {
  it('is the threshold in force', () => {
    const { runtime } = startLogging({ level: 'warning', levels: { 'app.db': 'debug', quiet: 'off' } })

    const levels = ['app', 'app.db', 'app.db.pool', 'quiet'].map((name) => runtime.get(name).level)

    assert.deepEqual(levels, ['warning', 'debug', 'debug', 'off'])
  })

  it('can be set for one logger alone', () => {
    const { runtime } = startLogging()
    const one = runtime.get('app')
    const twin = runtime.get('app')
    const child = one.child({})

    one.level = 'debug'

    assert.deepEqual([one.level, twin.level, child.level, runtime.get('app').level], ['debug', 'info', 'info', 'info'])
    assert.deepEqual([one.debug('x'), twin.debug('x'), child.debug('x')], ['accepted', 'below_level', 'below_level'])
  })

  it('once set wins over levels by name', () => {
    const { runtime, log } = startLogging()

    log.level = 'error'
    runtime.setLevels({ '': 'trace' })

    assert.equal(log.level, 'error')
    assert.equal(runtime.get('app').level, 'trace')
  })

  it('is inherited by children that are made after it was set', () => {
    const { log } = startLogging()

    log.level = 'debug'

    assert.equal(log.child({}).level, 'debug')
  })

  it('stays when it is set to something that is none', () => {
    const { log } = startLogging()

    log.level = 'nonsense' as Level

    assert.equal(log.level, 'info')
  })

  it('may be off', () => {
    const { log } = startLogging()

    log.level = 'silent'

    assert.equal(log.level, 'off')
    assert.equal(log.critical('x'), 'below_level')
  })

  const ENABLED: readonly (readonly [Level, boolean])[] = [
    ['trace', false],
    ['info', false],
    ['warn', true],
    ['WARNING', true],
    ['fatal', true],
    ['off', false],
    ['silent', false],
  ]
  for (const [level, isEnabled] of ENABLED) {
    it(`${isEnabled ? 'enables' : 'does not enable'} ${level} at warning`, () => {
      const { log } = startLogging({ level: 'warning' })

      assert.equal(log.isEnabled(level), isEnabled)
      assert.equal(log.isLevelEnabled(level), isEnabled)
    })
  }

  it('enables nothing when it is off, not even off', () => {
    const { log } = startLogging({ level: 'off' })

    assert.deepEqual([log.isEnabled('critical'), log.isEnabled('off')], [false, false])
  })

  it('says by its result what became of a call', () => {
    const { log } = startLogging({ level: 'info' })
    const results: LogResult[] = [log.info('x'), log.debug('x')]

    assert.deepEqual(results, ['accepted', 'below_level'])
  })
})
