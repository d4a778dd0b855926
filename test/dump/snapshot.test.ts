import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogEvent, LogRecord } from '@holdfast/api'
import { makeRuntime } from '@holdfast/core'
import { type DumpFormat, dumpRecords } from '@holdfast/dump'

const FORMATS: readonly DumpFormat[] = ['text', 'json', 'html_table', 'html_txt']
const KEPT_EVENTS = 5000

/** Keeps the newest records, as a ring does, and logs on while dumps of it are made. */
test('dumps that are made while events arrive, and old ones are overwritten, are snapshots without a gap', async () => {
  const kept: LogRecord[] = []
  const keep = (batch: readonly LogRecord[]): void => {
    kept.push(...batch)
    kept.splice(0, kept.length - KEPT_EVENTS)
  }
  const runtime = makeRuntime({ service: 'test', adapters: [{ name: 'kept', write: keep, writeSync: keep }] })
  const log = runtime.get('app')
  for (let i = 0; i < KEPT_EVENTS; i++) log.info('before', { i })
  let isOver = false
  const logOn = (): void => {
    for (let i = 0; i < 20; i++) log.info('during', { i })
    if (!isOver) setImmediate(logOn)
  }
  setImmediate(logOn)

  for (const format of FORMATS) {
    const expected = kept.map(({ event }) => event.seq)
    const { text, count } = await dumpRecords(kept, { format, template: 'seq={seq};' })

    const found = format === 'json' ? (JSON.parse(text) as LogEvent[]).map(({ seq }) => seq) : seqsIn(text, format)
    assert.equal(count, KEPT_EVENTS)
    assert.deepEqual(found, expected)
    assert.equal((expected.at(-1) ?? 0) - (expected[0] ?? 0), KEPT_EVENTS - 1)
    assert.ok((kept.at(-1)?.event.seq ?? 0) > (expected.at(-1) ?? 0))
  }
  isOver = true
  await runtime.shutdown()
})

function seqsIn(text: string, format: DumpFormat): readonly number[] {
  const pattern = format === 'html_table' ? /"seq":(\d+)\}/g : /seq=(?:<[^>]*>)?(\d+)/g
  return [...text.matchAll(pattern)].map(([, seq]) => Number(seq))
}
