import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogEvent, LogRecord } from '@holdfast/api'
import { type DumpFormat, dumpRecords, dumpRecordsSync, formatDump } from '@holdfast/dump'
import { createFormatter, createHtmlFormatter } from '@holdfast/format'
import { hostileRecords, makeRecord, makeRecords } from '@holdfast/testkit'

const FORMATS: readonly DumpFormat[] = ['text', 'json', 'html_table', 'html_txt']
const RECORDS: readonly LogRecord[] = [
  ...makeRecords(700),
  makeRecord({
    seq: 701,
    level: 'error',
    error: { type: 'RangeError', message: 'out', stack: 'RangeError: out\n    at f (a.js:1:1)' },
  }),
  ...hostileRecords(),
]

test('text is each event as the formatter shows it, with a line end', () => {
  const format = createFormatter({ preset: 'full', color: false })

  const { text } = dumpRecordsSync(RECORDS)

  assert.equal(text, RECORDS.map(({ event }) => `${format(event)}\n`).join(''))
})

test('text takes a preset, a template, a theme, styles, a time zone and colour', () => {
  const record = makeRecord({ message: 'started' })
  const look = {
    template: '{time_loc} {LEVEL:<8} {message}',
    theme: 'neon',
    styles: { info: 'bold' },
    timeZone: 'Europe/Vienna',
  } as const

  const { text } = dumpRecordsSync([record], { ...look, color: true })

  assert.equal(text, `${createFormatter({ ...look, color: true })(record.event)}\n`)
  assert.equal(
    dumpRecordsSync([record], { preset: 'short' }).text,
    `${createFormatter({ preset: 'short', color: false })(record.event)}\n`,
  )
})

test('json is an array with the canonical lines as they are, one on each line', () => {
  const { text } = dumpRecordsSync(RECORDS, { format: 'json' })

  assert.deepEqual(
    text
      .split('\n')
      .slice(1, -2)
      .map((line) => line.replace(/,$/, '')),
    RECORDS.map(({ json }) => json),
  )
  assert.deepEqual(
    JSON.parse(text),
    RECORDS.map(({ event }) => event),
  )
})

test('html_txt shows the lines of the text, and nothing in them is markup', () => {
  const { css, format } = createHtmlFormatter({ preset: 'full' })

  const { text } = dumpRecordsSync(RECORDS, { format: 'html_txt' })

  for (const { event } of RECORDS) assert.ok(text.includes(`${format(event)}\n`))
  assert.ok(text.includes(css))
  assert.equal(text.match(/<script/g), null)
})

test('html_table holds the canonical lines as data', () => {
  const { text } = dumpRecordsSync(RECORDS, { format: 'html_table' })

  const events = [...text.matchAll(/<script type="application\/json" class="events">([^<]*)<\/script>/g)].flatMap(
    ([, json = '']) => JSON.parse(json) as LogEvent[],
  )

  assert.deepEqual(
    events,
    RECORDS.map(({ event }) => event),
  )
})

test('nothing is a dump too', () => {
  assert.equal(dumpRecordsSync([]).text, '')
  assert.equal(dumpRecordsSync([], { format: 'json' }).text, '[]\n')
  assert.match(dumpRecordsSync([], { format: 'html_table' }).text, /<\/html>\n$/)
  assert.match(dumpRecordsSync([], { format: 'html_txt' }).text, /No events\./)
})

for (const format of FORMATS) {
  test(`${format}: what is returned, at once or in steps, is what the chunks are`, async () => {
    const options = { format, takenAt: 0 } as const

    const chunks = [...formatDump(RECORDS, options)]
    const now = dumpRecordsSync(RECORDS, options)
    const later = await dumpRecords(RECORDS, options)

    assert.equal(chunks.join(''), now.text)
    assert.deepEqual(later, now)
    assert.ok(chunks.length > 3)
    assert.deepEqual(
      { ...now, text: '' },
      { format, count: RECORDS.length, unreadable: 0, leftOut: 0, bytes: Buffer.byteLength(now.text), text: '' },
    )
  })
}

test('the records are read at the call: what arrives during the dump is not in it', async () => {
  const records = [...makeRecords(3000)]

  const dumping = dumpRecords(records, { format: 'json' })
  const before = records.map(({ json }) => json)
  records.splice(0, 1000)
  records.push(...makeRecords(1000, { seq: 9001 }))
  const { text } = await dumping

  assert.deepEqual(
    JSON.parse(text),
    before.map((json) => JSON.parse(json) as LogEvent),
  )
})

test('the application goes on while a dump is made', async () => {
  let turns = 0
  let isOver = false
  const turn = (): void => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)

  await dumpRecords(makeRecords(3000))
  isOver = true

  assert.ok(turns > 20, String(turns))
})

test('records are read once, from any iterable', () => {
  let reads = 0
  function* once(): Generator<LogRecord> {
    for (const record of makeRecords(5)) {
      reads++
      yield record
    }
  }

  assert.equal(dumpRecordsSync(once()).count, 5)
  assert.equal(reads, 5)
})
