import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Json, makeEncoder, parseStrictly } from './encode-fixture.js'

const boom = (): never => {
  throw new Error('boom')
}
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const trapped = (trap: keyof ProxyHandler<object>): object => new Proxy({ a: 1 }, { [trap]: boom })
const endless = (): object => ({ toJSON: () => endless() })
class Endless {
  toJSON(): Endless {
    return new Endless()
  }
}
class Spoofed {
  readonly #tag: string
  constructor(tag: string) {
    this.#tag = tag
  }
  get [Symbol.toStringTag](): string {
    return this.#tag
  }
  entries(): unknown {
    return { next: () => ({ done: false, value: ['k', 1] }) }
  }
}

const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'a getter that throws': () => ({
    get a() {
      return boom()
    },
  }),
  'a getter that throws what throws': () => ({
    get a() {
      throw {
        get message() {
          return boom()
        },
      }
    },
  }),
  'toJSON that throws': () => ({ toJSON: boom }),
  'toJSON without an end': endless,
  'an instance whose toJSON has no end': () => new Endless(),
  'toJSON that is a getter that throws': () =>
    Object.create({
      get toJSON() {
        return boom()
      },
    }),
  'a revoked proxy': revoked,
  'a proxy whose ownKeys throws': () => trapped('ownKeys'),
  'a proxy whose get throws': () => trapped('get'),
  'a proxy whose getPrototypeOf throws': () => trapped('getPrototypeOf'),
  'a proxy whose getOwnPropertyDescriptor throws': () => trapped('getOwnPropertyDescriptor'),
  'a proxy whose has throws': () => new Proxy(new Error('x'), { has: boom, get: boom }),
  'a proxy of an array with a length that lies': () => new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 53 : 'x') }),
  'an array with a length and nothing else': () => new Array(4_000_000_000),
  'an iterator that throws': () => Object.assign(new Map([['a', 1]]), { entries: boom, [Symbol.iterator]: boom }),
  'a Map that holds itself': () => {
    const map = new Map<unknown, unknown>()
    return map.set(map, map)
  },
  'a Set that holds itself': () => {
    const set = new Set<unknown>()
    return set.add(set)
  },
  'an error that is its own cause and property': () => {
    const error: Error & Json = Object.assign(new Error('x'))
    return Object.assign(error, { cause: error, errors: [error], self: error })
  },
  'an error with a stack that is no text': () =>
    Object.assign(new Error('x'), { stack: { a: 1 }, message: 7, name: Symbol('n') }),
  'an error with a stack of 4 MiB': () => Object.assign(new Error('x'), { stack: '    at f\n'.repeat(1 << 19) }),
  'a text of 1 MiB': () => 'a'.repeat(1 << 20),
  '1 MiB of characters that take six each': () => '\u0000'.repeat(1 << 20),
  '1 MiB of lone surrogates': () => '\ud800'.repeat(1 << 20),
  'a key of 1 MiB': () => ({ ['k'.repeat(1 << 20)]: 1 }),
  '100 000 keys': () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, i])),
  '20 000 levels': () => {
    let deep: Json = {}
    for (let i = 0; i < 20_000; i++) deep = { a: deep }
    return deep
  },
  'a BigInt of a million bits': () => 1n << 1_000_000n,
  'a function with a name that throws': () => Object.defineProperty(() => 1, 'name', { get: boom }),
  'a tag of Headers on something else': () => new Spoofed('Headers'),
  'a tag of a request': () => new Spoofed('Request'),
  'a tag that throws': () => Object.defineProperty(Object.create({}), Symbol.toStringTag, { get: boom }),
  'a Date without its methods': () => Object.setPrototypeOf(new Date(Number.NaN), null),
  'a Map without its prototype': () => Object.setPrototypeOf(new Map([['a', 1]]), null),
  'a typed array with a length that throws': () => Object.defineProperty(new Uint8Array(4), 'byteLength', { get: boom }),
  'fields that look like the event': () => ({ level: 'CRITICAL', timestamp: 'x', context: { user_name: 'root' }, v: 2, seq: 1 }),
  'keys that try to leave their text': () => ({ 'a","level":"FAKE': 1, 'b\n{"level":"FAKE"}': '"}\n{"level":"FAKE"}' }),
  'the global object': () => globalThis,
}

describe('hostile values', () => {
  for (const [title, make] of Object.entries(HOSTILE)) {
    it(`${title} cannot throw, break the JSON or exceed the bounds, wherever it is passed`, () => {
      const { encoder } = makeEncoder()
      const value = make()
      const bound = encoder.bound('test', [{ value }, ...(isObject(value) ? [value] : [])])

      encoder.encode('test', { value, list: [value], map: new Map([[value, value]]) }, true, value, [value], bound)
      const results = [encoder.extra, encoder.error, bound.json]
      encoder.encode('test', { err: value, error: value, req: value, res: value }, false, undefined, undefined, undefined)
      results.push(encoder.extra, encoder.error)
      if (isObject(value)) {
        encoder.encode('test', value, false, undefined, undefined, undefined)
        results.push(encoder.extra, encoder.error)
      }
      results.push(encoder.context({ value, jobId: value, extra: value }), encoder.message('test', value))

      for (const json of results) {
        if (json !== '') parseStrictly(json)
        assert.ok(Buffer.byteLength(json) <= 42_000, `${Buffer.byteLength(json)} bytes`)
      }
      assert.ok(Buffer.byteLength(bound.json) <= 8192, `${Buffer.byteLength(bound.json)} bytes of bound fields`)
    })
  }

  it('that are functions with fields count as objects', () => {
    assert.doesNotThrow(() => makeEncoder().encoder.encode('test', boom, false, undefined, undefined, undefined))
  })

  it('that throw are reported once each, and what they throw is scrubbed and cut', () => {
    const { extra, reports } = makeEncoder()
    const fields = {
      get a() {
        throw new Error(`password=hunter2 ${'x'.repeat(5000)}`)
      },
    }

    const { a } = extra(fields) as { a: string }

    assert.match(a, /^\[Thrown: password=\[REDACTED\] x+\]$/)
    assert.ok(a.length < 250)
    assert.deepEqual(reports, [{ name: 'value_unreadable', payload: { logger: 'test', what: 'getter' } }])
  })

  it('do not stop the fields beside them', () => {
    assert.deepEqual(makeEncoder().extra({ a: revoked(), b: 2 })['b'], 2)
  })

  it('cannot make keys cost memory: ever new ones push out only each other', () => {
    const { extra } = makeEncoder()

    for (let i = 0; i < 10_000; i++) assert.deepEqual(extra({ [`dynamic${i}`]: i, fixed: 1 }), { [`dynamic${i}`]: i, fixed: 1 })
  })

  it('near the end of the call stack give an event all the same', () => {
    const { encoder } = makeEncoder()
    const results: string[] = []
    const dive = (): void => {
      try {
        dive()
      } finally {
        if (results.length < 50) {
          encoder.encode('test', { a: { b: [1, new Error('x')] } }, false, undefined, undefined, undefined)
          results.push(encoder.extra)
        }
      }
    }

    assert.throws(dive, RangeError)
    for (const json of results) parseStrictly(json)
  })
})

describe('any values', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
    maxDepth: 6,
  })

  it('give valid JSON within the bounds, and come out the same the second time', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), anything), anything, (fields, other) => {
        const { encoder } = makeEncoder()
        encoder.encode('test', fields, true, other, [other], undefined)
        const { extra, error } = encoder
        for (const json of [extra, error, encoder.context(fields), encoder.message('test', other)]) {
          if (json !== '') parseStrictly(json)
        }
        assert.ok(Buffer.byteLength(extra) <= 2 * 8192)

        encoder.encode('test', fields, true, other, [other], undefined)
        assert.equal(encoder.extra, extra)
        assert.equal(encoder.error, error)
      }),
      { numRuns: 500 },
    )
  })

  it('that JSON has a form for come out as JSON.stringify would write them, when they are small and hold no secrets', () => {
    const plain = fc.jsonValue({ maxDepth: 2 })
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('alpha', 'beta', 'gamma'), plain), (fields) => {
        const { extra } = makeEncoder({ scrub: false, limits: { extraMaxTotalBytes: 1 << 20, extraMaxKeys: 1000 } })
        const expected = JSON.parse(JSON.stringify(fields)) as object
        fc.pre(!JSON.stringify(fields).includes('…') && JSON.stringify(fields).length < 500)

        assert.deepEqual(extra(fields), Object.keys(expected).length === 0 ? {} : expected)
      }),
      { numRuns: 500 },
    )
  })
})

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
