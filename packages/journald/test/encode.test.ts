import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { JsonValue, LogEvent, LogRecord } from '@holdfast/api'
import type { JournaldOptions } from '@holdfast/journald'
import { makeRecord, type RecordOptions } from '@holdfast/testkit'
import fc from 'fast-check'
import { EntryEncoder } from '../dist/encode.js'
import { EntryBuffer } from '../dist/entry-buffer.js'
import { parseEntry, wellFormed } from './parse-entry.js'

function bytesOf(event: LogEvent, options: JournaldOptions = {}): Buffer {
  const entry = new EntryBuffer()
  const encoder = new EntryEncoder({ identifier: options.identifier, messageIdKey: options.messageIdKey })
  entry.begin()
  encoder.encode(event, entry)
  entry.end()
  return entry.bytes.subarray(0, entry.length)
}

function fieldsOf(options: RecordOptions, settings?: JournaldOptions): Readonly<Record<string, string>> {
  return parseEntry(bytesOf(makeRecord(options).event, settings))
}

/** Everything that an event can have. */
function fullEvent(): LogEvent {
  const { event }: LogRecord = makeRecord({
    level: 'error',
    message: 'chunk failed\nPRIORITY=0',
    logger: 'encoder.ffmpeg',
    context: {
      service: 'video-encoder',
      environment: 'prod',
      job_id: 'batch-742',
      request_id: 'req-18',
      user_id: '7',
      user_name: 'ann',
      hostname: 'node7',
      process_id: 4312,
      process_id_chain: [4290, 4312],
      extra: { tenant: 'acme', chunk: 'of the context' },
    },
    extra: { chunk: 3, ratio: 0.5, final: false, nothing: null, list: [1, 'two'], nested: { a: { b: 1 } }, 'two words': 'x' },
    error: {
      type: 'ChunkError',
      message: 'Cannot read chunk 3',
      code: 'ENOENT',
      stack: 'ChunkError: Cannot read chunk 3\n    at encode (file:///srv/encode.js:115:11)',
      cause: { type: 'Error', message: 'ENOENT: no such file' },
      errors: ['first', { type: 'Error', message: 'second' }],
      extra: { errno: -2, syscall: 'open' },
    },
  })
  return {
    ...event,
    event_name: 'chunk.failed',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    span_id: '00f067aa0ba902b7',
    trace_flags: '01',
    code: { file: '/srv/encode.js', line: 115, function: 'encode' },
  }
}

describe('an entry', () => {
  test('is for a whole event what the golden file says, byte for byte', () => {
    const golden = readFileSync(new URL('../test/golden/full.entry', import.meta.url))

    assert.equal(bytesOf(fullEvent()).toString('latin1'), golden.toString('latin1'))
  })

  test('has the priority that syslog has for the level, and the level itself', () => {
    const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const

    const found = levels.map((level) => fieldsOf({ level })).map(({ PRIORITY, LEVEL }) => `${LEVEL} ${PRIORITY}`)

    assert.deepEqual(found, ['TRACE 7', 'DEBUG 7', 'INFO 6', 'WARNING 4', 'ERROR 3', 'CRITICAL 2'])
  })

  test('has no field for what the event has not', () => {
    const { event } = makeRecord({ context: {} })

    const names = Object.keys(parseEntry(bytesOf(event)))

    assert.deepEqual(names, ['MESSAGE', 'PRIORITY', 'LEVEL', 'LOGGER', 'EVENT_ID', 'TIMESTAMP', 'ORIGIN', 'SEQ'])
  })

  test('is identified by the service, or by the option', () => {
    assert.equal(fieldsOf({})['SYSLOG_IDENTIFIER'], 'testkit')
    assert.equal(fieldsOf({}, { identifier: 'encoder' })['SYSLOG_IDENTIFIER'], 'encoder')
  })

  test('keeps every value as it is: line feeds, NUL, control characters, what looks like a field', () => {
    const value = 'a\nPRIORITY=0\n\0\u001b[31m\r\u0085=b\n'

    const fields = fieldsOf({ message: value, extra: { value, plain: 'NUL \0 ESC \u001b =' } })

    assert.equal(fields['MESSAGE'], value)
    assert.equal(fields['VALUE'], value)
    assert.equal(fields['PLAIN'], 'NUL \0 ESC \u001b =')
    assert.equal(fields['PRIORITY'], '6')
  })

  test('holds megabytes, and the buffer that they needed is given back', () => {
    const huge = `${'äöü'.repeat(1_000_000)}\n`
    const entry = new EntryBuffer()
    const encoder = new EntryEncoder({ identifier: undefined, messageIdKey: undefined })

    encoder.encode(makeRecord({ extra: { huge } }).event, entry)
    entry.end()
    const fields = parseEntry(entry.bytes.subarray(0, entry.length))
    entry.begin()

    assert.equal(fields['HUGE'], huge)
    assert.ok(entry.bytes.length <= 1024 * 1024, String(entry.bytes.length))
  })
})

describe('keys of the caller', () => {
  const cases: readonly (readonly [title: string, extra: Record<string, JsonValue>, expected: Record<string, string>])[] = [
    ['are upper-cased', { chunk: 1, chunkSize: 2 }, { CHUNK: '1', CHUNKSIZE: '2' }],
    ['have anything illegal replaced', { 'a-b c.d/é': 1 }, { A_B_C_D__: '1' }],
    ['begin with a letter', { _id: 1, '9lives': 2, '': 3 }, { EXTRA__ID: '1', EXTRA_9LIVES: '2', EXTRA_: '3' }],
    [
      'never take the place of a field of the event',
      { message: 1, PRIORITY: 2, Service: 3, process_id: 4 },
      { EXTRA_MESSAGE: '1', EXTRA_PRIORITY: '2', EXTRA_SERVICE: '3', EXTRA_PROCESS_ID: '4' },
    ],
    [
      'never take a name that journald gives a meaning',
      { syslog_facility: 1, coredump_unit: 'ssh.service', object_pid: 1, unit: 'x', code_file: 'y', message_id: 'z' },
      {
        EXTRA_SYSLOG_FACILITY: '1',
        EXTRA_COREDUMP_UNIT: 'ssh.service',
        EXTRA_OBJECT_PID: '1',
        EXTRA_UNIT: 'x',
        EXTRA_CODE_FILE: 'y',
        EXTRA_MESSAGE_ID: 'z',
      },
    ],
    [
      'that become the same are told apart',
      { 'a-b': 1, 'a.b': 2, a_b: 3, 'A B': 4 },
      { A_B: '1', EXTRA_A_B: '2', EXTRA_A_B_2: '3', EXTRA_A_B_3: '4' },
    ],
  ]
  for (const [title, extra, expected] of cases) {
    test(title, () => {
      const fields = fieldsOf({ extra })

      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, fields[name]])), expected)
      assert.equal(fields['MESSAGE'], 'record-000001')
      assert.equal(fields['PRIORITY'], '6')
    })
  }

  test('of the context stand first, and have a prefix of their own', () => {
    const fields = fieldsOf({ context: { service: 's', extra: { tenant: 'a', level: 'b' } }, extra: { tenant: 'c', level: 'd' } })

    const { TENANT, EXTRA_TENANT, CONTEXT_LEVEL, EXTRA_LEVEL, LEVEL } = fields
    assert.deepEqual(
      { TENANT, EXTRA_TENANT, CONTEXT_LEVEL, EXTRA_LEVEL, LEVEL },
      {
        TENANT: 'a',
        EXTRA_TENANT: 'c',
        CONTEXT_LEVEL: 'b',
        EXTRA_LEVEL: 'd',
        LEVEL: 'INFO',
      },
    )
  })

  test('beyond what journald takes go into one field of JSON', () => {
    const extra = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`key${index}`, index]))

    const fields = fieldsOf({ extra })

    const more = JSON.parse(fields['EXTRA_MORE'] ?? '') as Record<string, number>
    assert.equal(fields['KEY899'], '899')
    assert.equal(Object.keys(more).length, 1100)
    assert.equal(more['key1999'], 1999)
  })

  test('whatever they are, each value arrives once and nothing else does', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.integer(), fc.boolean())
    const keys = fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('message', 'A', 'a', '_a')),
      value,
    )

    fc.assert(
      fc.property(keys, keys, fc.string({ unit: 'binary' }), (context, extra, message) => {
        const { event } = makeRecord({ context: { extra: context }, extra, message })

        const fields = parseEntry(bytesOf(event))

        const values = [...Object.values(context), ...Object.values(extra)].map((item) => wellFormed(String(item)))
        const own = ['MESSAGE', 'PRIORITY', 'LEVEL', 'LOGGER', 'EVENT_ID', 'TIMESTAMP', 'ORIGIN', 'SEQ']
        const others = Object.entries(fields).filter(([name]) => !own.includes(name))
        assert.deepEqual(others.map(([, found]) => found).sort(), values.sort())
        assert.equal(fields['MESSAGE'], wellFormed(message))
      }),
    )
  })
})

describe('MESSAGE_ID', () => {
  const id = '39F53479-d3a0-45ac-8e11-786248231fbf'

  test('is taken from the key that the option names', () => {
    const fields = fieldsOf({ extra: { kind: id, other: 1 } }, { messageIdKey: 'kind' })

    assert.equal(fields['MESSAGE_ID'], '39f53479d3a045ac8e11786248231fbf')
    assert.equal(fields['KIND'], undefined)
    assert.equal(fields['OTHER'], '1')
  })

  test('is not made of what is no id: that stays a field', () => {
    for (const kind of ['start', '39f5', 7, null]) {
      const fields = fieldsOf({ extra: { kind } }, { messageIdKey: 'kind' })

      assert.equal(fields['MESSAGE_ID'], undefined)
      assert.equal(fields['KIND'], String(kind))
    }
  })

  test('is not there without the option', () => {
    const fields = fieldsOf({ extra: { message_id: id } })

    assert.equal(fields['MESSAGE_ID'], undefined)
    assert.equal(fields['EXTRA_MESSAGE_ID'], id)
  })
})
