import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runInNewContext } from 'node:vm'
import type { Level, LogResult } from '@holdfast/api'
import fc from 'fast-check'
import { imbalances, startLogging } from './fixtures/logged.js'

const boom = new RangeError('boom')
const other = new TypeError('other')

interface Row {
  readonly title: string
  readonly args: readonly unknown[]
  readonly message: string
  readonly extra?: object
  readonly error?: string
}

const ROWS: readonly Row[] = [
  { title: '(message)', args: ['hello'], message: 'hello' },
  { title: '(message, fields)', args: ['hello', { a: 1 }], message: 'hello', extra: { a: 1 } },
  { title: '(message, function)', args: ['hello', () => ({ a: 1 })], message: 'hello', extra: { a: 1 } },
  { title: '(message, error)', args: ['hello', boom], message: 'hello', error: 'boom' },
  { title: '(message, error, fields)', args: ['hello', boom, { a: 1 }], message: 'hello', extra: { a: 1 }, error: 'boom' },
  {
    title: '(message, error, function)',
    args: ['hello', boom, () => ({ a: 1 })],
    message: 'hello',
    extra: { a: 1 },
    error: 'boom',
  },
  {
    title: '(message, thrown text, fields)',
    args: ['hello', 'thrown', { a: 1 }],
    message: 'hello',
    extra: { a: 1 },
    error: 'thrown',
  },
  { title: '(message, undefined, fields)', args: ['hello', undefined, { a: 1 }], message: 'hello', extra: { a: 1 } },
  { title: '(message, null, fields)', args: ['hello', null, { a: 1 }], message: 'hello', extra: { a: 1 } },
  { title: '(message, fields, error)', args: ['hello', { a: 1 }, boom], message: 'hello', extra: { a: 1 }, error: 'boom' },
  { title: '(message, value, error)', args: ['hello', 7, boom], message: 'hello', extra: { args: [7] }, error: 'boom' },
  { title: '(error)', args: [boom], message: 'boom', error: 'boom' },
  { title: '(error, message)', args: [boom, 'hello'], message: 'hello', error: 'boom' },
  { title: '(error, message, fields)', args: [boom, 'hello', { a: 1 }], message: 'hello', extra: { a: 1 }, error: 'boom' },
  { title: '(error, fields)', args: [boom, { a: 1 }], message: 'boom', extra: { a: 1 }, error: 'boom' },
  { title: '(error, undefined, fields)', args: [boom, undefined, { a: 1 }], message: 'boom', extra: { a: 1 }, error: 'boom' },
  { title: '(fields)', args: [{ a: 1 }], message: '', extra: { a: 1 } },
  { title: '(function)', args: [() => ({ a: 1 })], message: '', extra: { a: 1 } },
  { title: '(fields, message)', args: [{ a: 1 }, 'hello'], message: 'hello', extra: { a: 1 } },
  { title: '(fields, message, error)', args: [{ a: 1 }, 'hello', boom], message: 'hello', extra: { a: 1 }, error: 'boom' },
  { title: '(fields with msg)', args: [{ a: 1, msg: 'hello' }], message: 'hello', extra: { a: 1, msg: 'hello' } },
  { title: '(fields with err)', args: [{ a: 1, err: boom }], message: 'boom', extra: { a: 1 }, error: 'boom' },
  { title: '(fields with error)', args: [{ a: 1, error: boom }], message: 'boom', extra: { a: 1 }, error: 'boom' },
  { title: '(fields with err, message)', args: [{ err: boom }, 'hello'], message: 'hello', error: 'boom' },
  { title: '(message, fields with err)', args: ['hello', { err: boom }], message: 'hello', error: 'boom' },
  { title: '(message, fields with error)', args: ['hello', { error: boom }], message: 'hello', error: 'boom' },
  { title: '(message, fields with err that is no error)', args: ['hello', { err: 5 }], message: 'hello', extra: { err: 5 } },
  { title: '(message, function that gives an error)', args: ['hello', () => boom], message: 'hello', error: 'boom' },
  { title: '(message, function that gives nothing)', args: ['hello', () => undefined], message: 'hello' },
  { title: '(message, function that gives a value)', args: ['hello', () => 5], message: 'hello', extra: { value: 5 } },
  { title: '(message, number)', args: ['hello', 5], message: 'hello', extra: { args: [5] } },
  { title: '(message, array)', args: ['hello', [1, 2]], message: 'hello', extra: { args: [[1, 2]] } },
  { title: '(message, null)', args: ['hello', null], message: 'hello', extra: { args: [null] } },
  { title: '(message, url)', args: ['hello', new URL('http://x/')], message: 'hello', extra: { args: ['http://x/'] } },
  { title: '(message, more texts)', args: ['a', 'b', 'c', 'd', 'e'], message: 'a', extra: { args: ['b', 'c', 'd', 'e'] } },
  {
    title: '(message, fields, more)',
    args: ['a', { b: 1 }, 'c', 'd', 'e'],
    message: 'a',
    extra: { b: 1, args: ['c', 'd', 'e'] },
  },
  { title: '(message, error, more)', args: ['a', boom, 'c', 'd'], message: 'a', extra: { args: ['c', 'd'] }, error: 'boom' },
  { title: '(error, more)', args: [boom, 1, 2, 3], message: 'boom', extra: { args: [1, 2, 3] }, error: 'boom' },
  { title: '(error, message, more)', args: [boom, 'hello', 1, 2], message: 'hello', extra: { args: [1, 2] }, error: 'boom' },
  { title: '(fields, more)', args: [{ a: 1 }, 1, 2, 3], message: '', extra: { a: 1, args: [1, 2, 3] } },
  { title: '(fields with args, more)', args: ['a', { args: 1 }, 2], message: 'a', extra: { args: 1, surplus_args: [2] } },
  { title: '(number)', args: [5], message: '5' },
  { title: '(boolean)', args: [true], message: 'true' },
  { title: '(null)', args: [null], message: 'null' },
  { title: '(undefined)', args: [undefined], message: 'undefined' },
  { title: '()', args: [], message: 'undefined' },
  { title: '(array)', args: [[1, 'two']], message: '[1,"two"]' },
  { title: '(bigint)', args: [5n], message: '5' },
  { title: '(symbol)', args: [Symbol('s')], message: 'Symbol(s)' },
  {
    title: '(message with placeholders, value)',
    args: ['%s of %d {a}', 'x', { a: 1 }],
    message: '%s of %d {a}',
    extra: { a: 1 },
    error: 'x',
  },
  { title: '(error of another realm)', args: [runInNewContext('new Error("far")')], message: 'far', error: 'far' },
]

describe('the forms of a log call', () => {
  for (const { title, args, message, extra, error } of ROWS) {
    it(`sorts the arguments of ${title}`, () => {
      const { log, last } = startLogging()

      const result = (log.error as (...args: readonly unknown[]) => LogResult)(...args)

      assert.equal(result, 'accepted')
      assert.deepEqual({ message: last().message, extra: last().extra, error: last().error?.message }, { message, extra, error })
    })
  }

  it('keeps a second error beside the first', () => {
    const { log, last } = startLogging()

    log.error(boom, other as unknown as string)

    assert.equal(last().error?.message, 'boom')
    assert.match(JSON.stringify(last().extra), /"other"/)
  })

  it('keeps one of two errors behind a message among the surplus', () => {
    const { log, last } = startLogging()

    log.error('hello', boom, other as object)

    assert.equal(last().error?.message, 'boom')
    assert.match(JSON.stringify(last().extra?.['args']), /"other"/)
  })
})

describe('the methods of a logger', () => {
  const METHODS = {
    trace: 'TRACE',
    debug: 'DEBUG',
    info: 'INFO',
    warning: 'WARNING',
    warn: 'WARNING',
    error: 'ERROR',
    exception: 'ERROR',
    critical: 'CRITICAL',
    fatal: 'CRITICAL',
  } as const
  for (const [method, level] of Object.entries(METHODS)) {
    it(`logs at ${level} by ${method}, also when it was taken off its logger`, () => {
      const { runtime, last } = startLogging({ level: 'trace' })
      const { [method as 'info']: detached } = runtime.get('app')

      const result = detached('hello')

      assert.equal(result, 'accepted')
      assert.equal(last().level, level)
    })
  }

  const NAMES: readonly (readonly [string, string | undefined])[] = [
    ['warn', 'WARNING'],
    ['WARNING', 'WARNING'],
    ['err', 'ERROR'],
    ['fatal', 'CRITICAL'],
    ['Trace ', 'TRACE'],
    ['nonsense', 'INFO'],
    ['off', undefined],
    ['silent', undefined],
  ]
  for (const [name, level] of NAMES) {
    it(`logs at ${level ?? 'no level'} by log('${name}')`, () => {
      const { log, events } = startLogging({ level: 'trace' })

      const result = log.log(name as Level, 'hello', { a: 1 })

      assert.equal(result, level === undefined ? 'below_level' : 'accepted')
      assert.deepEqual(
        events().map((event) => [event.level, event.message, event.extra]),
        level === undefined ? [] : [[level, 'hello', { a: 1 }]],
      )
    })
  }

  it('does nothing by silent', () => {
    const { log, events, runtime } = startLogging({ level: 'trace' })

    const result = log.silent('hello')

    assert.equal(result, 'below_level')
    assert.deepEqual(events(), [])
    assert.deepEqual(imbalances(runtime.report()), [])
  })

  it('keeps surplus arguments in their order by log', () => {
    const { log, last } = startLogging()

    log.log('info', 'hello', boom, { a: 1 }, 2, 3)

    assert.deepEqual(last().extra, { a: 1, args: [2, 3] })
  })
})

describe('a fields function', () => {
  it('runs once when the level is enabled, and never when it is not', () => {
    const { log } = startLogging({ level: 'info' })
    let calls = 0
    const fields = (): object => ({ calls: ++calls })

    log.debug('off', fields)
    log.info('on', fields)

    assert.equal(calls, 1)
  })

  it('that throws costs its fields and not the event', () => {
    const { log, last, seen, runtime } = startLogging()

    const result = log.info('hello', () => {
      throw boom
    })

    assert.equal(result, 'accepted')
    assert.equal(last().message, 'hello')
    assert.deepEqual(seen.of('value_unreadable'), [{ logger: 'app', what: 'fields_function' }])
    assert.deepEqual(imbalances(runtime.report()), [])
  })

  it('that logs is refused there, and the outer event is kept as it is', () => {
    const { log, events } = startLogging()
    const results: LogResult[] = []

    log.info('outer', () => {
      results.push(log.info('inner', { b: 2 }))
      return { a: 1 }
    })

    assert.deepEqual(results, ['refused'])
    assert.deepEqual(
      events().map(({ message, extra }) => [message, extra]),
      [['outer', { a: 1 }]],
    )
  })
})

describe('a message', () => {
  it('is kept as it is, 10 000 different ones in a row', () => {
    const { log, events } = startLogging()

    for (let i = 0; i < 10_000; i++) log.info(`message ${i}`)

    assert.deepEqual(
      events().map(({ message }) => message),
      Array.from({ length: 10_000 }, (_, i) => `message ${i}`),
    )
  })

  it('is kept when it repeats between others', () => {
    const { log, events } = startLogging()

    for (let i = 0; i < 3000; i++) log.info(i % 2 === 0 ? 'again' : `message ${i}`)

    assert.equal(events().filter(({ message }) => message === 'again').length, 1500)
    assert.equal(new Set(events().map(({ message }) => message)).size, 1501)
  })
})

describe('a log call', () => {
  it('never throws and is always counted, whatever its arguments are', () => {
    const { log, runtime, memory } = startLogging()
    // made in the call, because a generator cannot hold values that throw when they are looked at
    const hostile = fc.nat(HOSTILE.length - 1).map((index) => ({ index }))
    const anything = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
          withObjectString: true,
        }),
      },
      hostile,
    )
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 5 }), (args) => {
        const before = memory.lines.length

        const result = (log.info as (...args: readonly unknown[]) => LogResult)(...args.map(unwrap))

        assert.equal(result, 'accepted')
        assert.equal(memory.lines.length, before + 1)
      }),
      { numRuns: 300 },
    )
    assert.deepEqual(imbalances(runtime.report()), [])
  })
})

const thrower = (): never => {
  throw boom
}

const HOSTILE: readonly (() => unknown)[] = [
  () => thrower,
  () => Object.create(null),
  () => new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower }),
  () => Object.defineProperty({ toJSON: thrower, toString: thrower }, 'a', { get: thrower, enumerable: true }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  () => Object.assign(new Error('x'), { message: Symbol('s'), stack: 5 }),
  () => Symbol('s'),
  () => class {},
]

function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'index')
    ? HOSTILE[(value as { readonly index: number }).index]?.()
    : value
}
