import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, it } from 'node:test'
import { DIAGNOSTICS_CHANNEL } from '@holdfast/core'
import { FailingAdapter, MemoryAdapter } from '@holdfast/testkit'
import { imbalances, recipe, startLogging } from './fixtures/logged.js'
import { answer, ended, HOLDFAST, startScript } from './fixtures/spawn.js'

/** Something that is reported each time. */
function provoke(runtime: ReturnType<typeof startLogging>['runtime']): void {
  runtime.setLevels({ a: 'debug' })
}

describe('a diagnostic hook', () => {
  it('is added and taken away', () => {
    const { runtime } = startLogging()
    const names: string[] = []
    const remove = runtime.onDiagnostic((name, _payload) => names.push(name))

    provoke(runtime)
    remove()
    provoke(runtime)

    assert.deepEqual(names, ['level_changed'])
  })

  it('that throws is counted, and the others still run', () => {
    const { runtime, seen } = startLogging()
    runtime.onDiagnostic(() => {
      throw new Error('hook')
    })
    const names: string[] = []
    runtime.onDiagnostic((name, _payload) => names.push(name))

    provoke(runtime)
    provoke(runtime)

    assert.deepEqual(names, ['level_changed', 'level_changed'])
    assert.deepEqual(seen.names, names)
    assert.equal(runtime.inspect().hookErrors, 2)
  })

  it('that is an async function and rejects is counted, and does not end the process', async () => {
    const { runtime } = startLogging()
    runtime.onDiagnostic((async () => {
      throw new Error('hook')
    }) as () => void)

    provoke(runtime)
    await new Promise((resolve) => setImmediate(resolve))

    assert.equal(runtime.inspect().hookErrors, 1)
  })

  it('that logs is refused, so that it cannot feed itself', () => {
    const { runtime, log, events } = startLogging()
    const results: string[] = []
    runtime.onDiagnostic(() => results.push(log.error('from the hook')))

    provoke(runtime)

    assert.deepEqual(results, ['refused'])
    assert.deepEqual(events(), [])
    assert.deepEqual(runtime.report().refused, { reentrant: 1 })
    assert.deepEqual(imbalances(runtime.report()), [])
  })

  it('that causes a diagnostic does not hear of it', () => {
    const { runtime } = startLogging()
    let calls = 0
    runtime.onDiagnostic(() => {
      calls++
      provoke(runtime)
    })

    provoke(runtime)

    assert.equal(calls, 1)
  })
})

describe('diagnostics_channel', () => {
  it('gets name, payload and service', () => {
    const { runtime } = startLogging()
    const messages: unknown[] = []
    const listener = (message: unknown): void => void messages.push(message)
    subscribe(DIAGNOSTICS_CHANNEL, listener)

    provoke(runtime)
    unsubscribe(DIAGNOSTICS_CHANNEL, listener)
    provoke(runtime)

    assert.equal(DIAGNOSTICS_CHANNEL, 'holdfast:diagnostic')
    assert.deepEqual(messages, [{ name: 'level_changed', payload: { levels: { a: 'debug' }, for_ms: null }, service: 'test' }])
  })
})

describe('without a hook', () => {
  it('the first of each name at warning or above goes to stderr, then none for a while', async () => {
    const { stderr } = await ended(
      startScript(`
        import { createRuntime } from '${HOLDFAST}'
        const adapter = { name: 'mem', write() {}, writeSync() {} }
        const stages = [() => { throw new Error('line\\nbreak') }]
        const runtime = createRuntime({ adapters: [adapter], stages })
        for (let i = 0; i < 50; i++) runtime.get('app').info('x')
        runtime.setLevels({ a: 'debug' })`),
    )

    assert.equal(stderr, 'holdfast: stage_error {"stage":"anonymous","error":"Error: line break"}\n')
  })

  it('a hook that throws is told there once', async () => {
    const { stderr } = await ended(
      startScript(`
        import { createRuntime } from '${HOLDFAST}'
        const runtime = createRuntime({ adapters: [], diagnosticHook() { throw new Error('hook') } })
        for (let i = 0; i < 50; i++) runtime.setLevels({ a: 'debug' })`),
    )

    assert.equal(stderr, 'holdfast: hook_error {"error":"Error: hook","count":1}\n')
  })
})

describe('onDrop', () => {
  it('is told what was dropped, once for all of a tick', async () => {
    const drops: unknown[] = []
    const { log } = startLogging({
      adapters: [recipe(new FailingAdapter({ sync: true }), { whenDown: 'drop' })],
      queue: { onDrop: (drop) => drops.push(drop) },
    })

    for (let i = 0; i < 5; i++) log.info('x')
    await new Promise((resolve) => setImmediate(resolve))

    assert.deepEqual(drops, [{ adapter: 'failing', reason: 'down', count: 5 }])
  })

  const CALLBACKS: readonly (readonly [title: string, onDrop: () => void])[] = [
    [
      'throws',
      () => {
        throw new Error('callback')
      },
    ],
    ['is an async function and rejects', (async () => Promise.reject(new Error('callback'))) as () => void],
  ]
  for (const [title, onDrop] of CALLBACKS) {
    it(`that ${title} is reported`, async () => {
      const { log, seen } = startLogging({
        adapters: [recipe(new FailingAdapter({ sync: true }), { whenDown: 'drop' })],
        queue: { onDrop },
      })

      log.info('x')
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))

      assert.deepEqual(seen.of('queue_drop_callback_error'), [{ error: 'Error: callback' }])
    })
  }
})

describe('severitySnapshot', () => {
  it('counts by level, knows the highest, and drops by adapter, reason and level', () => {
    const { runtime, log } = startLogging({
      adapters: [
        recipe(new FailingAdapter({ sync: true }), { whenDown: 'drop', level: 'warning' }),
        new MemoryAdapter({ sync: true }),
      ],
    })
    const empty = runtime.severitySnapshot()

    log.info('x')
    log.info('x')
    log.error('x')
    log.warning('x')
    log.debug('x')

    assert.deepEqual(empty, { highest: null, total: 0, counts: {}, drops: {}, dropsTotal: 0 })
    assert.deepEqual(runtime.severitySnapshot(), {
      highest: 'error',
      total: 4,
      counts: { info: 2, warning: 1, error: 1 },
      drops: { failing: { down: { warning: 1, error: 1 } } },
      dropsTotal: 2,
    })
  })
})

describe('inspect', () => {
  it('is JSON-safe, says how the runtime is, and shows nothing that was logged', () => {
    const { runtime, log } = startLogging({ queue: { commit: 'tick' }, levels: { db: 'debug' }, environment: 'prod' })
    runtime.bind({ jobId: 'context-value' }, () => log.info('message-text', { key: 'field-value' }))

    const found = runtime.inspect()

    assert.deepEqual(JSON.parse(JSON.stringify(found)), found)
    assert.doesNotMatch(JSON.stringify(found), /context-value|message-text|field-value/)
    assert.deepEqual([found.service, found.environment, found.origin], ['test', 'prod', runtime.origin])
    assert.deepEqual(found.levels, { '': 'info', db: 'debug' })
    const { mode, commit, durability, state, pid } = found.writer
    assert.deepEqual([mode, commit, durability, state, pid], ['local', 'tick', 'memory', 'running', 0])
    assert.deepEqual(found.members, [{ origin: runtime.origin, pid: process.pid, thread: 0, isRoot: true }])
    assert.deepEqual(Object.keys(found.lanes), ['memory'])
    assert.deepEqual(found.lanes['memory']?.health, { state: 'ok', details: { accepted: 0 } })
    assert.ok((found.lanes['memory']?.lagBytes ?? 0) > 0)
    assert.equal(found.report.emitted, 1)
  })

  it('says that a health() threw', () => {
    const adapter = {
      name: 'odd',
      write: () => undefined,
      health: () => {
        throw new Error('x')
      },
    }
    const { runtime } = startLogging({ adapters: [adapter] })

    assert.equal(runtime.inspect().lanes['odd']?.health?.state, 'degraded')
  })
})

describe('functions of the installed runtime', () => {
  it('say what is missing before init, or have nothing to do', async () => {
    const found = await answer<unknown>(`
      import * as holdfast from '${HOLDFAST}'
      const errors = {}
      for (const name of ['bindProcess', 'setLevels', 'onDiagnostic', 'severitySnapshot', 'inspect'])
        try { holdfast[name]({}) } catch (error) { errors[name] = error.message }
      const reports = [await holdfast.flush(), await holdfast.shutdown()].map(({ calls }) => calls)
      console.log(JSON.stringify({ errors, reports }))`)

    const message = (name: string): string =>
      `Expected \`init\` to be called before \`${name}\`, got a process without a runtime.`
    assert.deepEqual(found, {
      errors: Object.fromEntries(
        ['bindProcess', 'setLevels', 'onDiagnostic', 'severitySnapshot', 'inspect'].map((name) => [name, message(name)]),
      ),
      reports: [0, 0],
    })
  })
})
