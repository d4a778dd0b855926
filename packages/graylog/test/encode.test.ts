import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { JsonValue, LogRecord } from '@holdfast/api'
import { encodeGelf, GelfEncoder, type GelfSettings } from '@holdfast/graylog'
import { hostileRecords, hugeRecord, makeRecord, type RecordOptions, strictJsonParse } from '@holdfast/testkit'
import fc from 'fast-check'

const GOLDEN = new URL('../test/golden/', import.meta.url)
const SETTINGS: GelfSettings = { nested: 'flatten', fieldMaxBytes: 32_766, messageMaxBytes: 2_097_152 }
const CORE = ['version', 'host', 'short_message', 'full_message', 'timestamp', 'level']

interface Golden {
  readonly record: RecordOptions
  readonly settings?: Partial<GelfSettings>
  readonly message: unknown
}

function encode(record: LogRecord, settings: Partial<GelfSettings> = {}): Record<string, string | number> {
  return JSON.parse(encodeGelf(record, { ...SETTINGS, ...settings })) as Record<string, string | number>
}

describe('the GELF message of', () => {
  for (const file of readdirSync(GOLDEN)) {
    it(file.replaceAll('-', ' ').replace('.json', ''), () => {
      const url = new URL(file, GOLDEN)
      const golden = JSON.parse(readFileSync(url, 'utf8')) as Golden

      const message = encode(makeRecord(golden.record), golden.settings)

      if (process.env['HOLDFAST_TEST_GOLDEN'] === 'write') {
        writeFileSync(url, `${JSON.stringify({ ...golden, message }, null, 2)}\n`)
      }
      assert.deepEqual(message, golden.message)
    })
  }

  for (const [level, number] of [
    ['trace', 7],
    ['debug', 7],
    ['info', 6],
    ['warning', 4],
    ['error', 3],
    ['critical', 2],
  ] as const) {
    it(`${level} has the syslog level ${number}, and its own name`, () => {
      const { level: syslog, _level_name } = encode(makeRecord({ level }))

      assert.deepEqual([syslog, _level_name], [number, level.toUpperCase()])
    })
  }

  it('a record has its time in seconds, with microseconds', () => {
    const text = encodeGelf(makeRecord({ time: 1_763_642_096_789.012 }), SETTINGS)

    assert.match(text, /"timestamp":1763642096\.789012,/)
  })
})

describe('names of fields', () => {
  const names = (extra: Record<string, JsonValue>): readonly string[] =>
    Object.entries(encode(makeRecord({ extra })))
      .filter(([, value]) => String(value).startsWith('mine'))
      .map(([name]) => name)

  for (const key of ['id', '_id', '__id', 'version', 'host', 'source', 'message', 'short_message', 'full_message', 'timestamp']) {
    it(`never are what the server uses: ${key}`, () => {
      assert.deepEqual(names({ [key]: 'mine' }), [`_extra_${key.replace(/^_+/, '')}`])
    })
  }

  for (const key of [
    'service',
    'job_id',
    'event_id',
    'trace_id',
    'error_type',
    'level',
    'level_name',
    'gl2_source_input',
    'truncated',
  ]) {
    it(`of ours cannot be taken: ${key}`, () => {
      assert.deepEqual(names({ [key]: 'mine' }), [`_extra_${key}`])
    })
  }

  it('that become one are kept apart', () => {
    const extra = { 'a.b': 'mine 1', a_b: 'mine 2', a: { b: 'mine 3' }, extra_a_b: 'mine 4' }

    assert.deepEqual(names(extra), ['_a_b', '_extra_a_b', '_extra_a_b_2', '_extra_extra_a_b'])
  })

  it('of the call come before those of the context, which are told apart', () => {
    const record = makeRecord({ extra: { tenant: 'a' }, context: { hostname: 'h', extra: { tenant: 'b', region: 'eu' } } })

    const { _tenant, _context_tenant, _region } = encode(record)

    assert.deepEqual({ _tenant, _context_tenant, _region }, { _tenant: 'a', _context_tenant: 'b', _region: 'eu' })
  })

  it('beyond 400 share one field, so that the index has room', () => {
    const extra = Object.fromEntries(Array.from({ length: 450 }, (_, index) => [`k${index}`, index]))

    const message = encode(makeRecord({ extra }))

    assert.equal(message['_k399'], 399)
    assert.equal(message['_k400'], undefined)
    assert.equal((JSON.parse(String(message['_more_fields'])) as { k449: number }).k449, 449)
  })
})

describe('sizes', () => {
  it('keeps a message of 1 MiB whole', () => {
    assert.equal(encode(hugeRecord())['short_message'], hugeRecord().event.message)
  })

  it('cuts a field that the index would refuse, at a whole character', () => {
    const { _text } = encode(makeRecord({ extra: { text: 'ü'.repeat(20_000) } }))

    const text = String(_text)
    assert.ok(Buffer.byteLength(text) <= 32_766 && Buffer.byteLength(text) > 32_760)
    assert.match(text, /^ü+…\[truncated\]$/)
  })

  it('cuts the full message first, and only by what is needed', () => {
    const error = { type: 'Error', message: 'e', stack: `Error: e\n${'    at f (a.js:1:1)\n'.repeat(3000)}` }
    const record = makeRecord({ message: 'm'.repeat(5000), extra: { text: 't'.repeat(5000) }, error })

    const text = encodeGelf(record, { ...SETTINGS, messageMaxBytes: 40_000 })

    const { short_message, _text, full_message } = JSON.parse(text) as Record<string, string>
    assert.deepEqual([short_message?.length, _text?.length], [5000, 5000])
    assert.match(full_message ?? '', /…\[truncated\]$/)
    assert.ok(text.length <= 40_000 && text.length > 38_000, String(text.length))
  })

  it('keeps who and what when even the names are too much', () => {
    const extra = Object.fromEntries(Array.from({ length: 390 }, (_, index) => [`${'k'.repeat(190)}${index}`, index]))

    const message = encode(makeRecord({ extra }), { messageMaxBytes: 32_768 })

    assert.deepEqual(Object.keys(message), [...CORE.filter((name) => name !== 'full_message'), '_event_id', '_truncated'])
  })
})

describe('an encoder', () => {
  it('makes of records with known and new contexts what it makes of each alone', () => {
    const contexts = Array.from({ length: 12 }, (_, index) => ({
      service: `s${index % 3}`,
      hostname: 'h',
      extra: { a: `${index % 5}"},` },
    }))
    const many = Array.from({ length: 300 }, (_, index) => {
      const options: RecordOptions = {
        seq: index + 1,
        message: ',"context":{',
        extra: { context: { a: index }, b: ',"context":{}' },
      }
      return makeRecord({ ...options, context: contexts[(index * 7) % 12] ?? {} })
    })
    const encoder = new GelfEncoder(SETTINGS)

    const together = many.map((record) => encoder.encode(record))

    assert.deepEqual(
      together,
      many.map((record) => encodeGelf(record, SETTINGS)),
    )
  })
})

describe('any record', () => {
  const records = fc
    .record(
      {
        message: fc.string({ unit: 'binary', maxLength: 300 }),
        logger: fc.string({ unit: 'binary' }),
        extra: fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })),
        context: fc.record({ extra: fc.dictionary(fc.string(), fc.jsonValue()) }),
        error: fc.record({
          type: fc.string(),
          message: fc.string(),
          stack: fc.string({ maxLength: 500 }),
          cause: fc.jsonValue(),
        }),
      },
      { requiredKeys: [] },
    )
    .map((options) => makeRecord(options as RecordOptions))

  it('makes GELF: strict JSON in bounds, texts and numbers only, legal names, nothing of ours overwritten', () => {
    fc.assert(
      fc.property(records, fc.constantFrom('flatten', 'json'), (record, nested) => {
        const encoder = new GelfEncoder({ ...SETTINGS, nested, messageMaxBytes: 32_768 })
        const text = encoder.encode(record)

        assert.equal(encoder.encode(record), text)

        const message = strictJsonParse(text) as Record<string, unknown>
        assert.ok(!text.includes('\0') && Buffer.byteLength(text) <= 32_768)
        for (const [name, value] of Object.entries(message)) {
          assert.ok(['string', 'number'].includes(typeof value), name)
          assert.ok(CORE.includes(name) || /^_[A-Za-z0-9-][\w-]*$/.test(name), name)
        }
        assert.ok(!('_id' in message))
        assert.ok(String(message['short_message']).trim() !== '' && String(message['host']).trim() !== '')
        assert.equal(message['_event_id'], record.event.event_id)
      }),
      { numRuns: 500 },
    )
  })

  it('escapes what terminals act on', () => {
    for (const record of hostileRecords()) {
      assert.doesNotMatch(encodeGelf(record, SETTINGS), /\p{Cc}|\p{Zl}|\p{Zp}/u)
    }
  })
})
