import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Json, makeEncoder, parseStrictly } from './encode-fixture.js'

describe('limits', () => {
  it('cut a text with a mark, within the limit', () => {
    const { extra, reports } = makeEncoder({ limits: { extraMaxValueChars: 20 } })

    assert.deepEqual(extra({ a: 'x'.repeat(100), b: 'x'.repeat(20) }), { a: 'xxxxxxxx…[truncated]', b: 'x'.repeat(20) })
    assert.deepEqual(reports, [
      {
        name: 'extra_value_truncated',
        payload: { logger: 'test', place: 'extra', reason: 'length', original_length: 100, limit: 20 },
      },
    ])
  })

  it('never cut a surrogate pair in half', () => {
    for (let max = 13; max < 20; max++) {
      const { encoder } = makeEncoder({ limits: { messageMaxChars: max } })

      const message = JSON.parse(encoder.message('test', '😀'.repeat(50))) as string

      assert.match(message, /^(?:😀)*…\[truncated\]$/u)
      assert.ok(message.length <= max)
    }
  })

  it('cut a message, and say by how much', () => {
    const { encoder, reports } = makeEncoder({ limits: { messageMaxChars: 30 } })

    assert.equal(encoder.message('web', 'y'.repeat(1 << 20)), `"${'y'.repeat(18)}…[truncated]"`)
    assert.deepEqual(reports, [
      { name: 'message_truncated', payload: { logger: 'web', original_length: 1 << 20, new_length: 30 } },
    ])
  })

  it('cut nesting with a mark that says what was there', () => {
    const { extra, reports } = makeEncoder({ limits: { extraMaxDepth: 1 } })

    const { error, ...rest } = extra({ a: { b: { c: 1 }, list: [1, 2], error: new Error('e') } })['a'] as Json

    assert.deepEqual(rest, { b: '[Object]', list: '[Array(2)]' })
    assert.equal((error as Json)['message'], 'e')
    assert.deepEqual(
      reports.map(({ payload }) => payload['reason']),
      ['depth', 'depth'],
    )
  })

  it('survive 20 000 levels, whatever the configured depth', () => {
    let deep: Json = {}
    for (let i = 0; i < 20_000; i++) deep = { deep }
    const { extra, encoder } = makeEncoder({ limits: { extraMaxDepth: 1_000_000, extraMaxTotalBytes: 1 << 20 } })

    extra(deep)

    assert.match(encoder.extra, /"\[Object\]"/)
  })

  it('keep the first keys and count the others', () => {
    const fields = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]))
    const { extra, reports } = makeEncoder({ limits: { extraMaxKeys: 2 } })

    assert.deepEqual(extra({ fields }), { fields: { k0: 0, k1: 1, '…': '[98 more keys]' } })
    assert.deepEqual(reports[0]?.payload, { logger: 'test', place: 'nested', dropped: 98, limit: 2 })
  })

  it('keep the first items of arrays, Sets and Maps, and count the others', () => {
    const { extra } = makeEncoder({ limits: { extraMaxItems: 2 } })
    const numbers = [1, 2, 3, 4]

    assert.deepEqual(extra({ numbers, set: new Set(numbers) }), {
      numbers: [1, 2, '…[2 more]'],
      set: [1, 2, '…[2 more]'],
    })
    assert.deepEqual(extra({ map: new Map(numbers.map((n) => [n, n])) }), { map: [[1, 1], [2, 2], '…[2 more]'] })
    assert.deepEqual(extra({ map: new Map(numbers.map((n) => [`k${n}`, n])) }), {
      map: { k1: 1, k2: 2, '…': '[2 more keys]' },
    })
  })

  it('do not read what they cut', () => {
    const read: string[] = []
    const watched = new Proxy(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i])), {
      get(target, key) {
        read.push(String(key))
        return Reflect.get(target, key) as unknown
      },
    })

    makeEncoder({ limits: { extraMaxKeys: 3 } }).extra({ watched })

    assert.deepEqual(read, ['k0', 'k1', 'k2'])
  })

  it('hold for all fields together: the value that does not fit is cut, those that fit after it stay', () => {
    const { extra, encoder, reports } = makeEncoder({ limits: { extraMaxTotalBytes: 400 } })

    assert.deepEqual(extra({ a: 1, big: 'ü'.repeat(500), c: 'still here' }), { a: 1, big: '…[truncated]', c: 'still here' })
    assert.ok(Buffer.byteLength(encoder.extra) <= 400)
    assert.ok(reports.some(({ payload }) => payload['reason'] === 'total'))
  })

  it('hold for all fields together inside of nested values', () => {
    const { extra, encoder } = makeEncoder({ limits: { extraMaxTotalBytes: 1000 } })
    const many = Array.from({ length: 90 }, (_, i) => ({ i, text: 'x'.repeat(50) }))

    const { list } = extra({ list: many }) as { list: unknown[] }

    assert.ok(list.length > 5)
    assert.match(String(list.at(-1)), /^…\[\d+ more\]$/)
    assert.ok(encoder.extra.length <= 1000, String(encoder.extra.length))
  })

  it('cut keys, and tell apart those that look the same then', () => {
    const { extra } = makeEncoder()

    const keys = Object.keys(extra({ [`${'k'.repeat(300)}1`]: 1, [`${'k'.repeat(300)}2`]: 2 }))

    assert.equal(new Set(keys).size, 2)
    for (const key of keys) assert.ok(key.length < 260)
  })

  it('give a key of the caller that looks like the mark a name of its own', () => {
    const { extra } = makeEncoder({ limits: { extraMaxKeys: 1 } })

    assert.deepEqual(extra({ '…': 'forged', b: 1 }), { '… ': 'forged', '…': '[1 more keys]' })
  })

  it('forget the limits of one call at the next', () => {
    const { extra } = makeEncoder()
    extra({ list: new Array(100).fill('x'.repeat(500)) })

    assert.deepEqual(extra({ a: 1 }), { a: 1 })
  })
})

describe('bound fields', () => {
  it('are merged outermost first, the later ones win', () => {
    const { encoder } = makeEncoder()

    const bound = encoder.bound('test', [
      { a: 1, b: 2 },
      { b: { c: 3 }, token: 't' },
    ])

    assert.equal(bound.json, '{"a":1,"b":{"c":3},"token":"[REDACTED]"}')
    assert.deepEqual(
      [...bound.entries],
      [
        ['a', '"a":1'],
        ['b', '"b":{"c":3}'],
        ['token', '"token":"[REDACTED]"'],
      ],
    )
  })

  it('stay apart from the fields of a call until one has the same key', () => {
    const { encoder } = makeEncoder()
    const bound = encoder.bound('test', [{ a: 1, b: 2 }])

    encoder.encode('test', { c: 3 }, false, undefined, undefined, bound)
    assert.equal(encoder.extra, '{"c":3}')
    assert.equal(encoder.replacesBound, false)

    encoder.encode('test', { c: 3, a: 4 }, false, undefined, undefined, bound)
    assert.equal(encoder.extra, '{"b":2,"c":3,"a":4}')
    assert.equal(encoder.replacesBound, true)

    encoder.encode('test', { a: undefined }, false, undefined, undefined, bound)
    assert.equal(encoder.extra, '')
    assert.equal(encoder.replacesBound, false)
  })

  it('are limited all together', () => {
    const { encoder } = makeEncoder({ limits: { extraMaxKeys: 3, extraMaxTotalBytes: 600 } })

    const bound = encoder.bound('test', [{ a: 1, b: 2 }, { c: 3, d: 4 }, { e: 'x'.repeat(500) }])

    assert.ok(Buffer.byteLength(bound.json) <= 600)
    assert.deepEqual(Object.keys(parseStrictly(bound.json) as object).slice(0, 3), ['a', 'b', 'c'])
  })

  it('are nothing when there are none', () => {
    assert.deepEqual(makeEncoder().encoder.bound('test', [{}, { a: undefined }]), { json: '', entries: new Map() })
  })
})

describe('context', () => {
  it('has the known fields by their names in the line, and all others under extra', () => {
    const { encoder } = makeEncoder()

    const json = encoder.context({
      tenant: 'acme',
      jobId: 742,
      service: 'web',
      userName: null,
      requestId: undefined,
      processId: 12,
      processIdChain: [1, 2, 3, 4, 5, 6, 7, 8, 9, 'x'],
      extra: { region: 'eu', password: 'p' },
    })

    assert.equal(
      json,
      '{"service":"web","job_id":"742","process_id":12,"process_id_chain":[3,4,5,6,7,8,9],' +
        '"extra":{"region":"eu","password":"[REDACTED]","tenant":"acme"}}',
    )
  })

  it('cuts its texts and keys by its own limits', () => {
    const { encoder, reports } = makeEncoder({ limits: { contextMaxValueChars: 20, contextMaxKeys: 1 } })

    assert.equal(
      encoder.context({ hostname: 'h'.repeat(50), a: 'a'.repeat(50), b: 1 }),
      '{"hostname":"hhhhhhhh…[truncated]","extra":{"a":"aaaaaaaa…[truncated]","…":"[1 more keys]"}}',
    )
    assert.deepEqual(
      reports.map(({ payload }) => payload['place']),
      ['context', 'context', 'context'],
    )
  })

  it('drops process ids that are none', () => {
    assert.equal(makeEncoder().encoder.context({ processId: '12', processIdChain: 'x' }), '{}')
  })
})

describe('messages and names', () => {
  const MESSAGES: readonly (readonly [unknown, string])[] = [
    ['text', 'text'],
    [42, '42'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [{ a: 1, password: 'p' }, '{"a":1,"password":"[REDACTED]"}'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new TypeError('bad'), 'TypeError: bad'],
    ['100% {sure} %s %d', '100% {sure} %s %d'],
  ]
  for (const [message, expected] of MESSAGES) {
    it(`may be anything and are never interpolated: ${expected}`, () => {
      assert.equal(JSON.parse(makeEncoder().encoder.message('test', message)), expected)
    })
  }

  it('of loggers are scrubbed and cut', () => {
    const { encoder } = makeEncoder()

    assert.equal(encoder.name('db?password=hunter2'), '"db?password=[REDACTED]"')
    assert.equal((JSON.parse(encoder.name('n'.repeat(1000))) as string).length, 256)
  })
})
