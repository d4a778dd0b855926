import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonValue } from '@holdfast/api'
import { createFormatter } from '@holdfast/format'
import { makeEvent } from './events.js'

const format = createFormatter({ template: '{extra}', color: false })

describe('values', () => {
  const rows: readonly (readonly [value: JsonValue, shown: string])[] = [
    ['plain', 'plain'],
    ['http://a.b/c?d', 'http://a.b/c?d'],
    ['Müller', 'Müller'],
    ['', '""'],
    ['two words', '"two words"'],
    ['no\u00a0break', '"no\u00a0break"'],
    ['a=b', '"a=b"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['C:\\new', '"C:\\\\new"'],
    ['{x}', '"{x}"'],
    ['line\nbreak', '"line\\nbreak"'],
    ['esc\u009b', '"esc\\x9b"'],
    [42, '42'],
    ['42', '"42"'],
    ['-1.5e3', '"-1.5e3"'],
    [true, 'true'],
    ['true', '"true"'],
    [null, 'null'],
    ['null', '"null"'],
    [[1, 'a', { b: null }], '[1,"a",{"b":null}]'],
    [{ a: { b: 'c d' } }, '{"a":{"b":"c d"}}'],
    [{ type: 'RangeError', message: 'too far' }, '"RangeError: too far"'],
  ]
  for (const [value, shown] of rows) {
    test(`${JSON.stringify(value)} is shown as ${shown}`, () => {
      assert.equal(format(makeEvent({ extra: { key: value } })), `  key=${shown}`)
    })
  }

  test('are never wrapped, however long', () => {
    const text = format(makeEvent({ extra: { key: 'x'.repeat(100_000) } }))

    assert.equal(text.length, 100_006)
  })
})

test('keys are quoted when they could be misread', () => {
  assert.equal(format(makeEvent({ extra: { 'a b': 1, 'c=d': 2, 進捗: 3, '': 4 } })), '  "a b"=1 "c=d"=2 進捗=3 ""=4')
})

test('the default shows what helps with a request, and not the machine', () => {
  const event = makeEvent({
    context: {
      service: 's',
      environment: 'e',
      hostname: 'h',
      process_id: 1,
      job_id: 'j',
      request_id: 'r',
      extra: { tenant: 't' },
    },
    extra: { chunk: 3 },
  })

  assert.match(createFormatter({ color: false })(event), /started {2}chunk=3 tenant=t job_id=j request_id=r$/)
  assert.match(createFormatter({ color: false, preset: 'full' })(event), / service=s environment=e hostname=h process_id=1$/)
})

test('a line without fields has no spaces at its end', () => {
  assert.match(createFormatter({ color: false })(makeEvent()), /started$/)
})
