import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runInNewContext } from 'node:vm'
import { type Json, makeEncoder } from './encode-fixture.js'

class QuotaError extends Error {
  readonly code = 'E_QUOTA'
  readonly limit = 10
  readonly apiKey = 'k-123'
}

describe('errors', () => {
  it('have type, message, code, stack, and their own properties under extra', () => {
    const { stack, ...rest } = makeEncoder().error(new QuotaError('too much'))

    assert.deepEqual(rest, {
      type: 'QuotaError',
      message: 'too much',
      code: 'E_QUOTA',
      extra: { limit: 10, apiKey: '[REDACTED]' },
    })
    assert.match(String(stack), /^Error: too much\n {4}at /)
  })

  it('have the same shape under any key of the fields', () => {
    const extra = makeEncoder().extra({ failure: new RangeError('r'), list: [new TypeError('t')] }) as {
      failure: Json
      list: Json[]
    }

    assert.equal(extra.failure['type'], 'RangeError')
    assert.equal(extra.list[0]?.['message'], 't')
  })

  for (const key of ['err', 'error']) {
    it(`become the error of the event under ${key}, unless the call has one`, () => {
      const { encoder } = makeEncoder()

      encoder.encode('test', { [key]: new Error('inner'), a: 1 }, false, undefined, undefined, undefined)
      assert.equal(encoder.extra, '{"a":1}')
      assert.equal((JSON.parse(encoder.error) as Json)['message'], 'inner')

      encoder.encode('test', { [key]: new Error('inner') }, true, new Error('outer'), undefined, undefined)
      assert.equal((JSON.parse(encoder.error) as Json)['message'], 'outer')
      assert.equal((JSON.parse(encoder.extra) as Record<string, Json>)[key]?.['message'], 'inner')
    })
  }

  it('under err that are no Error stay in extra', () => {
    const { encoder } = makeEncoder()

    encoder.encode('test', { err: 'text' }, false, undefined, undefined, undefined)

    assert.equal(encoder.extra, '{"err":"text"}')
    assert.equal(encoder.error, '')
  })

  it('show their causes, errors or not, and mark a way back', () => {
    const inner: Error & { cause?: unknown } = new Error('inner', { cause: { reason: 'disk' } })
    const outer = new Error('outer', { cause: inner })
    const circle: Error & { cause?: unknown } = new Error('circle')
    circle.cause = circle

    const error = makeEncoder().error(outer) as { cause: Json }
    assert.equal(error.cause['message'], 'inner')
    assert.deepEqual(error.cause['cause'], { reason: 'disk' })
    assert.equal(makeEncoder().error(circle)['cause'], '[Circular]')
  })

  it('show the errors of an AggregateError, also of one that holds itself', () => {
    const aggregate = new AggregateError([new Error('a'), 'b'], 'both failed')
    aggregate.errors.push(aggregate)

    const { errors } = makeEncoder().error(aggregate) as { errors: (Json | string)[] }

    assert.equal((errors[0] as Json)['message'], 'a')
    assert.deepEqual(errors.slice(1), ['b', '[Circular]'])
  })

  it('show at most errorMaxCauses causes and aggregated errors together', () => {
    let chain: Error | undefined
    for (let i = 0; i < 5000; i++) chain = new Error(`level ${i}`, { cause: chain })
    const many = new AggregateError(Array.from({ length: 50 }, (_, i) => new Error(`e${i}`)))

    const { encoder } = makeEncoder({ limits: { errorMaxCauses: 3 } })
    encoder.encode('test', undefined, true, chain, undefined, undefined)
    assert.equal(encoder.error.split('"type":"Error"').length - 1, 4)
    assert.match(encoder.error, /"cause":"\[more causes\]"/)
    encoder.encode('test', undefined, true, many, undefined, undefined)
    assert.match(encoder.error, /"…\[47 more\]"/)
  })

  it('of other realms, DOMExceptions and objects that inherit from Error are errors', () => {
    const { error } = makeEncoder()

    assert.equal(error(runInNewContext('new TypeError("far")'))['type'], 'TypeError')
    assert.equal(error(new DOMException('aborted', 'AbortError'))['type'], 'AbortError')
    assert.equal(error(Object.assign(Object.create(Error.prototype), { message: 'made' }))['message'], 'made')
  })

  const THROWN: readonly (readonly [unknown, Json])[] = [
    ['text', { type: 'string', message: 'text' }],
    [undefined, { type: 'undefined', message: 'undefined' }],
    [null, { type: 'null', message: 'null' }],
    [7n, { type: 'bigint', message: '7' }],
    [
      { message: 'm', status: 3 },
      { type: 'Object', message: 'm', extra: { status: 3 } },
    ],
  ]
  for (const [thrown, expected] of THROWN) {
    it(`may be anything that was thrown: ${typeof thrown} ${String(thrown)}`, () => {
      assert.deepEqual(makeEncoder().error(thrown), expected)
    })
  }

  it('whose properties throw are written as far as they can be read', () => {
    const hostile = new Error('readable')
    for (const key of ['stack', 'cause', 'code', 'own']) {
      Object.defineProperty(hostile, key, {
        enumerable: true,
        get() {
          throw new Error(`no ${key}`)
        },
      })
    }

    assert.deepEqual(makeEncoder().error(hostile), {
      type: 'Error',
      message: 'readable',
      code: '[Thrown: no code]',
      stack: '[Thrown: no stack]',
      cause: '[Thrown: no cause]',
      extra: { own: '[Thrown: no own]' },
    })
  })

  it('have their stack read once', () => {
    let reads = 0
    const error = new Error('x')
    Object.defineProperty(error, 'stack', { get: () => `Error: x\n    at read (${++reads})` })

    assert.equal(makeEncoder().error(error)['stack'], 'Error: x\n    at read (1)')
  })

  it('keep the first and the last frames of a long stack, and say how many are missing', () => {
    const error = new Error('deep')
    error.stack = `Error: deep\n${Array.from({ length: 200 }, (_, i) => `    at f${i} (file.js:${i}:1)`).join('\n')}`
    const { error: encode, reports } = makeEncoder({ limits: { stackMaxFrames: 5 } })

    const lines = String(encode(error)['stack']).split('\n')

    assert.deepEqual(lines, [
      'Error: deep',
      '    at f0 (file.js:0:1)',
      '    at f1 (file.js:1:1)',
      '    at f2 (file.js:2:1)',
      '    … 195 frames left out …',
      '    at f198 (file.js:198:1)',
      '    at f199 (file.js:199:1)',
    ])
    assert.deepEqual(reports, [{ name: 'stack_truncated', payload: { logger: 'test', frames_removed: 195, limit: 5 } }])
  })

  it('keep a stack of ordinary length whole', () => {
    const error = new Error('x')
    error.stack = `Error: x\n${Array.from({ length: 40 }, (_, i) => `    at someFunction${i} (/srv/app/node_modules/x/${i}.js:1:1)`).join('\n')}`

    assert.equal(makeEncoder().error(error)['stack'], error.stack)
  })

  it('stay within a bound whatever their message, stack, causes and properties hold', () => {
    const big = 'é'.repeat(1 << 20)
    const make = (depth: number): Error => {
      const error = new Error(big, depth === 0 ? {} : { cause: make(depth - 1) })
      error.stack = `Error: ${big}\n    at x (${big})`
      return Object.assign(error, { big, list: new Array(1e5).fill(big) })
    }
    const { encoder, error } = makeEncoder()

    error(make(20))

    assert.ok(Buffer.byteLength(encoder.error) <= 2 * 16_384 + 8192 + 2000, String(Buffer.byteLength(encoder.error)))
  })
})
