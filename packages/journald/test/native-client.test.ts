import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AdapterError } from '@holdfast/core'
import type { JournaldAdapter } from '@holdfast/journald'
import { ManualClock, makeRecord, makeRecords } from '@holdfast/testkit'
import { BLOCKED_MS } from './memory-journal.js'
import { parseEntry } from './parse-entry.js'
import { openInMemory } from './rooms.js'

const signal = (): AbortSignal => new AbortController().signal

function failureOf(run: () => void): AdapterError {
  try {
    run()
  } catch (error) {
    return error as AdapterError
  }
  throw new Error('Expected a failure.')
}

async function rejectionOf(promise: Promise<void> | void): Promise<AdapterError> {
  try {
    await promise
  } catch (error) {
    return error as AdapterError
  }
  throw new Error('Expected a rejection.')
}

function told(adapter: JournaldAdapter): readonly unknown[] {
  const { state, details } = adapter.health()
  return [state, details?.['trouble']]
}

describe('writeSync of the native client', () => {
  test('waits a moment for room in a full queue', () => {
    const { adapter, journal } = openInMemory()
    journal.next.push('EAGAIN')

    adapter.writeSync?.(makeRecords(2))

    assert.deepEqual(journal.attempts, [false, true, false])
    assert.equal(journal.entries.length, 2)
  })

  test('gives up soon when there is no room, says how far it came, and that it is no failure', () => {
    const clock = new ManualClock()
    const { adapter, journal } = openInMemory({}, clock)
    journal.onBlocked = () => clock.advance(BLOCKED_MS)
    journal.next.push(undefined, undefined)
    journal.fault = 'EAGAIN'

    const { code, accepted, retryable } = failureOf(() => adapter.writeSync?.(makeRecords(5)))

    assert.deepEqual({ code, accepted, retryable }, { code: 'EAGAIN', accepted: 2, retryable: true })
    assert.equal(adapter.health().state, 'ok')
  })

  test('waits once for a journald that hangs, and not again until it reads', () => {
    const clock = new ManualClock()
    const { adapter, journal } = openInMemory({}, clock)
    journal.onBlocked = () => clock.advance(BLOCKED_MS)
    journal.fault = 'EAGAIN'
    for (let call = 0; call < 5; call++) failureOf(() => adapter.writeSync?.(makeRecords(5)))
    const waitsWhileFull = journal.attempts.filter(Boolean).length
    journal.fault = undefined
    adapter.writeSync?.(makeRecords(1))
    journal.next.push('EAGAIN')

    adapter.writeSync?.(makeRecords(1))

    assert.equal(waitsWhileFull, 1)
    assert.equal(journal.attempts.filter(Boolean).length, 2)
  })

  test('waits about fifty milliseconds in one call at most, however slow journald is', () => {
    const clock = new ManualClock()
    const { adapter, journal } = openInMemory({}, clock)
    const send = journal.send.bind(journal)
    journal.send = (bytes, length, mayBlock) => {
      if (!mayBlock) return 'EAGAIN'
      clock.advance(4)
      return send(bytes, length, mayBlock)
    }

    const { accepted } = failureOf(() => adapter.writeSync?.(makeRecords(100)))

    assert.equal(accepted, 13)
    assert.ok(clock.monotonic() <= 52, String(clock.monotonic()))
  })

  test('calls it hung when nothing was read for a second', () => {
    const clock = new ManualClock()
    const { adapter, journal } = openInMemory({}, clock)
    journal.fault = 'EAGAIN'
    failureOf(() => adapter.writeSync?.(makeRecords(1)))
    clock.advance(999)
    const before = failureOf(() => adapter.writeSync?.(makeRecords(1))).code
    clock.advance(1)

    const after = failureOf(() => adapter.writeSync?.(makeRecords(1)))

    assert.deepEqual([before, after.code], ['EAGAIN', 'JOURNALD_HUNG'])
    assert.match(after.message, /has not read from \/run\/systemd\/journal\/socket for 1000 ms/)
    assert.deepEqual(told(adapter), ['down', 'hung'])
  })
})

describe('write of the native client', () => {
  test('waits for room without a timer when there soon is some', async () => {
    const { adapter, journal } = openInMemory({}, new ManualClock())
    journal.next.push(...Array.from({ length: 60 }, () => 'EAGAIN'))

    await adapter.write(makeRecords(3), signal())

    assert.equal(journal.entries.length, 3)
    assert.ok(journal.attempts.every((mayBlock) => !mayBlock))
  })

  test('then waits with timers, and rejects as hung after a second', async () => {
    const clock = new ManualClock()
    const { adapter, journal } = openInMemory({}, clock)
    journal.next.push(undefined)
    journal.fault = 'EAGAIN'

    const rejection = rejectionOf(adapter.write(makeRecords(3), signal()))
    let isSettled = false
    void rejection.then(() => {
      isSettled = true
    })
    while (!isSettled) await clock.advanceAsync(1)

    const { code, accepted } = await rejection
    assert.deepEqual({ code, accepted }, { code: 'JOURNALD_HUNG', accepted: 1 })
    assert.ok(clock.monotonic() >= 1000 && clock.monotonic() < 1100, String(clock.monotonic()))
    assert.ok(journal.attempts.length < 250, String(journal.attempts.length))
  })

  test('lets others have the event loop within a large batch', async () => {
    const { adapter } = openInMemory()
    let turns = 0
    const count = (): void => {
      turns++
      if (turns < 1000) setImmediate(count)
    }
    setImmediate(count)

    await adapter.write(makeRecords(640), signal())

    assert.ok(turns >= 9, String(turns))
    turns = 1000
  })

  test('says how many were accepted when it is aborted', async () => {
    const { adapter, journal } = openInMemory({}, new ManualClock())
    const caller = new AbortController()
    journal.next.push(undefined, undefined)
    journal.fault = 'EAGAIN'
    const rejection = rejectionOf(adapter.write(makeRecords(5), caller.signal))

    caller.abort()

    const { code, accepted } = await rejection
    assert.deepEqual({ code, accepted }, { code: 'ABORTED', accepted: 2 })
    assert.equal(journal.entries.length, 2)
  })
})

describe('an entry that is too large for a datagram', () => {
  const huge = makeRecord({ message: 'x'.repeat(300_000) })

  test('goes as a file, which is closed', () => {
    const { adapter, journal } = openInMemory()

    adapter.writeSync?.([makeRecord(), huge, makeRecord()])

    assert.equal(journal.entries.length, 3)
    assert.equal(parseEntry(journal.entries[1] as Buffer)['MESSAGE']?.length, 300_000)
    assert.deepEqual([journal.filesMade, journal.files.size], [1, 0])
  })

  test('is copied into a file once, however long there is no room', async () => {
    const { adapter, journal } = openInMemory({}, new ManualClock())
    journal.next.push(...Array.from({ length: 20 }, () => 'EAGAIN'))

    await adapter.write([huge], signal())

    assert.deepEqual([journal.filesMade, journal.files.size, journal.entries.length], [1, 0, 1])
  })

  test('is rejected for good where no such file can be made, and tried again where it may be', () => {
    const { adapter, journal } = openInMemory()
    journal.fileFault = 'ENOSYS'
    const never = failureOf(() => adapter.writeSync?.([makeRecord(), huge]))
    journal.fileFault = 'EMFILE'
    const later = failureOf(() => adapter.writeSync?.([makeRecord(), huge]))

    assert.deepEqual([never.code, never.accepted, never.retryable], ['JOURNALD_TOO_LARGE', 1, false])
    assert.deepEqual([later.code, later.accepted, later.retryable], ['JOURNALD_TOO_LARGE', 1, true])
  })
})

describe('health', () => {
  const troubles = [
    ['ENOENT', 'absent', /There is no journald/],
    ['ECONNREFUSED', 'dead', /Journald is dead/],
    ['EACCES', 'failed', /EACCES/],
  ] as const
  for (const [fault, trouble, reason] of troubles) {
    test(`tells a journald that is ${trouble} by ${fault}, and what it was when it is back`, () => {
      const clock = new ManualClock()
      const { adapter, journal } = openInMemory({}, clock)
      journal.fault = fault
      const error = failureOf(() => adapter.writeSync?.(makeRecords(1)))
      const during = adapter.health()
      clock.advance(1200)
      journal.fault = undefined

      adapter.writeSync?.(makeRecords(1))

      assert.equal(error.code, `JOURNALD_${trouble.toUpperCase()}`)
      assert.match(error.message, reason)
      assert.deepEqual([during.state, during.details?.['trouble']], ['down', trouble])
      assert.deepEqual(adapter.health(), {
        state: 'ok',
        details: { client: 'native', path: '/run/systemd/journal/socket', outages: 1, lastOutage: `${trouble} for 1200 ms` },
      })
    })
  }
})

describe('calls that overlap', () => {
  const huge = makeRecord({ seq: 9, message: 'x'.repeat(300_000) })

  test('do not touch the entry of the one that waits', async () => {
    const { adapter, journal } = openInMemory({}, new ManualClock())
    journal.next.push('EAGAIN', 'EAGAIN')
    const pending = adapter.write([huge], signal())

    journal.next.length = 0
    adapter.writeSync?.(makeRecords(2))
    await pending

    assert.deepEqual(
      journal.entries.map((entry) => parseEntry(entry)['SEQ']),
      ['1', '2', '9'],
    )
    assert.equal(journal.files.size, 0)
  })

  test('leave the entry of the new one alone when the old one was given up', async () => {
    const { adapter, journal } = openInMemory({}, new ManualClock())
    const caller = new AbortController()
    journal.fault = 'EAGAIN'
    const old = rejectionOf(adapter.write([huge], caller.signal))
    caller.abort()
    const current = adapter.write([huge], signal())
    await old
    journal.fault = undefined

    await current

    assert.equal(journal.entries.length, 1)
    assert.equal(parseEntry(journal.entries[0] as Buffer)['SEQ'], '9')
    assert.equal(journal.files.size, 0)
  })
})

describe('close', () => {
  test('ends a call that waits: nothing of it arrives later', async () => {
    const { adapter, journal } = openInMemory({}, new ManualClock())
    journal.fault = 'EAGAIN'
    const rejection = rejectionOf(adapter.write(makeRecords(2), signal()))

    adapter.close()
    journal.fault = undefined

    assert.equal((await rejection).code, 'CLOSED')
    assert.equal(journal.entries.length, 0)
  })

  test('closes the socket, and nothing is written any more', () => {
    const { adapter, journal } = openInMemory()

    adapter.close()

    assert.ok(journal.isClosed)
    assert.equal(failureOf(() => adapter.writeSync?.(makeRecords(1))).code, 'CLOSED')
  })
})
