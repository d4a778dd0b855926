import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Adapter, LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import { EventlogAdapter, type EventlogOptions, eventlogSettings, MissingPiece } from '@holdfast/eventlog'
import { hugeRecord, makeRecord, makeRecords } from '@holdfast/testkit'
import { RecordingWindows } from './recording-windows.js'

function start(options: EventlogOptions = {}): { readonly adapter: Adapter; readonly windows: RecordingWindows } {
  const windows = new RecordingWindows()
  return { windows, adapter: new EventlogAdapter(eventlogSettings(options), windows) }
}

function failureOf(adapter: Adapter, records: readonly LogRecord[]): AdapterError {
  try {
    adapter.writeSync?.(records)
  } catch (error) {
    if (error instanceof AdapterError) return error
    throw error
  }
  return assert.fail('Expected an `AdapterError`, got none.')
}

function messagesOf(windows: RecordingWindows): readonly (string | undefined)[] {
  return windows.entries.map(({ strings }) => strings[0])
}

describe('the source', () => {
  it('is opened at the first event, under the service of that event, and kept', () => {
    const { adapter, windows } = start()
    assert.deepEqual(windows.opened, [])

    adapter.writeSync?.(makeRecords(2, { context: { service: 'encoder' } }))
    adapter.writeSync?.([makeRecord({ context: { service: 'another' } })])

    assert.deepEqual(windows.opened, ['encoder'])
  })

  it('has the name that the options give', () => {
    const { adapter, windows } = start({ source: 'Video Encoder' })

    adapter.writeSync?.(makeRecords(1))

    assert.deepEqual(windows.opened, ['Video Encoder'])
  })

  for (const [service, source] of [
    ['a\\b\u0000c', 'a-b-c'],
    ['lone \ud800', 'lone -'],
    [' ', 'holdfast'],
    ['x'.repeat(300), 'x'.repeat(255)],
    [undefined, 'holdfast'],
  ] as const) {
    it(`is ${JSON.stringify(source.slice(0, 20))} for the service ${JSON.stringify(service?.slice(0, 20))}`, () => {
      const { adapter, windows } = start()

      adapter.writeSync?.([makeRecord({ context: service === undefined ? {} : { service } })])

      assert.deepEqual(windows.opened, [source])
    })
  }

  it('is closed once', () => {
    const { adapter, windows } = start()
    adapter.writeSync?.(makeRecords(1))

    adapter.close?.()
    adapter.close?.()

    assert.equal(windows.openCount, 0)
  })
})

describe('a failure', () => {
  it('tells how many entries are in, and can be tried again from there', () => {
    const { adapter, windows } = start()
    windows.nextErrors.push(0, 0, 1722)
    const records = makeRecords(4)

    const error = failureOf(adapter, records)
    adapter.writeSync?.(records.slice(error.accepted))

    assert.deepEqual([error.accepted, error.retryable, error.code], [2, true, 'RPC_S_SERVER_UNAVAILABLE'])
    assert.deepEqual(messagesOf(windows), ['record-000001', 'record-000002', 'record-000003', 'record-000004'])
  })

  it('opens the source anew, so that a restart of the service is survived', () => {
    const { adapter, windows } = start({ source: 'app' })
    adapter.writeSync?.(makeRecords(1))
    windows.nextErrors.push(6)

    failureOf(adapter, makeRecords(1))
    adapter.writeSync?.(makeRecords(1))

    assert.deepEqual(windows.opened, ['app', 'app'])
    assert.equal(windows.openCount, 1)
  })

  for (const [number, code, cure] of [
    [1502, 'ERROR_LOG_FILE_FULL', /larger/],
    [1722, 'RPC_S_SERVER_UNAVAILABLE', /Start the service/],
    [5, 'ERROR_ACCESS_DENIED', /this user/],
  ] as const) {
    it(`with number ${number} is \`${code}\`, may pass, and names its cure`, () => {
      const { adapter, windows } = start({ source: 'app' })
      windows.broken = number

      const error = failureOf(adapter, makeRecords(1))

      assert.ok(error instanceof MissingPiece)
      assert.match(error.cure, cure)
      assert.deepEqual([error.code, error.retryable, error.accepted], [code, true, 0])
      assert.match(error.message, /^Cannot write to the Windows Event Log as `app`: /)
    })
  }

  it('that nobody knows keeps its number, and may pass', () => {
    const { adapter, windows } = start()
    windows.broken = 4711

    assert.deepEqual(
      [failureOf(adapter, makeRecords(1)).code, failureOf(adapter, makeRecords(1)).retryable],
      ['WIN32_4711', true],
    )
  })

  it('is final for an entry that Windows will never take: the source stays open and health stays ok', () => {
    const { adapter, windows } = start()
    windows.nextErrors.push(0, 87)

    const error = failureOf(adapter, makeRecords(2))

    assert.deepEqual([error.accepted, error.isExact, error.retryable], [1, true, false])
    assert.equal(windows.openCount, 1)
    assert.equal(adapter.health?.().state, 'ok')
  })

  it('of the call that opens the source is never final', () => {
    const { adapter, windows } = start()
    windows.broken = 87

    assert.equal(failureOf(adapter, makeRecords(1)).retryable, true)
  })

  it('shows in health until an entry gets through', () => {
    const { adapter, windows } = start({ source: 'app' })
    windows.registered.add('app')
    windows.broken = 1502
    failureOf(adapter, makeRecords(1))
    const down = adapter.health?.()
    windows.broken = undefined
    adapter.writeSync?.(makeRecords(1))

    assert.equal(down?.state, 'down')
    assert.match(down?.reason ?? '', /the log is full/)
    assert.deepEqual(adapter.health?.(), { state: 'ok', details: { source: 'app', registered: true } })
  })

  it('after close says so', () => {
    const { adapter } = start()
    adapter.close?.()

    assert.equal(failureOf(adapter, makeRecords(1)).code, 'CLOSED')
  })
})

describe('a long event', () => {
  for (const number of [87, 1500, 1734, 1783]) {
    it(`is tried again shorter when Windows answers ${number}`, () => {
      const { adapter, windows } = start()
      windows.nextErrors.push(number)

      adapter.writeSync?.([hugeRecord()])

      const [entry] = windows.entries
      const units = entry?.strings.reduce((sum, { length }) => sum + length, 0) ?? 0
      assert.ok(units > 6000 && units <= 8000, String(units))
    })
  }

  it('is given up alone when Windows does not take it shorter either', () => {
    const { adapter, windows } = start()
    windows.maxBytes = 4000

    const error = failureOf(adapter, [makeRecord(), hugeRecord(), makeRecord()])

    assert.deepEqual([error.accepted, error.retryable], [1, false])
  })
})

describe('health', () => {
  it('names the cure for a source that Event Viewer does not know', () => {
    const { adapter } = start({ source: 'app' })

    adapter.writeSync?.(makeRecords(1))

    assert.deepEqual(adapter.health?.(), {
      state: 'ok',
      details: { source: 'app', registered: false, cure: 'As an administrator: npx @holdfast/eventlog register "app"' },
    })
  })
})
