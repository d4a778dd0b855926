import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LogEvent, LogRecord } from '@holdfast/api'
import { type DumpFormat, dumpRecordsSync } from '@holdfast/dump'
import { makeRecord } from '@holdfast/testkit'

const GOOD = makeRecord({ message: 'good' })
const FORMATS: readonly DumpFormat[] = ['text', 'json', 'html_table', 'html_txt']

function explode(): never {
  throw new Error('boom')
}

function throwing(key: keyof LogRecord): LogRecord {
  return Object.defineProperty({ level: 20, time: 0, json: GOOD.json, event: GOOD.event }, key, { get: explode })
}

function withJson(json: unknown, event: unknown = undefined): LogRecord {
  return { level: 40, time: GOOD.time, json, event } as unknown as LogRecord
}

function changed(part: object): LogRecord {
  return withJson(JSON.stringify({ ...GOOD.event, ...part }))
}

const circular: Record<string, unknown> = {}
circular['self'] = circular

const POISON: readonly (readonly [title: string, record: LogRecord])[] = [
  ['a text that is no JSON', withJson('{"v":1,')],
  ['an empty text', withJson('')],
  ['JSON that is no object', withJson('null')],
  ['JSON that is a list', withJson('[1]')],
  ['an object that is no event', withJson('{}')],
  ['an event with a message that is no text', changed({ message: 4 })],
  ['an event without a context', changed({ message: 'x', context: undefined })],
  ['an event whose fields are a list', changed({ message: 'x', extra: [1] })],
  ['an error that is a text', changed({ message: 'x', error: 'no' })],
  ['neither json nor event', withJson(undefined)],
  ['an event that goes in circles, without json', withJson(undefined, circular)],
  ['a bigint in an event, without json', withJson(undefined, { a: 1n })],
  ['JSON nested 100 000 times', withJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  ['a json that throws and an event that throws', Object.defineProperty(throwing('json'), 'event', { get: explode })],
  ['a record that is null', null as unknown as LogRecord],
  ['a record that is a revoked proxy', revoked()],
]

/** Strange, but nothing is wrong with what they say. */
const HARMLESS: readonly (readonly [title: string, record: LogRecord])[] = [
  ['an event that throws beside good json', throwing('event')],
  ['a json that throws beside a good event', throwing('json')],
  ['a level that throws', throwing('level')],
  ['a time that throws', throwing('time')],
  ['a level that is no number', { ...GOOD, level: 'x', json: GOOD.json } as unknown as LogRecord],
  ['json on several lines', withJson(JSON.stringify(GOOD.event, null, 2))],
  ['members that nobody knows', changed({ later: { a: 1 } })],
]

function revoked(): LogRecord {
  const { proxy, revoke } = Proxy.revocable({} as LogRecord, {})
  revoke()
  return proxy
}

for (const format of FORMATS) {
  describe(`${format} with a poisoned record has the others, and a row that says so:`, () => {
    for (const [title, record] of POISON) {
      test(title, () => {
        const { text, count, unreadable } = dumpRecordsSync([GOOD, record, GOOD], { format })

        assert.deepEqual({ count, unreadable }, { count: 3, unreadable: 1 })
        assert.match(text, /unreadable record: /)
        // without script the page has each of them a second time
        assert.equal(text.match(/\bgood\b/g)?.length, format === 'html_table' ? 4 : 2)
      })
    }
  })

  describe(`${format} with a strange record has what it says:`, () => {
    for (const [title, record] of HARMLESS) {
      test(title, () => {
        const { text, unreadable } = dumpRecordsSync([record], { format })

        assert.equal(unreadable, 0)
        assert.match(text, /\bgood\b/)
      })
    }
  })
}

test('a row in place of a record keeps what could be read: level, time and the beginning of the text', () => {
  const { text } = dumpRecordsSync([withJson(`{"a":"${'x'.repeat(5000)}`)], { format: 'json' })

  const [event] = JSON.parse(text) as (LogEvent & { readonly unreadable: boolean })[]
  assert.equal(event?.unreadable, true)
  assert.equal(event.level, 'ERROR')
  assert.equal(event.logger, 'holdfast.dump')
  assert.equal(Date.parse(event.timestamp), Math.floor(GOOD.time))
  assert.match(String(event.extra?.['raw']), /^\{"a":"x{1994}$/)
})

test('what cannot be judged by a filter stays, what can be is left out', () => {
  const record = withJson('no JSON')

  assert.equal(dumpRecordsSync([GOOD, record], { message: 'nothing has this' }).unreadable, 1)
  assert.equal(dumpRecordsSync([GOOD, record], { message: /^nothing$/ }).count, 1)
  assert.equal(dumpRecordsSync([record], { level: 'critical' }).count, 0)
  assert.equal(dumpRecordsSync([record], { until: GOOD.time }).count, 0)
})

test('a field that the formatter cannot take becomes a row that says so', () => {
  const { text, unreadable } = dumpRecordsSync([changed({ context: { process_id_chain: { a: 1 } } }), GOOD])

  assert.equal(unreadable, 1)
  assert.match(text, /unreadable record: .*\n.*good/)
})
