import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hostileRecords, hugeRecord, makeRecord, makeRecords } from '@holdfast/testkit'

describe('makeRecord', () => {
  it('makes a complete canonical line', () => {
    const { json } = makeRecord({ level: 'warning', logger: 'worker', message: 'started', extra: { chunk: 3 }, seq: 17 })

    assert.equal(
      json.replace(/"event_id":"[^"]*"/, '"event_id":"…"'),
      '{"v":1,"event_id":"…","timestamp":"2026-11-20T12:34:56.806012Z","level":"WARNING","level_value":30,"logger":"worker","message":"started",' +
        '"context":{"service":"testkit","environment":"test","hostname":"node7","process_id":4312,"process_id_chain":[4290,4312]},' +
        '"extra":{"chunk":3},"origin":"testkit000001","seq":17}',
    )
  })

  it('shapes event_id as a UUIDv7 with the time in front', () => {
    const { event, time } = makeRecord({ seq: 70_000 })

    assert.match(event.event_id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(Number.parseInt(event.event_id.replace('-', '').slice(0, 12), 16), Math.floor(time))
  })

  it('parses the event on first use, and once', () => {
    const record = makeRecord()

    assert.equal(record.event, record.event)
    assert.equal(JSON.stringify(record.event), record.json)
  })

  it('makes the same record from the same options', () => {
    assert.equal(makeRecord({ seq: 5 }).json, makeRecord({ seq: 5 }).json)
  })
})

describe('makeRecords', () => {
  it('counts seq and time up and gives each record its own word and event_id', () => {
    const records = makeRecords(3, { seq: 10, level: 'error' })

    assert.deepEqual(
      records.map(({ event }) => event.message),
      ['record-000010', 'record-000011', 'record-000012'],
    )
    assert.deepEqual(
      records.map(({ level }) => level),
      [40, 40, 40],
    )
    assert.equal(new Set(records.map(({ event }) => event.event_id)).size, 3)
    assert.equal((records[2]?.time ?? 0) - (records[0]?.time ?? 0), 2)
  })
})

describe('hostileRecords', () => {
  it('differ in the first word of their message', () => {
    const words = hostileRecords().map(({ event }) => event.message.split(' ', 1)[0])

    assert.equal(new Set(words).size, words.length)
  })

  it('have no line end and no raw control character in their line', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
    for (const { json } of hostileRecords()) assert.doesNotMatch(json, /[\u0000-\u001f\u0080-\u009f]/)
  })
})

describe('hugeRecord', () => {
  it('has a line of more than 1 MiB', () => {
    assert.ok(hugeRecord().json.length > 1 << 20)
  })
})
