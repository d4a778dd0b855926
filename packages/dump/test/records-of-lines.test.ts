import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dumpRecordsSync, recordsOfLines } from '@holdfast/dump'
import { makeRecords } from '@holdfast/testkit'

test('lines of a file become the records that they were made of', () => {
  const records = makeRecords(3, { level: 'warning' })

  const read = [...recordsOfLines(records.map(({ json }) => json))]

  assert.deepEqual(
    read.map(({ level, time, json, event }) => ({ level, time: time.toFixed(3), json, event })),
    records.map(({ level, time, json, event }) => ({ level, time: time.toFixed(3), json, event })),
  )
})

test('empty lines are skipped, torn ones are shown as unreadable', () => {
  const [record] = makeRecords(1)
  const lines = ['', record?.json ?? '', '  ', '{"v":1,"torn', '{}']

  const { count, unreadable } = dumpRecordsSync(recordsOfLines(lines))

  assert.deepEqual({ count, unreadable }, { count: 3, unreadable: 2 })
})
