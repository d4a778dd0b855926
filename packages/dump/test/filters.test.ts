import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogEvent, LogRecord } from '@holdfast/api'
import { dumpRecordsSync, type SelectOptions } from '@holdfast/dump'
import { makeRecord, makeRecords } from '@holdfast/testkit'
import { property as forAll, integer, assert as property } from 'fast-check'

const START = Date.UTC(2026, 10, 20, 12)
const RECORDS: readonly LogRecord[] = [
  makeRecord({
    message: 'a',
    level: 'debug',
    logger: 'encoder',
    time: START,
    context: { job_id: 'batch-1', process_id: 41, process_id_chain: [40, 41], extra: { tenant: 'acme', region: 'eu' } },
    extra: { chunk: 3, path: '/Data/In/1.mkv', ok: true, none: null },
  }),
  makeRecord({
    message: 'b: Disk full',
    level: 'warning',
    logger: 'encoder.ffmpeg',
    time: START + 1000.5,
    context: { job_id: 'batch-2', user_name: 'Ann', extra: { tenant: 'globex' } },
    extra: { chunk: 30, 'size.total': 9, size: { width: 1920, tags: ['x', 'y'] } },
  }),
  makeRecord({
    message: 'c',
    level: 'error',
    logger: 'encoders',
    time: START + 2000,
    context: { job_id: 'Batch-12' },
    extra: { chunk: '3', a: { 'b.c': { d: 1 } } },
  }),
]

const CASES: readonly (readonly [title: string, options: SelectOptions, expected: string])[] = [
  ['a level and above', { level: 'warning' }, 'bc'],
  ['a level by its alias', { level: 'ERR' as 'err' }, 'c'],
  ['no level at all', { level: 'off' }, ''],
  ['a time, which is included', { since: START + 1000.5 }, 'bc'],
  ['a time, which is not included', { until: new Date(START + 2000) }, 'ab'],
  ['a time as text', { since: '2026-11-20T12:00:00.001Z', until: '2026-11-20T12:00:02Z' }, 'b'],
  ['a logger and those below it', { logger: 'encoder' }, 'ab'],
  ['a logger by a pattern', { logger: /s$/ }, 'c'],
  ['a logger exactly', { logger: { exact: 'encoder' } }, 'a'],
  ['a text of the message, in any case', { message: 'disk FULL' }, 'b'],
  ['a message by a pattern', { message: /^[ac]$/ }, 'ac'],
  ['a message exactly', { message: { exact: 'c' } }, 'c'],
  ['a context field as the line calls it', { filters: { context: { job_id: 'batch-1' } } }, 'a'],
  ['a context field as bind calls it', { filters: { context: { jobId: { icontains: 'BATCH-1' } } } }, 'ac'],
  ['contains minds the case', { filters: { context: { jobId: { contains: 'batch-' } } } }, 'ab'],
  ['a number, which is no text', { filters: { extra: { chunk: 3 } } }, 'a'],
  ['a text, which is no number', { filters: { extra: { chunk: '3' } } }, 'c'],
  ['the text of a number', { filters: { extra: { chunk: { contains: '3' } } } }, 'abc'],
  ['a pattern', { filters: { extra: { path: /\.mkv$/g } } }, 'a'],
  ['a pattern as text with flags', { filters: { extra: { path: { regex: '^/data', flags: 'i' } } } }, 'a'],
  ['a truth value', { filters: { extra: { ok: true } } }, 'a'],
  ['null: empty or absent', { filters: { extra: { none: null } } }, 'abc'],
  ['null: absent', { filters: { context: { userName: null } } }, 'ac'],
  ['one of several', { filters: { extra: { chunk: [30, /^3$/] } } }, 'abc'],
  ['a key with a dot', { filters: { extra: { 'size.total': 9 } } }, 'b'],
  ['a value within', { filters: { extra: { 'size.width': 1920 } } }, 'b'],
  ['a value far within, behind a key with a dot', { filters: { extra: { 'a.b.c.d': 1 } } }, 'c'],
  ['an array in depth', { filters: { extra: { 'size.tags': { exact: ['x', 'y'] } } } }, 'b'],
  ['a list of the context', { filters: { context: { processIdChain: { exact: [40, 41] } } } }, 'a'],
  ['a field that was bound', { filters: { contextExtra: { tenant: 'globex' } } }, 'b'],
  [
    'all that is given',
    { level: 'debug', filters: { contextExtra: { tenant: 'acme', region: 'eu' }, extra: { chunk: 3 } } },
    'a',
  ],
  ['all that is given, of which one does not hold', { filters: { contextExtra: { tenant: 'acme', region: 'us' } } }, ''],
  ['the newest', { limit: 2 }, 'bc'],
  ['the newest of what is left', { level: 'warning', limit: 1 }, 'c'],
  ['keys of prototypes are no fields', { filters: { extra: { 'constructor.name': 'Object' } } }, ''],
]

for (const [title, options, expected] of CASES) {
  test(`chooses ${title}`, () => {
    const { text, count, leftOut } = dumpRecordsSync(RECORDS, { ...options, format: 'json' })

    assert.equal((JSON.parse(text) as LogEvent[]).map(({ message }) => message[0]).join(''), expected)
    assert.deepEqual({ count, leftOut }, { count: expected.length, leftOut: RECORDS.length - expected.length })
  })
}

test('a pattern with a memory finds the same in every record', () => {
  const records = makeRecords(10, { message: 'xx' })

  assert.equal(dumpRecordsSync(records, { message: /x/g }).count, 10)
  assert.equal(dumpRecordsSync(records, { message: /x/y }).count, 10)
})

test('a limit keeps exactly the newest, in their order, whatever their number', () => {
  const records = makeRecords(5000)
  property(
    forAll(integer({ min: 0, max: 5000 }), integer({ min: 1, max: 6000 }), (count, limit) => {
      const { text } = dumpRecordsSync(records.slice(0, count), { limit, template: '{seq}' })

      const seqs = Array.from({ length: count }, (_, i) => i + 1).slice(-limit)
      assert.equal(text, seqs.map((seq) => `${seq}\n`).join(''))
    }),
    { numRuns: 30 },
  )
})

test('a pattern that would take for ever ends the dump, not the process', () => {
  const records = [makeRecord({ message: `${'a'.repeat(60)}!` })]

  assert.throws(() => dumpRecordsSync(records, { message: /^(a+)+$/, patternTimeoutMs: 50 }), {
    name: 'DumpError',
    code: 'HOLDFAST_DUMP_PATTERN',
    message: /at most 50 ms/,
  })
})
