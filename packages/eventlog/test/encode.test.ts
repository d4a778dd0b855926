import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { JsonValue, LevelName, LogRecord } from '@holdfast/api'
import { type EventlogOptions, eventlogSettings } from '@holdfast/eventlog'
import { hostileRecords, hugeRecord, makeRecord } from '@holdfast/testkit'
import fc from 'fast-check'
import { encodeEntry } from '../dist/encode.js'
import { ENTRY_MAX_UNITS } from '../dist/fit-strings.js'

const encode = (record: LogRecord, options: EventlogOptions = {}) =>
  encodeEntry(record, eventlogSettings(options), ENTRY_MAX_UNITS)
const stringsOf = (record: LogRecord, options?: EventlogOptions): readonly string[] => encode(record, options).strings

const GOLDEN: Readonly<Record<string, LogRecord>> = {
  'least event': makeRecord({ message: 'started' }),
  'every field': makeRecord({
    level: 'error',
    message: 'upload failed',
    logger: 'encoder.ffmpeg',
    context: {
      service: 'video-encoder',
      environment: 'prod',
      job_id: 'batch-742',
      request_id: 'req-18',
      user_id: 'u7',
      user_name: 'ann',
      hostname: 'node7',
      process_id: 4312,
      process_id_chain: [4290, 4312],
      extra: { tenant: 'acme', shard: 3 },
    },
    extra: { chunk: 3, ok: false, none: null, sizes: [1, 2], nested: { a: 'b' }, 'a=b': 'c', 'two words': 1 },
    error: {
      type: 'RangeError',
      message: 'too far',
      code: 'ERR_X',
      stack: 'RangeError: too far\n    at run (file:///app/x.js:7:3)\n    at main (file:///app/x.js:1:1)',
      cause: { type: 'Error', message: 'disk' },
      extra: { path: '/var' },
    },
  }),
  'a caller who forges': makeRecord({
    level: 'critical',
    message: 'x\r\nlevel=INFO\u0000 \u001b[31m \u202e \ud800 100%1 %%5 %2F 50% sure',
    extra: { 'user_id=root\nlevel': 'a\nservice=b', level: 'INFO' },
    error: { type: 'Error', message: 'm', stack: 'Error: a\nservice=forged\n    at x' },
  }),
}

describe('an entry', () => {
  it('has the strings of the golden file', () => {
    const golden: unknown = JSON.parse(readFileSync(new URL('../test/golden/entries.json', import.meta.url), 'utf8'))

    const entries = Object.fromEntries(Object.entries(GOLDEN).map(([name, record]) => [name, encode(record)]))

    assert.deepEqual(entries, golden)
  })

  for (const [level, id, type] of [
    ['trace', 1000, 'information'],
    ['debug', 1000, 'information'],
    ['info', 1000, 'information'],
    ['warning', 2000, 'warning'],
    ['error', 3000, 'error'],
    ['critical', 4000, 'error'],
  ] as const) {
    it(`of ${level} has the id ${id} and the type ${type}`, () => {
      const entry = encode(makeRecord({ level }))

      assert.deepEqual([entry.id, entry.type, entry.category], [id, type, 0])
    })
  }

  it('takes ids, types and the category from the options, and keeps the defaults of the others', () => {
    const options = { eventIds: { info: 1 }, eventTypes: { info: 'warning' }, category: 7 } as const
    const picture = (level: LevelName) => {
      const { id, type, category } = encode(makeRecord({ level }), options)
      return [id, type, category]
    }

    assert.deepEqual(
      [picture('info'), picture('error')],
      [
        [1, 'warning', 7],
        [3000, 'error', 7],
      ],
    )
  })

  it('says everything in the first string with `description: full`', () => {
    const [first = '', ...others] = stringsOf(makeRecord({ message: 'started', extra: { chunk: 3 } }), { description: 'full' })

    assert.deepEqual(first.split('\r\n'), ['started', ...others])
  })

  it('leaves no %n that Event Viewer would take for another string', () => {
    const [first] = stringsOf(makeRecord({ message: 'GET /a%20b%2F fe80::1%1 %%1 50% 100%' }))

    assert.equal(first, 'GET /a％20b％2F fe80::1％1 ％％1 50% 100%')
  })

  it('begins no line of a stack where a string of ours could begin', () => {
    const stack = 'Error: a\nservice=forged\r\nuser_id=root\n    at x'
    const strings = stringsOf(makeRecord({ error: { type: 'Error', message: 'a', stack } }))

    assert.equal(
      strings.find((text) => text.startsWith('error.stack=')),
      'error.stack=Error: a\r\n    service=forged\r\n    user_id=root\r\n    at x',
    )
  })

  it('puts what is beyond 256 strings into the last one', () => {
    const extra = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`k${n}`, n]))

    const strings = stringsOf(makeRecord({ extra }))

    assert.equal(strings.length, 256)
    assert.match(strings.at(-1) ?? '', /^more=extra\.k\d+=\d+ .* extra\.k399=399$/)
  })

  it('keeps every small field of an event whose message has 1 MiB, and says how long that was', () => {
    const strings = stringsOf(hugeRecord())

    assert.match(strings[0] ?? '', /x… \[cut from 1048590 characters\]$/)
    assert.ok((strings[0]?.length ?? 0) > 30_000)
    assert.ok(strings.includes('service=testkit'))
  })

  for (const record of [...hostileRecords(), hugeRecord()]) {
    it(`is one that Windows takes: ${JSON.stringify(record.event.message.slice(0, 60))}`, () => {
      assertAcceptable(stringsOf(record))
      assertAcceptable(stringsOf(record, { description: 'full' }))
    })
  }

  it('is one that Windows takes whatever is logged', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary', minLength: 20 }).map((part) => part.repeat(2000)),
    )
    const extra = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue() as fc.Arbitrary<JsonValue>, { maxKeys: 400 })

    fc.assert(
      fc.property(text, text, extra, (message, stack, fields) => {
        assertAcceptable(stringsOf(makeRecord({ message, extra: fields, error: { type: 'Error', message, stack } })))
      }),
      { numRuns: 100, endOnFailure: true },
    )
  })
})

/** Microsoft's limits, and nothing that breaks lines, terminals or templates but the line ends of stacks and of full descriptions. */
function assertAcceptable(strings: readonly string[]): void {
  assert.ok(strings.length <= 256, `${strings.length} strings`)
  assert.ok(strings.every(({ length }) => length <= 31_839))
  assert.ok(2 * strings.reduce((sum, { length }) => sum + length + 1, 0) <= 64_000)
  for (const text of strings) {
    const bare = text.replaceAll('\r\n', ' ')
    assert.doesNotMatch(bare, /[\p{Cc}\p{Cs}]|%[%\d]/u)
  }
}
