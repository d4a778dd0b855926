import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonValue, LogRecord } from '@holdfast/api'
import { hostileRecords, makeRecord } from '@holdfast/testkit'
import { type Entry, type Journald, textOf } from './journald.js'
import { openAdapter, sharedJournald } from './shared-journald.js'
import { writeAllSync } from './write-all.js'

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const

/** Fields whose names begin with an underscore are journald's own. */
function fieldsOf(entry: Entry | undefined): Readonly<Record<string, string | undefined>> {
  const own = Object.entries(entry ?? {}).filter(([name]) => !name.startsWith('_'))
  return Object.fromEntries(own.map(([name, value]) => [name, textOf(value)]))
}

function entriesOf(journald: Journald, { event }: LogRecord): readonly Entry[] {
  return journald.read(`EVENT_ID=${event.event_id}`)
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

function whole(): LogRecord {
  const { event } = makeRecord({
    origin: 'whole',
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
      extra: { tenant: 'acme' },
    },
    extra: { chunk: 3, nested: { a: [1, null] }, type: '39f53479-d3a0-45ac-8e11-786248231fbf' },
    error: {
      type: 'ChunkError',
      message: 'Cannot read chunk 3',
      code: 'ENOENT',
      stack: 'ChunkError: Cannot read chunk 3\n    at encode (file:///srv/encode.js:115:11)',
      cause: { type: 'Error', message: 'ENOENT' },
      extra: { errno: -2 },
    },
  })
  const full = {
    ...event,
    event_name: 'chunk.failed',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    span_id: '00f067aa0ba902b7',
    trace_flags: '01',
    code: { file: '/srv/encode.js', line: 115, function: 'encode' },
  }
  return { level: 40, time: 0, json: JSON.stringify(full), event: full }
}

describe('what the real journald has of an event', () => {
  test('is every field, under the name that the table of the documentation gives it', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const record = whole()

    openAdapter(context, journald, { messageIdKey: 'type' }).writeSync?.([record])

    const [entry, ...others] = entriesOf(journald, record)
    assert.equal(others.length, 0)
    assert.deepEqual(fieldsOf(entry), {
      MESSAGE: 'chunk failed\nPRIORITY=0',
      PRIORITY: '3',
      SYSLOG_IDENTIFIER: 'video-encoder',
      MESSAGE_ID: '39f53479d3a045ac8e11786248231fbf',
      LEVEL: 'ERROR',
      LOGGER: 'encoder.ffmpeg',
      EVENT_ID: record.event.event_id,
      EVENT_NAME: 'chunk.failed',
      TIMESTAMP: record.event.timestamp,
      SERVICE: 'video-encoder',
      ENVIRONMENT: 'prod',
      JOB_ID: 'batch-742',
      REQUEST_ID: 'req-18',
      USER_ID: '7',
      USER_NAME: 'ann',
      HOSTNAME: 'node7',
      PROCESS_ID: '4312',
      PROCESS_ID_CHAIN: '4290>4312',
      TRACE_ID: '4bf92f3577b34da6a3ce929d0e0e4736',
      SPAN_ID: '00f067aa0ba902b7',
      TRACE_FLAGS: '01',
      CODE_FILE: '/srv/encode.js',
      CODE_LINE: '115',
      CODE_FUNC: 'encode',
      ERROR_TYPE: 'ChunkError',
      ERROR_MESSAGE: 'Cannot read chunk 3',
      ERROR_CODE: 'ENOENT',
      ERROR_STACK: 'ChunkError: Cannot read chunk 3\n    at encode (file:///srv/encode.js:115:11)',
      ERROR_CAUSE: '{"type":"Error","message":"ENOENT"}',
      ERROR_EXTRA: '{"errno":-2}',
      ERRNO: '2',
      TENANT: 'acme',
      CHUNK: '3',
      NESTED: '{"a":[1,null]}',
      ORIGIN: 'whole',
      SEQ: '1',
    })
    assert.equal(journald.read('MESSAGE_ID=39f53479d3a045ac8e11786248231fbf').length, 1)
  })

  test('is the priority of each level', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const records = LEVELS.map((level, index) => makeRecord({ origin: 'levels', seq: index + 1, level }))

    await writeAllSync(openAdapter(context, journald), records)

    const found = journald.read('ORIGIN=levels').map(({ LEVEL, PRIORITY }) => `${LEVEL} ${PRIORITY}`)
    assert.deepEqual(found, ['TRACE 7', 'DEBUG 7', 'INFO 6', 'WARNING 4', 'ERROR 3', 'CRITICAL 2'])
  })

  test('is hostile text, unchanged and in its own fields', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const records = hostileRecords()

    await writeAllSync(openAdapter(context, journald), records)

    for (const record of records) {
      const [entry, ...others] = entriesOf(journald, record)
      assert.equal(others.length, 0)
      assert.equal(textOf(entry?.['MESSAGE']), wellFormed(record.event.message))
      assert.equal(textOf(entry?.['LOGGER']), wellFormed(record.event.logger))
      const [value] = Object.values(record.event.extra ?? {})
      assert.ok(Object.values(fieldsOf(entry)).includes(wellFormed(String(value))))
      assert.equal(entry?.['PRIORITY'], '6')
    }
  })

  test('is every value under a hostile key, and nothing that a key tried to forge', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const extra: Record<string, JsonValue> = {
      'MESSAGE_ID=x\nPRIORITY': 'forged 1',
      _PID: 'forged 2',
      _SYSTEMD_UNIT: 'forged 3',
      PRIORITY: 'forged 4',
      'priority\n\u0005\0\0\0\0\0\0\0': 'forged 5',
      '': 'empty',
      '9': 'digit',
      ['é'.repeat(100)]: 'long',
      ['x'.repeat(65)]: 'longer',
      coredump_unit: 'forged 6',
      __REALTIME_TIMESTAMP: 'forged 7',
    }
    const record = makeRecord({ origin: 'keys', extra })

    await writeAllSync(openAdapter(context, journald), [record])

    const [entry] = entriesOf(journald, record)
    const fields = fieldsOf(entry)
    assert.deepEqual(
      Object.values(extra).filter((value) => !Object.values(fields).includes(String(value))),
      [],
    )
    assert.equal(entry?.['PRIORITY'], '6')
    assert.equal(entry?.['_PID'], String(process.pid))
    assert.equal(fields['MESSAGE_ID'], undefined)
    assert.equal(fields['COREDUMP_UNIT'], undefined)
  })

  test('is every one of 1500 keys', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const extra = Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`key${index}`, index]))
    const record = makeRecord({ origin: 'many', extra })

    await writeAllSync(openAdapter(context, journald), [record])

    const fields = fieldsOf(entriesOf(journald, record)[0])
    const more = JSON.parse(fields['EXTRA_MORE'] ?? '{}') as Record<string, number>
    assert.equal(Object.keys(fields).filter((name) => name.startsWith('KEY')).length + Object.keys(more).length, 1500)
  })

  test('is an entry of any size around what a datagram holds', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const sizes = [65_536, 131_072, ...Array.from({ length: 21 }, (_, index) => 212_000 + index * 64), 1_048_576]
    const records = sizes.map((size, index) => makeRecord({ origin: 'sizes', seq: index + 1, extra: { blob: 'x'.repeat(size) } }))

    await writeAllSync(openAdapter(context, journald), records)

    const found = journald.read('ORIGIN=sizes').map(({ BLOB }) => textOf(BLOB)?.length)
    assert.deepEqual(found, sizes)
  })

  test('is 5 MiB in one field, unchanged', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const blob = `${'äö\n\0€'.repeat(1 << 19)}=`
    const records = [1, 2].map((seq) => makeRecord({ origin: 'huge', seq, extra: { blob } }))
    assert.ok(Buffer.byteLength(blob) > 4.5 * (1 << 20))

    await writeAllSync(openAdapter(context, journald), records)

    const found = journald.read('ORIGIN=huge')
    assert.equal(found.length, 2)
    for (const { BLOB } of found) assert.ok(textOf(BLOB) === blob)
  })
})
