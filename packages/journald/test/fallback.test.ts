import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { JournaldAdapter, type JournaldClient, type JournaldParts, journaldSettings } from '@holdfast/journald'
import { makeRecord, makeRecords } from '@holdfast/testkit'
import { streamLine } from '../dist/stream-line.js'
import { MemoryJournal } from './memory-journal.js'

function missing(what: string): () => never {
  return () => {
    throw new Error(`Cannot find module '${what}'\nRequire stack:\n- /srv/app.js`)
  }
}

function open(client: JournaldClient, sources: JournaldParts['sources']): JournaldAdapter {
  return new JournaldAdapter(journaldSettings({ name: 'journald', client }), sources === undefined ? {} : { sources })
}

describe('a client that cannot be loaded', () => {
  test('gives way to the stream when it is the native one; health says what is lost and the cure', () => {
    const adapter = open('native', { openTransport: missing('koffi') })

    const { state, reason = '', details } = adapter.health()

    assert.deepEqual([state, details?.['client']], ['degraded', 'stream'])
    assert.match(reason, /^koffi cannot be loaded \(Cannot find module 'koffi'; npm install koffi\)\. .* no fields/)
    assert.equal(adapter.writeSync, undefined)
  })

  test('gives way to the native one when it is the npm binding', () => {
    const journal = new MemoryJournal()
    const adapter = open('systemd-journald', { loadBinding: missing('systemd-journald'), openTransport: () => journal })

    adapter.writeSync?.(makeRecords(1))

    const { state, reason = '', details } = adapter.health()
    assert.deepEqual([state, details?.['client'], journal.entries.length], ['degraded', 'native', 1])
    assert.match(reason, /systemd-journald cannot be loaded .* nothing is lost/)
  })

  test('gives way to the stream when neither is there', () => {
    const adapter = open('systemd-journald', { loadBinding: missing('systemd-journald'), openTransport: missing('koffi') })

    const { state, reason = '', details } = adapter.health()

    assert.deepEqual([state, details?.['client']], ['degraded', 'stream'])
    assert.match(reason, /systemd-journald cannot be loaded .*koffi cannot be loaded/)
  })

  test('is no matter when the stream was asked for', () => {
    const adapter = open('stream', { openTransport: missing('koffi') })

    assert.equal(adapter.health().state, 'ok')
  })
})

describe('a line of the stream', () => {
  const lineOf = streamLine()

  test('has a priority, readable text and the error, all in one line', () => {
    const error = { type: 'RangeError', message: 'too far', stack: 'RangeError: too far\n    at walk (file:///srv/a.js:1:2)' }
    const { event } = makeRecord({ level: 'error', message: 'two\nlines', extra: { chunk: 3 }, error })

    const line = lineOf(event)

    assert.match(line, /^<3>ERROR {4}testkit {2}two\\nlines .*chunk=3.*RangeError: too far.*at walk \(.*\n$/)
    assert.equal(line.indexOf('\n'), line.length - 1)
  })

  test('is cut where journald would begin a new one, between characters, and says so', () => {
    const { event } = makeRecord({ message: 'ä'.repeat(60_000) })

    const line = lineOf(event)

    assert.ok(Buffer.byteLength(line) < 48 * 1024, String(Buffer.byteLength(line)))
    assert.match(line, /ä… \[\d+ bytes cut\]\n$/)
    assert.doesNotMatch(line, /\ufffd/)
  })
})
