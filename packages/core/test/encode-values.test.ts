import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { runInNewContext } from 'node:vm'
import { type Json, makeEncoder } from './encode-fixture.js'

class Point {
  readonly x = 1
  readonly #secret = 2
  readonly y: number = 3
  get sum(): number {
    return this.x + this.#secret
  }
}

function* numbers(): Generator<number> {
  yield 1
}

const detached = new ArrayBuffer(8)
const onDetached = new Uint8Array(detached)
structuredClone(detached, { transfer: [detached] })

const VALUES: readonly (readonly [title: string, value: unknown, expected: unknown])[] = [
  ['a text', 'hello', 'hello'],
  ['a number', 129.5, 129.5],
  ['minus zero', -0, 0],
  ['NaN', Number.NaN, 'NaN'],
  ['infinity', Number.POSITIVE_INFINITY, 'Infinity'],
  ['minus infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
  ['a boolean', false, false],
  ['null', null, null],
  ['a BigInt', 12345678901234567890n, '12345678901234567890'],
  ['a symbol', Symbol('mark'), 'Symbol(mark)'],
  ['a function', function work() {}, '[Function: work]'],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a date that is none', new Date(Number.NaN), 'Invalid Date'],
  ['a URL', new URL('https://example.com/a?b=1'), 'https://example.com/a?b=1'],
  ['URL parameters', new URLSearchParams({ a: '1', b: 'x y' }), 'a=1&b=x+y'],
  ['a regular expression', /a"b/giu, '/a"b/giu'],
  ['a Map with text keys', new Map([['a', 1]]), { a: 1 }],
  ['a Map with other keys', new Map<unknown, unknown>([[1, { a: 2 }]]), [[1, { a: 2 }]]],
  ['a Set', new Set(['a', undefined]), ['a', null]],
  ['a buffer', Buffer.from([0x89, 0x50, 0x4e, 0x47]), '[Buffer 4 bytes: 89504e47]'],
  ['a long typed array', new Uint8Array(64), `[Uint8Array 64 bytes: ${'00'.repeat(32)}…]`],
  ['floats', new Float64Array([1.5]), '[Float64Array 8 bytes: 000000000000f83f]'],
  ['an empty buffer', new ArrayBuffer(0), '[ArrayBuffer 0 bytes]'],
  ['a detached buffer', detached, '[ArrayBuffer, detached]'],
  ['a view of a detached buffer', onDetached, '[Uint8Array, detached]'],
  ['a class instance', new Point(), { x: 1, y: 3 }],
  ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['an object of another realm', runInNewContext('({ a: [1] })'), { a: [1] }],
  ['an object with toJSON', { secret: 1, toJSON: () => ({ shown: 2 }) }, { shown: 2 }],
  [
    'an instance with toJSON',
    new (class {
      toJSON(): unknown {
        return [1]
      }
    })(),
    [1],
  ],
  ['a boxed text', Object('text'), 'text'],
  ['a boxed BigInt', Object(1n), '1'],
  ['an array with holes', Object.assign(new Array(4), { 0: 1, 3: 'x' }), [1, null, null, 'x']],
  ['a promise', Promise.resolve(1), '[Promise]'],
  ['a WeakMap', new WeakMap(), '[WeakMap]'],
  ['headers', new Headers({ Accept: 'text/html' }), { accept: 'text/html' }],
  [
    'form data',
    formData(),
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  ['symbol keys', { [Symbol('hidden')]: 1, shown: 2 }, { shown: 2 }],
]

describe('values of fields', () => {
  for (const [title, value, expected] of VALUES) {
    it(`writes ${title}`, () => {
      const { extra } = makeEncoder()

      assert.deepEqual(extra({ value }), { value: expected })
    })
  }

  it('leaves undefined values out', () => {
    assert.deepEqual(makeEncoder().extra({ a: undefined, b: { c: undefined } }), { b: {} })
  })

  it('does not consume a generator', () => {
    const generator = numbers()

    assert.deepEqual(makeEncoder().extra({ generator }), { generator: '[Generator]' })
    assert.equal(generator.next().value, 1)
  })

  it('reads a property exactly once, so that what was checked is what is written', () => {
    let reads = 0
    const fields = {
      get answer() {
        return ++reads === 1 ? 'harmless' : 'password=hunter2'
      },
    }

    assert.deepEqual(makeEncoder().extra(fields), { answer: 'harmless' })
    assert.equal(reads, 1)
  })

  it('changes nothing of the caller, not even in frozen or shared objects', () => {
    const shared = { password: 'p', list: [{ token: 't' }] }
    const fields = Object.freeze({ a: shared, b: shared, error: new Error('x') })
    const before = structuredClone({ a: shared })

    makeEncoder().extra(fields)

    assert.deepEqual({ a: fields.a }, before)
    assert.equal(fields.b, fields.a)
  })

  it('writes an object twice that stands in two places, and marks only a way back to itself', () => {
    const shared = { x: 1 }
    const loop: Json = { shared, again: shared }
    loop['self'] = loop

    assert.deepEqual(makeEncoder().extra({ loop }), { loop: { shared: { x: 1 }, again: { x: 1 }, self: '[Circular]' } })
  })

  it('keeps __proto__ and constructor as plain data', () => {
    const fields = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"x":1}}}') as object

    const extra = makeEncoder().extra(fields)

    assert.equal(JSON.stringify(extra), '{"__proto__":{"polluted":1},"constructor":{"prototype":{"x":1}}}')
    assert.equal(({} as Json)['polluted'], undefined)
  })

  it('escapes controls, C1, line separators and lone surrogates', () => {
    const { encoder } = makeEncoder()

    assert.equal(encoder.message('test', 'a\u001b\u007f\u009b\u2028\ud800b'), '"a\\u001b\\u007f\\u009b\\u2028\\ud800b"')
  })

  it('has names for fields that are no object of fields', () => {
    const { extra } = makeEncoder()

    assert.deepEqual(extra({ a: 1 }), { a: 1 })
    assert.deepEqual(extra([1, 2]), { value: [1, 2] })
    assert.deepEqual(extra(new Set([1])), { value: [1] })
    assert.deepEqual(extra(new Date(0)), { value: '1970-01-01T00:00:00.000Z' })
    assert.deepEqual(extra(new Map([['a', 1]])), { a: 1 })
    assert.deepEqual(extra(new Point()), { x: 1, y: 3 })
  })

  it('puts surplus arguments under args, or beside it when the caller has a field of this name', () => {
    const { encoder } = makeEncoder()

    encoder.encode('test', { a: 1 }, false, undefined, ['x', { password: 'p' }], undefined)
    assert.equal(encoder.extra, '{"a":1,"args":["x",{"password":"[REDACTED]"}]}')
    encoder.encode('test', { args: 1 }, false, undefined, ['x'], undefined)
    assert.equal(encoder.extra, '{"args":1,"surplus_args":["x"]}')
    encoder.encode('test', undefined, false, undefined, ['x'], undefined)
    assert.equal(encoder.extra, '{"args":["x"]}')
  })
})

describe('serializers', () => {
  it('speak for the field of their name', () => {
    const { extra } = makeEncoder({ serializers: { user: (user: { id: number }) => ({ id: user.id }) } })

    assert.deepEqual(extra({ user: { id: 7, name: 'ann' }, other: { user: { id: 8, name: 'bob' } } }), {
      user: { id: 7 },
      other: { user: { id: 8, name: 'bob' } },
    })
  })

  it('of a child logger come before those of the runtime', () => {
    const { encoder } = makeEncoder({ serializers: { a: () => 'runtime', b: () => 'runtime' } })

    encoder.encode('test', { a: 1, b: 2 }, false, undefined, undefined, undefined, { a: () => 'child' })

    assert.equal(encoder.extra, '{"a":"child","b":"runtime"}')
  })

  it('that throw leave a mark', () => {
    const { extra, reports } = makeEncoder({
      serializers: {
        user: () => {
          throw new Error('no user')
        },
      },
    })

    assert.deepEqual(extra({ user: 1, b: 2 }), { user: '[Thrown: no user]', b: 2 })
    assert.deepEqual(reports, [{ name: 'value_unreadable', payload: { logger: 'test', what: 'serializer' } }])
  })

  it('give requests and responses a cheap shape', () => {
    const { extra } = makeEncoder()
    const req = new Request('https://example.com/a?token=abc', {
      method: 'POST',
      headers: { authorization: 'Bearer abc', accept: '*/*' },
    })
    const res = new Response(null, { status: 404, headers: { 'set-cookie': 'sid=1' } })

    assert.deepEqual(extra({ req, res }), {
      req: {
        method: 'POST',
        url: 'https://example.com/a?token=[REDACTED]',
        headers: { accept: '*/*', authorization: '[REDACTED]' },
      },
      res: { status: 404, headers: { 'set-cookie': '[REDACTED]' } },
    })
  })

  it("know Node's own requests and responses", () => {
    const message = Object.assign(new IncomingMessage(new Socket()), {
      method: 'GET',
      url: '/orders?api_key=abc',
      headers: { host: 'example.com', cookie: 'sid=1' },
    })
    const response = new ServerResponse(message)
    response.statusCode = 201
    response.setHeader('location', '/orders/7')

    assert.deepEqual(makeEncoder().extra({ req: message, res: response }), {
      req: { method: 'GET', url: '/orders?api_key=[REDACTED]', headers: { host: 'example.com', cookie: '[REDACTED]' } },
      res: { status: 201, headers: { location: '/orders/7' } },
    })
  })

  it('leave plain objects under req and res as they are', () => {
    const req = { method: 'GET', url: '/', body: 1 }

    assert.deepEqual(makeEncoder().extra({ req }), { req })
  })
})

function formData(): FormData {
  const form = new FormData()
  form.append('a', '1')
  form.append('a', '2')
  return form
}
