import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Json, makeEncoder, parseStrictly } from './encode-fixture.js'

class Silent {
  toJSON(): void {}
}

const silent = { a: 1, toJSON: (): void => undefined }
/** Everything that says it is nothing. */
const NOTHINGS: readonly (() => unknown)[] = [
  () => undefined,
  () => silent,
  () => new Silent(),
  () => new Proxy(silent, {}),
  () => Object.assign(new (class {})(), silent),
  () => ({ toJSON: () => new Silent() }),
]

describe('a value whose toJSON returns nothing', () => {
  for (const [index, make] of NOTHINGS.entries()) {
    it(`has no key, in an object, a Map, an error and a context (${index})`, () => {
      const { encoder, extra, error } = makeEncoder()

      assert.deepEqual(extra({ a: make(), b: { c: make() }, d: new Map([['e', make()]]), f: 1 }), { b: {}, d: {}, f: 1 })
      const { extra: own, cause } = error(Object.assign(new Error('x', { cause: make() }), { own: make(), n: 1 }))
      assert.deepEqual([own, cause], [{ n: 1 }, undefined])
      assert.equal(encoder.context({ jobId: make(), tenant: make(), n: 1 }), '{"extra":{"n":1}}')
    })

    it(`is null in an array, a Set, the pairs of a Map and an AggregateError (${index})`, () => {
      const { extra, error } = makeEncoder()

      assert.deepEqual(extra({ a: [make(), 1], b: new Set([make()]), c: new Map([[make(), make()]]) }), {
        a: [null, 1],
        b: [null],
        c: [[null, null]],
      })
      assert.deepEqual(error(new AggregateError([make(), 1], 'x'))['errors'], [null, 1])
    })

    it(`gives no fields when it is the fields of a call or of a child logger (${index})`, () => {
      const { encoder, extra } = makeEncoder()
      const fields = (make() ?? {}) as object

      assert.deepEqual(extra(fields), {})
      const bound = encoder.bound('test', [{ a: 1 }, fields, { b: make(), c: 2 }])
      assert.equal(bound.json, '{"a":1,"c":2}')
    })

    it(`has no key when a serializer returns it (${index})`, () => {
      const { extra } = makeEncoder({ serializers: { special: make } })

      assert.deepEqual(extra({ special: 1, other: 2 }), { other: 2 })
    })
  }

  it('anywhere gives the same JSON as undefined in its place', () => {
    const { tree, marked } = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.constant(HOLE), fc.integer(), fc.string()),
      tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('marked')),
      marked: fc.oneof(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'err'), tie('tree')).map((made) => (hole: Hole) => mapValues(made, hole)),
        fc.array(tie('tree'), { maxLength: 3 }).map((made) => (hole: Hole) => made.map((item) => fill(item, hole))),
        // one item, for undefined is there once however often it is added
        tie('tree').map((made) => (hole: Hole) => new Set([fill(made, hole)])),
        fc.tuple(tie('tree'), tie('tree')).map(
          ([key, item]) =>
            (hole: Hole) =>
              new Map([[fill(key, hole), fill(item, hole)]]),
        ),
        fc.tuple(tie('tree'), tie('tree')).map(
          ([cause, own]) =>
            (hole: Hole) =>
              plainError({ cause: fill(cause, hole), own: fill(own, hole) }),
        ),
      ),
    }))

    fc.assert(
      fc.property(marked, tree, fc.constantFrom(...NOTHINGS), (fields, other, nothing) => {
        const written = [() => undefined, nothing].map((hole) => {
          const { encoder } = makeEncoder({ limits: ROOMY })
          const filled = { fields: fill(fields, hole), deep: [fill(other, hole)] }
          encoder.encode('test', filled, true, fill(other, hole), [fill(other, hole)], undefined)
          const bound = encoder.bound('test', [filled]).json
          return [encoder.extra, encoder.error, bound, encoder.context({ ...filled, extra: filled })]
        })

        for (const json of written.flat()) if (json !== '') parseStrictly(json)
        assert.deepEqual(written[1]?.slice(2), written[0]?.slice(2))
        assert.equal(written[1]?.[0], written[0]?.[0])
      }),
      { numRuns: 300 },
    )
  })
})

describe('a toJSON among the keys of an object', () => {
  it('speaks for the whole object: keys before it replace nothing that a child logger has bound', () => {
    const { encoder } = makeEncoder()
    const bound = encoder.bound('test', [{ a: 1, b: 2 }])

    encoder.encode('test', { a: 5, toJSON: () => ({ b: 3 }) }, false, undefined, undefined, bound)

    assert.deepEqual([encoder.replacesBound, encoder.extra], [true, '{"a":1,"b":3}'])
  })

  it('speaks for nothing when it returns nothing, whatever stood before it', () => {
    const { encoder } = makeEncoder()
    const bound = encoder.bound('test', [{ a: 1 }])

    encoder.encode('test', { a: 5, err: new Error('x'), toJSON: () => undefined }, false, undefined, undefined, bound)

    assert.deepEqual([encoder.replacesBound, encoder.extra, encoder.error], [false, '', ''])
  })

  it('takes no room for the keys before it', () => {
    const { extra } = makeEncoder({ limits: { extraMaxTotalBytes: 4096, extraMaxValueChars: 4096 } })

    const said = extra({ before: 'x'.repeat(3000), toJSON: () => ({ after: 'y'.repeat(3000) }) })

    assert.equal(String(said['after']).length, 3000)
  })

  it('is a key as any other in a Map and in the context, where it speaks for nobody', () => {
    const { encoder, extra } = makeEncoder()
    const map = new Map<string, unknown>([
      ['a', 1],
      ['toJSON', () => undefined],
    ])

    assert.deepEqual(extra({ map }), { map: { a: 1, toJSON: '[Function]' } })
    assert.equal(encoder.context({ a: 1, toJSON: () => ({ forged: 1 }), b: 2 }), '{"extra":{"a":1,"b":2}}')
  })

  it('is not asked in an error, whose shape keeps its stack', () => {
    const { error } = makeEncoder()

    const shape = error(Object.assign(new Error('x'), { n: 1, toJSON: () => undefined }))

    assert.deepEqual([shape['message'], shape['extra'], typeof shape['stack']], ['x', { n: 1 }, 'string'])
  })
})

type Hole = () => unknown
const HOLE = Symbol('hole')
/** A mark for what did not fit would tell a value that is not looked at from none. */
const ROOMY = { extraMaxDepth: 60, errorMaxCauses: 1000, extraMaxTotalBytes: 1 << 20 }

function fill(value: unknown, hole: Hole): unknown {
  if (value === HOLE) return hole()
  return typeof value === 'function' ? value(hole) : value
}

function mapValues(values: Json, hole: Hole): Json {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(value, hole)]))
}

/** Without a stack, which would tell the places apart. */
function plainError(own: Json): Error {
  return Object.assign(new Error('x'), { stack: '' }, own)
}
