import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { LogEvent } from 'holdfast'
import { bridgeConsole } from 'holdfast'
import { captureLogs } from 'holdfast/testing'

/** What console calls become. */
function bridged(run: () => void): readonly LogEvent[] {
  using logs = captureLogs()
  using _ = bridgeConsole({ warnings: false })
  run()
  return logs.records
}

/** Level, message, fields and message of the error. */
function seen(run: () => void): readonly unknown[] {
  return bridged(run).map(({ level, message, extra, error }) => [level, message, extra, error?.message])
}

describe('console methods become events', () => {
  it('at the level that they stand for, with the name of the logger', () => {
    const records = bridged(() => {
      console.log('log')
      console.info('info')
      console.debug('debug')
      console.warn('warn')
      console.error('error')
      console.trace('trace')
    })

    assert.deepEqual(
      records.map(({ level, message, logger }) => `${level} ${message} ${logger}`),
      ['INFO log', 'INFO info', 'DEBUG debug', 'WARNING warn', 'ERROR error', 'TRACE trace'].map((text) => `${text} console`),
    )
    assert.equal(records[5]?.error?.type, 'Trace')
    assert.match(records[5]?.error?.stack ?? '', /^Trace: trace\n {4}at .*bridge-console\.test/)
  })

  const FORMATTED: readonly (readonly [args: readonly unknown[], message: string, error?: string])[] = [
    [['%s has %d of %i, %f', 'ann', 3.5, 7.9, '1.25'], 'ann has 3.5 of 7, 1.25'],
    [['100%', 'more'], '100% more'],
    [['%% %s', 'x'], '% x'],
    [['%j', { a: 1 }], '{"a":1}'],
    [['a', { b: { c: { d: {} } } }, [1, 2], null, undefined, 3n], 'a { b: { c: { d: {} } } } [ 1, 2 ] null undefined 3n'],
    [[{ a: 1 }, 'b'], '{ a: 1 } b'],
    [[1, 'b', true], '1 b true'],
    [[''], ''],
    [[new TypeError('broken')], 'broken', 'broken'],
    [['failed:', new TypeError('broken')], 'failed:', 'broken'],
    [['order %d failed', 7, new TypeError('broken')], 'order 7 failed', 'broken'],
    [[new TypeError('broken'), 'while', 'reading'], 'while reading', 'broken'],
  ]
  for (const [args, message, error] of FORMATTED) {
    it(`with the text that the console would print (${message})`, () => {
      assert.deepEqual(
        seen(() => console.error(...args)),
        [['ERROR', message, undefined, error]],
      )
    })
  }

  it('with an error that a placeholder takes in both places, and a second error in the text', () => {
    const [taken, second] = bridged(() => {
      console.error('because of %s', new TypeError('broken'))
      console.error('two', new Error('first'), new Error('second'))
    })

    assert.match(taken?.message ?? '', /^because of .*broken/s)
    assert.equal(taken?.error?.type, 'TypeError')
    assert.equal(second?.error?.message, 'first')
    assert.match(second?.message ?? '', /^two Error: second\n/)
  })

  it('without colours, whatever the terminal', () => {
    process.env['FORCE_COLOR'] = '1'
    try {
      assert.deepEqual(
        seen(() => console.log({ a: 1 })),
        [['INFO', '{ a: 1 }', undefined, undefined]],
      )
    } finally {
      delete process.env['FORCE_COLOR']
    }
  })

  it('with the groups that they stand in', () => {
    const records = seen(() => {
      console.group('import %s', 'a.csv')
      console.log('row')
      console.groupCollapsed('details')
      console.warn('odd')
      console.groupEnd()
      console.groupEnd()
      console.groupEnd()
      console.log('after')
    })

    assert.deepEqual(records, [
      ['INFO', 'import a.csv', undefined, undefined],
      ['INFO', 'row', { group: ['import a.csv'] }, undefined],
      ['INFO', 'details', { group: ['import a.csv'] }, undefined],
      ['WARNING', 'odd', { group: ['import a.csv', 'details'] }, undefined],
      ['INFO', 'after', undefined, undefined],
    ])
  })

  it('with rows of tables as fields', () => {
    const records = seen(() => {
      console.table([
        { a: 1, b: 2 },
        { a: 3, b: 4 },
      ])
      console.table({ x: { a: 1, b: 2 }, y: 5 }, ['a'])
      console.table('no table')
    })

    assert.deepEqual(records, [
      [
        'INFO',
        'table',
        {
          table: [
            { a: 1, b: 2 },
            { a: 3, b: 4 },
          ],
        },
        undefined,
      ],
      ['INFO', 'table', { table: { x: { a: 1 }, y: 5 } }, undefined],
      ['INFO', 'no table', undefined, undefined],
    ])
  })

  it('when an assertion does not hold, and not when it does', () => {
    const records = seen(() => {
      console.assert(true, 'fine')
      console.assert(false)
      console.assert(false, 'expected %d', 3)
      console.assert(false, ...([{ a: 1 }] as unknown as string[]))
      console.assert(false, ...([new Error('broken')] as unknown as string[]))
    })

    assert.deepEqual(records, [
      ['ERROR', 'Assertion failed', undefined, undefined],
      ['ERROR', 'Assertion failed: expected 3', undefined, undefined],
      ['ERROR', 'Assertion failed: { a: 1 }', undefined, undefined],
      ['ERROR', 'Assertion failed:', undefined, 'broken'],
    ])
  })

  it('with counts and times as fields', () => {
    const records = bridged(() => {
      console.count()
      console.count('x')
      console.count('x')
      console.countReset('x')
      console.count('x')
      console.time('load')
      console.timeLog('load', 'half', 5)
      console.timeEnd('load')
    })

    assert.deepEqual(
      records.slice(0, 4).map(({ message, extra }) => [message, extra]),
      [
        ['default: 1', { label: 'default', count: 1 }],
        ['x: 1', { label: 'x', count: 1 }],
        ['x: 2', { label: 'x', count: 2 }],
        ['x: 1', { label: 'x', count: 1 }],
      ],
    )
    assert.match(records[4]?.message ?? '', /^load: [\d.]+ms half 5$/)
    assert.match(records[5]?.message ?? '', /^load: [\d.]+ms$/)
    assert.equal(typeof records[5]?.extra?.['ms'], 'number')
  })

  it('with dir as it shows values, and nothing for an empty line', () => {
    const shown = { toString: 1, deep: { deeper: { deepest: {} } } }
    const records = seen(() => {
      console.dir(shown, { depth: 0 })
      console.dirxml('a', 1)
      console.log()
    })

    assert.deepEqual(records, [
      ['INFO', '{ toString: 1, deep: [Object] }', undefined, undefined],
      ['INFO', 'a 1', undefined, undefined],
    ])
  })

  it('without secrets in them', () => {
    const [record] = bridged(() => console.log('Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789'))

    assert.doesNotMatch(record?.message ?? '', /abcdefghijkl/)
  })
})

describe('a bridge', () => {
  it('gives the console back, once', () => {
    using logs = captureLogs()
    const { log } = console
    const bridge = bridgeConsole({ logger: 'print' })
    assert.equal(bridgeConsole(), bridge)

    bridge.restore()
    bridge.restore()

    assert.equal(console.log, log)
    assert.deepEqual(logs.messages, [])
  })

  it('leaves a console alone that somebody else has taken in the meantime, and does as before under it', () => {
    using logs = captureLogs()
    const { log } = console
    const printed: unknown[] = []
    console.log = (...args: readonly unknown[]) => void printed.push(args)
    const bridge = bridgeConsole()
    const ours = console.log
    const wrapper = (...args: readonly unknown[]): void => ours('wrapped', ...args)
    console.log = wrapper

    console.log('one')
    bridge.restore()
    console.log('two')

    assert.equal(console.log, wrapper)
    assert.deepEqual(logs.messages, ['wrapped one'])
    assert.deepEqual(printed, [['wrapped', 'two']])
    console.log = log
  })

  it('needs a runtime', () => {
    assert.throws(() => bridgeConsole(), /Expected `init` to be called before `bridgeConsole`/)
  })
})

describe('a bridge in a whole process', () => {
  const HOLDFAST = JSON.stringify(pathToFileURL(new URL('../dist/index.js', import.meta.url).pathname).href)
  const run = (source: string): { stdout: string; stderr: string; events: readonly LogEvent[] } => {
    const script = `import { bridgeConsole, consoleAdapter, get, init, shutdown } from ${HOLDFAST}\n${source}`
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
      timeout: 120_000,
    })
    assert.equal(status, 0, stderr)
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
    return { stdout, stderr, events: lines.map((line) => JSON.parse(line) as LogEvent) }
  }
  const JSON_ON_STDOUT = "consoleAdapter({ format: 'json', stream: 'stdout' })"

  it('does not feed on what the console adapter writes', () => {
    const { events, stdout } = run(
      `init({ adapters: [${JSON_ON_STDOUT}] }); bridgeConsole(); console.log('one'); get().info('two')`,
    )

    assert.deepEqual(
      events.map(({ message }) => message),
      ['one', 'two'],
    )
    assert.equal(stdout.trim().split('\n').length, 2)
  })

  it('does not feed on what an adapter or a stage prints', () => {
    const { events, stdout } = run(`
      const spy = { name: 'spy', write() {}, writeSync() { console.log('from the adapter') } }
      const stages = [(draft) => { console.log('from the stage'); return draft }]
      const runtime = init({ adapters: [${JSON_ON_STDOUT}, spy], stages })
      bridgeConsole()
      console.log('one')
    `)

    assert.deepEqual(
      events.map(({ message }) => message),
      ['one'],
    )
    assert.equal(stdout.match(/^from the (stage|adapter)$/gm)?.length, 2)
  })

  it('makes events of warnings, which are no longer printed, until it is restored', () => {
    const { events, stderr } = run(`
      init({ adapters: [${JSON_ON_STDOUT}] })
      const bridge = bridgeConsole()
      process.emitWarning('old API', { type: 'DeprecationWarning', code: 'DEP0', detail: 'use the new one' })
      setImmediate(() => {
        bridge.restore()
        process.emitWarning('printed again')
      })
    `)

    assert.equal(events.length, 1)
    const [event] = events
    assert.deepEqual(
      [event?.level, event?.logger, event?.message, event?.error?.type, event?.error?.code],
      ['WARNING', 'process', 'old API', 'DeprecationWarning', 'DEP0'],
    )
    assert.equal(event?.error?.extra?.['detail'], 'use the new one')
    assert.doesNotMatch(stderr, /old API/)
    assert.match(stderr, /Warning: printed again/)
  })

  it('prints as before once the runtime is closed', () => {
    const { events, stdout } = run(`
      init({ adapters: [${JSON_ON_STDOUT}] })
      bridgeConsole()
      console.log('one')
      await shutdown()
      console.log('%s after', 'printed')
    `)

    assert.equal(events.length, 1)
    assert.match(stdout, /\nprinted after\n$/)
  })
})
