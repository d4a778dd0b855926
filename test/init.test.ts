import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { ConfigError, installedRuntime, type RuntimeConfig } from '@holdfast/core'
import { MemoryAdapter } from '@holdfast/testkit'
import { bind, bindFunction, createRuntime, get, init, shutdown } from 'holdfast'
import { eventsOf, imbalances, recipe } from './fixtures/logged.js'

const QUIET: RuntimeConfig = { env: false, lastWords: { signals: false, exit: false }, diagnosticHook: () => undefined }

function messages(memory: MemoryAdapter): string[] {
  return memory.lines.map((line) => (JSON.parse(line) as { message: string }).message)
}

afterEach(async () => {
  await shutdown()
})

describe('init', () => {
  it('returns the same runtime for the same configuration, and without one', () => {
    const adapters = [new MemoryAdapter({ sync: true })]
    const config = (): RuntimeConfig => ({ ...QUIET, service: 'same', levels: { a: 'debug' }, adapters })

    const first = init(config())

    assert.equal(init(config()), first)
    assert.equal(init(), first)
    assert.equal(init(config(), { replace: true }), first)
  })

  it('refuses another configuration, and says how to go on', () => {
    init({ ...QUIET, service: 'one', adapters: [] })

    assert.throws(
      () => init({ ...QUIET, service: 'two', adapters: [] }),
      (error: unknown) =>
        error instanceof ConfigError &&
        /another configuration while `one` is running/.test(error.message) &&
        /\{ replace: true \}/.test(error.message) &&
        /createRuntime/.test(error.message),
    )
  })

  const OTHERS: readonly (readonly [title: string, one: RuntimeConfig, two: RuntimeConfig])[] = [
    ['another adapter of the same class', { adapters: [new MemoryAdapter()] }, { adapters: [new MemoryAdapter()] }],
    ['another function', { stages: [(draft) => draft] }, { stages: [(draft) => draft] }],
    ['another pattern', { scrub: { patterns: [/a/g] } }, { scrub: { patterns: [/b/g] } }],
    ['one key more', { levels: {} }, { levels: { a: 'info' } }],
    ['another value deep inside', { context: { a: { b: [1] } } }, { context: { a: { b: [2] } } }],
    ['a Map, which cannot be looked into', { context: { a: new Map([[1, 1]]) } }, { context: { a: new Map([[1, 2]]) } }],
    ['a cycle', { context: cyclic() }, { context: cyclic() }],
  ]
  for (const [title, one, two] of OTHERS) {
    it(`takes ${title} for another configuration`, () => {
      init({ ...QUIET, adapters: [], ...one })

      assert.throws(() => init({ ...QUIET, adapters: [], ...two }), ConfigError)
    })
  }

  it('replaces a runtime without loss: what was logged before is in the old adapter, what comes after in the new', async () => {
    const old = new MemoryAdapter({ name: 'old', sync: true })
    const lazy = new MemoryAdapter({ name: 'lazy' })
    const next = new MemoryAdapter({ name: 'next', sync: true })
    const log = get('app')
    const child = log.child({ a: 1 })
    init({ ...QUIET, service: 'old', adapters: [old, lazy], queue: { commit: 'tick' } })
    log.info('before')
    child.info('before child')

    const runtime = init({ ...QUIET, service: 'next', adapters: [next] }, { replace: true })
    log.info('after')
    child.info('after child')
    await shutdown()
    await new Promise((resolve) => setImmediate(resolve))

    assert.deepEqual(messages(old), ['before', 'before child'])
    assert.deepEqual(messages(lazy), ['before', 'before child'])
    assert.deepEqual(messages(next), ['after', 'after child'])
    assert.deepEqual([old.closes, lazy.closes], [1, 1])
    assert.deepEqual(
      eventsOf(next.lines, runtime).map(({ context, extra }) => [context.service, extra]),
      [
        ['next', undefined],
        ['next', { a: 1 }],
      ],
    )
  })

  it('reaches loggers that were made before the runtime was replaced, with their levels and binds', () => {
    const next = new MemoryAdapter({ sync: true })
    const log = get('app')
    init({ ...QUIET, service: 'old', adapters: [] })
    log.level = 'debug'

    bind({ jobId: 'j' }, () => {
      init({ ...QUIET, service: 'next', adapters: [next] }, { replace: true })
      log.debug('hello')
    })

    assert.deepEqual(messages(next), ['hello'])
    assert.match(next.lines[0] ?? '', /"job_id":"j"/)
  })

  it('leaves everything as it was when the new configuration is wrong', () => {
    const memory = new MemoryAdapter({ sync: true })
    const first = init({ ...QUIET, adapters: [memory] })

    assert.throws(() => init({ ...QUIET, level: 'loud' as 'info' }, { replace: true }), ConfigError)
    get('app').info('still here')

    assert.equal(installedRuntime(), first)
    assert.deepEqual(messages(memory), ['still here'])
  })

  it('throws when an adapter cannot be built, and closes those that were', () => {
    const built = new MemoryAdapter({ name: 'built' })
    const given = new MemoryAdapter({ name: 'given' })
    const reports: unknown[] = []
    const broken = {
      ...recipe(new MemoryAdapter({ name: 'broken' })),
      create: () => {
        throw new RangeError('no such place')
      },
    }

    assert.throws(
      () =>
        init({
          ...QUIET,
          adapters: [given, recipe(built), broken],
          diagnosticHook: (name, payload) => reports.push([name, payload]),
        }),
      /no such place/,
    )

    assert.deepEqual([given.closes, built.closes], [0, 1])
    assert.deepEqual(reports, [
      ['adapter_error', { adapter: 'broken', operation: 'create', error: 'RangeError: no such place', code: 'RangeError' }],
    ])
  })
})

describe('after shutdown', () => {
  it('calls return `closed` and are counted, and a second shutdown gives the same report', async () => {
    const runtime = init({ ...QUIET, adapters: [new MemoryAdapter({ sync: true })] })
    const log = get('app')
    log.info('open')

    const report = await shutdown()
    const results = [log.info('x'), log.debug('x'), log.child({}).error('x')]

    assert.deepEqual(results, ['closed', 'below_level', 'closed'])
    assert.equal(await shutdown(), report)
    assert.equal(await runtime.flush(), report)
    assert.deepEqual(runtime.report().refused, { closed: 2 })
    assert.deepEqual(imbalances(runtime.report()), [])
    assert.equal(runtime.isClosed, true)
  })

  it('init works again, also with the same configuration', async () => {
    const memory = new MemoryAdapter({ sync: true })
    const config = { ...QUIET, adapters: [memory] }
    const log = get('app')
    const first = init(config)
    await shutdown()

    const second = init(config)

    assert.notEqual(second, first)
    assert.equal(log.info('again'), 'accepted')
  })

  it('a function that was bound still runs', async () => {
    init({ ...QUIET, adapters: [] })
    const bound = bind({ jobId: 'j' }, () => bindFunction((n: number) => n + 1))
    await shutdown()

    assert.equal(bound(1), 2)
  })

  it('the runtime is disposed by its block', async () => {
    const memory = new MemoryAdapter({ sync: true })
    {
      await using runtime = createRuntime({ adapters: [memory] })
      runtime.get('app').info('hello')
    }

    assert.equal(memory.closes, 1)
  })
})

describe('createRuntime', () => {
  it('installs nothing, and listens to nothing', async () => {
    const events = ['exit', 'beforeExit', 'uncaughtExceptionMonitor', 'SIGTERM', 'SIGINT', 'SIGHUP']
    const listeners = (): number[] => events.map((event) => process.listenerCount(event))
    const before = listeners()

    const runtime = createRuntime({ adapters: [new MemoryAdapter({ sync: true })] })
    runtime.get('app').info('hello')

    assert.deepEqual(listeners(), before)
    assert.notEqual(installedRuntime(), runtime)
    await runtime.shutdown()
  })

  it('reads no environment', () => {
    process.env['LOG_LEVEL'] = 'nonsense'
    process.env['LOG_SERVICE'] = 'from-env'
    try {
      const runtime = createRuntime({ service: 'mine', adapters: [] })

      assert.deepEqual([runtime.service, runtime.get('app').level], ['mine', 'info'])
    } finally {
      delete process.env['LOG_LEVEL']
      delete process.env['LOG_SERVICE']
    }
  })
})

describe('init and the listeners of the process', () => {
  it('takes away what it added, also over many replacements', async () => {
    const events = ['exit', 'beforeExit', 'uncaughtExceptionMonitor', 'SIGTERM', 'SIGINT', 'SIGHUP']
    const listeners = (): number[] => events.map((event) => process.listenerCount(event))
    const before = listeners()

    for (let i = 0; i < 5; i++) init({ env: false, adapters: [], service: `s${i}` }, { replace: true })
    const during = listeners()
    await shutdown()
    await new Promise((resolve) => setImmediate(resolve))

    assert.ok(during.every((count, i) => count > (before[i] ?? 0)))
    assert.deepEqual(
      during.slice(3),
      before.slice(3).map((count) => count + 1),
    )
    assert.deepEqual(listeners(), before)
  })
})

function cyclic(): object {
  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  return cycle
}
