import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ContextFields } from '@holdfast/api'
import { type ContextPayload, deserializeContext } from '@holdfast/core'
import fc from 'fast-check'
import { startLogging } from './fixtures/logged.js'

const HEADER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** What a bind of these fields sends along. */
function sent(fields: ContextFields): ContextPayload {
  const { runtime } = startLogging()
  return runtime.bind(fields, () => runtime.serializeContext())
}

describe('a serialized context', () => {
  it('comes back as the fields to bind, as an object and as text', () => {
    const fields = { jobId: 'j', requestId: 'r', userId: 'u', tenant: 'acme', deep: { a: [1, null] }, traceparent: HEADER }
    const payload = sent(fields)

    assert.deepEqual(deserializeContext(payload), fields)
    assert.deepEqual(deserializeContext(JSON.stringify(payload)), fields)
  })

  it('is empty, but valid, outside of any bind', () => {
    const { runtime } = startLogging()

    const payload = runtime.serializeContext()

    assert.deepEqual(payload, { version: 1, fields: {} })
    assert.deepEqual(deserializeContext(payload), {})
  })

  it('makes the events on the other side carry it', () => {
    const there = startLogging()
    const payload = JSON.stringify(sent({ requestId: 'r', tenant: 'acme', traceparent: HEADER }))

    there.runtime.bind(deserializeContext(payload), () => there.log.info('x'))

    const { context, trace_id } = there.last()
    assert.deepEqual([context.request_id, context.extra, trace_id], ['r', { tenant: 'acme' }, HEADER.slice(3, 35)])
  })

  it('clears on the other side what was cleared on this one', () => {
    assert.deepEqual(deserializeContext(sent({ userId: null })), { userId: null })
  })

  it('leaves out who this process is, in both directions', () => {
    const fields = { hostname: 'here', processId: 1, processIdChain: [1], jobId: 'j' }

    assert.deepEqual(sent(fields).fields, { jobId: 'j' })
    assert.deepEqual(deserializeContext({ version: 1, fields }), { jobId: 'j' })
  })

  it('leaves out what has no JSON form', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle

    assert.deepEqual(sent({ jobId: 'j', cycle, big: 1n, run: () => 1, sign: Symbol('s') }).fields, { jobId: 'j' })
  })

  it('takes at most 8 KiB, known fields first', () => {
    const own = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key${i}`, 'ü'.repeat(200)]))

    const payload = sent({ ...own, requestId: 'r' })

    assert.ok(Buffer.byteLength(JSON.stringify(payload)) <= 8192)
    assert.equal(payload.fields['requestId'], 'r')
    assert.ok(Object.keys(payload.fields).length > 15)
  })

  it('survives the trip through JSON whatever the fields are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 })), (fields) => {
        const payload = sent(fields as ContextFields)
        const text = JSON.stringify(payload)

        assert.ok(Buffer.byteLength(text) <= 8192)
        assert.deepEqual(deserializeContext(text), deserializeContext(payload))
      }),
      { numRuns: 100 },
    )
  })
})

describe('a context payload from elsewhere', () => {
  it('may have members that this version does not know', () => {
    const payload = { version: 1, fields: { jobId: 'j' }, baggage: 'x' }

    assert.deepEqual(deserializeContext(payload), { jobId: 'j' })
  })

  it('loses a traceparent that is none', () => {
    assert.deepEqual(deserializeContext({ version: 1, fields: {}, traceparent: 'nonsense' }), {})
  })

  it('cannot change what an object is made of', () => {
    const fields = deserializeContext('{"version":1,"fields":{"__proto__":{"polluted":1},"jobId":"j"}}')
    const { runtime, log, last } = startLogging()

    runtime.bind(fields, () => log.info('x'))

    assert.equal(({} as { polluted?: number }).polluted, undefined)
    assert.equal(last().context.job_id, 'j')
  })

  const REFUSED: readonly (readonly [title: string, payload: unknown, message: RegExp])[] = [
    ['a version from the future', { version: 2, fields: {} }, /of version 1, got `2`/],
    ['no version', { fields: {} }, /of version 1, got `undefined`/],
    ['no fields', { version: 1 }, /with an object `fields`, got `undefined`/],
    ['fields that are a list', { version: 1, fields: [] }, /with an object `fields`/],
    ['text that is no JSON', '{', /to be JSON/],
    ['a number', 5, /an object or its JSON text, got `5`/],
    ['null', null, /an object or its JSON text, got `null`/],
    ['far too much text', `{"version":1,"fields":{"a":"${'x'.repeat(20_000)}"}}`, /at most 8192 bytes/],
    ['far too large fields', { version: 1, fields: { a: 'x'.repeat(20_000) } }, /at most 8192 bytes/],
  ]
  for (const [title, payload, message] of REFUSED) {
    it(`is refused with ${title}`, () => {
      assert.throws(() => deserializeContext(payload), message)
    })
  }
})
