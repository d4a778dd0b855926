import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Adapter, LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import fc from 'fast-check'
import { buildConsole } from '../dist/adapter.js'
import { linesOf, makeRecords, ScriptedDescriptor, settingsOf } from './records.js'

/** Offers a batch as a lane does: again from the first record that was not accepted, until all are. */
function deliver(adapter: Adapter, batch: readonly LogRecord[], rounds = 1000): number {
  let rest = batch
  for (let round = 1; round <= rounds; round++) {
    const error = errorOf(() => adapter.writeSync?.(rest))
    if (error === undefined) return round
    rest = rest.slice(error.accepted)
  }
  throw new Error('Expected the batch to get through, got only failures.')
}

function errorOf(run: () => void): AdapterError | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    assert.ok(error instanceof AdapterError)
    return error
  }
}

describe('a descriptor', () => {
  test('gets a whole batch in one write', () => {
    const sink = new ScriptedDescriptor('stderr', [])
    const records = makeRecords(100)

    buildConsole('console', settingsOf(), [sink]).writeSync?.(records)

    assert.equal(sink.calls, 1)
    assert.equal(sink.arrived, linesOf(records))
  })

  test('that takes less than asked gets the rest at once', () => {
    const sink = new ScriptedDescriptor('stderr', [10, 1, 300])
    const records = makeRecords(5)

    buildConsole('console', settingsOf(), [sink]).writeSync?.(records)

    assert.equal(sink.arrived, linesOf(records))
  })

  test('that is full makes a retryable error that says how many records are out', () => {
    const records = makeRecords(4)
    const [first, second] = records as [LogRecord, LogRecord]
    const bytes = linesOf([first, second]).length + 7
    const sink = new ScriptedDescriptor('stderr', [bytes, 'EAGAIN'])

    const error = errorOf(() => buildConsole('console', settingsOf(), [sink]).writeSync?.(records))

    assert.equal(error?.code, 'EAGAIN')
    assert.equal(error?.accepted, 2)
    assert.equal(error?.retryable, true)
    assert.equal(error?.message, 'Expected `stderr` to take log lines, got EAGAIN: its reader is slow.')
    assert.equal(sink.calls, 2)
  })

  test('that took half a line gets its other half before anything else', () => {
    const records = makeRecords(3)
    const sink = new ScriptedDescriptor('stderr', [20, 'EAGAIN'])
    const adapter = buildConsole('console', settingsOf(), [sink])
    const notice = makeRecords(9).slice(8)

    errorOf(() => adapter.writeSync?.(records))
    // a lane may put a record of its own in front of those that it offers again
    adapter.writeSync?.([...notice, ...records])

    assert.equal(sink.arrived, linesOf([...records.slice(0, 1), ...notice, ...records.slice(1)]))
  })

  test('whose half line is not offered again still ends that line', () => {
    const records = makeRecords(3)
    const sink = new ScriptedDescriptor('stderr', [20, 'EAGAIN'])
    const adapter = buildConsole('console', settingsOf(), [sink])

    errorOf(() => adapter.writeSync?.(records.slice(0, 1)))
    adapter.writeSync?.(records.slice(1))

    assert.equal(sink.arrived, linesOf(records))
  })

  test('that takes nothing and says nothing makes an error, not a loop', () => {
    const sink = new ScriptedDescriptor('stderr', [0])

    const error = errorOf(() => buildConsole('console', settingsOf(), [sink]).writeSync?.(makeRecords(1)))

    assert.equal(error?.code, 'EAGAIN')
    assert.equal(sink.calls, 1)
  })

  test('gets each line once, whole and in order, however it stutters', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 700 }), fc.constantFrom('EAGAIN', 'EIO', 'ENOSPC'))

    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 8 }), (script, count) => {
        const records = makeRecords(count)
        const sink = new ScriptedDescriptor('stderr', script)

        deliver(buildConsole('console', settingsOf({ format: 'pretty', template: '{message} 映像 🎬' }), [sink]), records)

        assert.equal(sink.arrived, records.map(({ event }) => `${event.message} 映像 🎬\n`).join(''))
      }),
    )
  })

  for (const code of ['EPIPE', 'EBADF']) {
    test(`that is gone (${code}) makes an error at each call and takes the adapter down`, () => {
      const sink = new ScriptedDescriptor('stdout', [code, code])
      const adapter = buildConsole('console', settingsOf(), [sink])

      const first = errorOf(() => adapter.writeSync?.(makeRecords(3)))
      const second = errorOf(() => adapter.writeSync?.(makeRecords(3)))

      assert.deepEqual([first?.code, first?.accepted, second?.code], [code, 0, code])
      assert.equal(sink.calls, 2)
      assert.equal(adapter.health?.().state, 'down')
      assert.match(adapter.health?.().reason ?? '', new RegExp(`^Expected \`stdout\` to take log lines, got ${code}: `))
    })
  }

  test('that is there again makes the adapter healthy again', () => {
    const sink = new ScriptedDescriptor('stdout', ['EPIPE'])
    const adapter = buildConsole('console', settingsOf(), [sink])

    errorOf(() => adapter.writeSync?.(makeRecords(1)))
    adapter.writeSync?.(makeRecords(1))

    assert.deepEqual(adapter.health?.(), { state: 'ok', details: { stdout_terminal: false } })
  })

  test('that is full makes an asynchronous write wait until it takes more', async () => {
    const records = makeRecords(3)
    const sink = new ScriptedDescriptor('stderr', [20, 'EAGAIN', 'EAGAIN', 30, 'EAGAIN'])

    await buildConsole('console', settingsOf(), [sink]).write(records, new AbortController().signal)

    assert.equal(sink.arrived, linesOf(records))
  })

  test('whose asynchronous write was given up gets no line twice when the batch comes again', async () => {
    const records = makeRecords(3)
    const sink = new ScriptedDescriptor('stderr', [
      linesOf(records.slice(0, 1)).length + 5,
      ...Array<string>(1000).fill('EAGAIN'),
    ])
    const adapter = buildConsole('console', settingsOf(), [sink])
    const caller = new AbortController()

    const call = Promise.resolve(adapter.write(records, caller.signal))
    caller.abort(new Error('time is up'))
    await assert.rejects(call, (error) => error instanceof AdapterError && error.accepted === 0)
    const healed = new ScriptedDescriptor('unused', [])
    sink.take = (bytes) => {
      healed.take(bytes)
      sink.text += Buffer.from(bytes).toString('latin1')
      return bytes.length
    }
    adapter.writeSync?.(records)

    assert.equal(sink.arrived, linesOf(records))
  })
})

describe('both descriptors', () => {
  test('get every line', () => {
    const [out, err] = [new ScriptedDescriptor('stdout', []), new ScriptedDescriptor('stderr', [])]
    const records = makeRecords(5)

    buildConsole('console', settingsOf(), [out, err]).writeSync?.(records)

    assert.deepEqual([out.arrived, err.arrived], [linesOf(records), linesOf(records)])
  })

  test('get every line once when one of them stutters', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 700 }), fc.constant('EAGAIN'))

    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.array(step, { maxLength: 20 }), (left, right) => {
        const [out, err] = [new ScriptedDescriptor('stdout', left), new ScriptedDescriptor('stderr', right)]
        const records = makeRecords(6)

        deliver(buildConsole('console', settingsOf(), [out, err]), records)

        assert.deepEqual([out.arrived, err.arrived], [linesOf(records), linesOf(records)])
      }),
    )
  })

  test('go on without the one that is gone, and health counts what it missed', () => {
    const [out, err] = [new ScriptedDescriptor('stdout', ['EPIPE', 'EPIPE']), new ScriptedDescriptor('stderr', [])]
    const adapter = buildConsole('console', settingsOf(), [out, err])
    const records = makeRecords(5)

    adapter.writeSync?.(records.slice(0, 3))
    adapter.writeSync?.(records.slice(3))

    assert.equal(err.arrived, linesOf(records))
    assert.deepEqual(adapter.health?.(), {
      state: 'degraded',
      reason: 'Expected `stdout` to take log lines, got EPIPE: its reader is gone.',
      details: { stdout_terminal: false, stdout_missed: 5, stderr_terminal: false },
    })
  })

  test('fail when both are gone', () => {
    const [out, err] = [new ScriptedDescriptor('stdout', ['EPIPE']), new ScriptedDescriptor('stderr', ['EBADF'])]
    const adapter = buildConsole('console', settingsOf(), [out, err])

    const error = errorOf(() => adapter.writeSync?.(makeRecords(2)))

    assert.equal(error?.accepted, 0)
    assert.equal(adapter.health?.().state, 'down')
  })
})

describe('none', () => {
  test('accepts everything and is healthy', async () => {
    const adapter = buildConsole('console', settingsOf({ stream: 'none' }), [])

    adapter.writeSync?.(makeRecords(2))
    await adapter.write(makeRecords(2), new AbortController().signal)

    assert.deepEqual(adapter.health?.(), { state: 'ok', details: {} })
  })
})

test('closing the adapter lets go of its sinks', async () => {
  const sink = new ScriptedDescriptor('stderr', [])

  await buildConsole('console', settingsOf(), [sink]).close?.()

  assert.equal(sink.isClosed, true)
})
