import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Adapter } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import {
  AcceptThenThrowAdapter,
  FailingAdapter,
  MemoryAdapter,
  makeRecords,
  PartialAdapter,
  StallingAdapter,
  TimeoutThenAcceptAdapter,
} from '@holdfast/testkit'

const RECORDS = makeRecords(4)
const LINES = RECORDS.map(({ json }) => json)
const NEVER = new AbortController().signal

describe('MemoryAdapter', () => {
  it('keeps the lines and counts for itself', async () => {
    const adapter = new MemoryAdapter()

    await adapter.write(RECORDS.slice(0, 3), NEVER)
    await adapter.write(RECORDS.slice(3), NEVER)
    adapter.flush()
    adapter.close()

    assert.deepEqual(adapter.lines, LINES)
    assert.deepEqual([adapter.writes, adapter.offered, adapter.accepted, adapter.flushes, adapter.closes], [2, 4, 4, 1, 1])
  })

  it('has a writeSync only when asked', () => {
    const adapter = new MemoryAdapter({ sync: true })

    adapter.writeSync?.(RECORDS)

    assert.equal(adapter.accepted, 4)
    assert.equal('writeSync' in new MemoryAdapter(), false)
  })
})

describe('FailingAdapter', () => {
  it('fails always, until healed', async () => {
    const adapter = new FailingAdapter()
    const outcomes = [await accepts(adapter), adapter.health().state]

    adapter.heal()
    outcomes.push(await accepts(adapter), adapter.health().state)
    adapter.fail()
    outcomes.push(await accepts(adapter))

    assert.deepEqual(outcomes, [false, 'down', true, 'ok', false])
    assert.deepEqual([adapter.failures, adapter.accepted], [2, 4])
  })

  it('fails the first calls only', async () => {
    const adapter = new FailingAdapter({ when: { first: 2 } })

    assert.deepEqual([await accepts(adapter), await accepts(adapter), await accepts(adapter)], [false, false, true])
  })

  it('fails every so-manieth call', async () => {
    const adapter = new FailingAdapter({ when: { every: 2 } })

    assert.deepEqual(
      [await accepts(adapter), await accepts(adapter), await accepts(adapter), await accepts(adapter)],
      [true, false, true, false],
    )
  })

  it('accepts as many records as its AdapterError says', () => {
    const adapter = new FailingAdapter({ sync: true, error: { accepted: 3, retryable: false } })

    assert.throws(
      () => adapter.writeSync?.(RECORDS),
      (error) => error instanceof AdapterError && error.accepted === 3 && !error.retryable,
    )
    assert.deepEqual(adapter.lines, LINES.slice(0, 3))
  })
})

describe('StallingAdapter', () => {
  it('accepts and resolves pending calls when released, and later ones at once', async () => {
    const adapter = new StallingAdapter()
    const first = adapter.write(RECORDS.slice(0, 2), NEVER)
    const before = [adapter.stalled, adapter.accepted]

    adapter.release()
    await first
    await adapter.write(RECORDS.slice(2), NEVER)

    assert.deepEqual(before, [1, 0])
    assert.deepEqual([adapter.stalled, adapter.lines], [0, LINES])
  })

  it('rejects when its signal is aborted, and then accepts nothing', async () => {
    const adapter = new StallingAdapter()
    const caller = new AbortController()
    const call = Promise.resolve(adapter.write(RECORDS, caller.signal))

    caller.abort()

    await assert.rejects(call, { name: 'AbortError' })
    adapter.release()
    assert.equal(adapter.accepted, 0)
  })

  it('stays pending through an aborted signal when told not to honour it', async () => {
    const adapter = new StallingAdapter({ honoursSignal: false })
    const caller = new AbortController()
    const call = adapter.write(RECORDS, caller.signal)

    caller.abort()
    const stalled = adapter.stalled
    adapter.release()
    await call

    assert.deepEqual([stalled, adapter.accepted], [1, 4])
  })
})

describe('PartialAdapter', () => {
  it('accepts the head of a batch and says how far it came', async () => {
    const adapter = new PartialAdapter({ perCall: 3 })

    await assert.rejects(async () => adapter.write(RECORDS, NEVER), { accepted: 3, retryable: true })
    await adapter.write(RECORDS.slice(3), NEVER)

    assert.deepEqual(adapter.lines, LINES)
  })

  it('ends at a record that it refuses, for good', async () => {
    const adapter = new PartialAdapter({ refuses: ({ event }) => event.seq === 2 })

    await assert.rejects(async () => adapter.write(RECORDS, NEVER), { accepted: 1, retryable: false })
    assert.deepEqual(adapter.lines, LINES.slice(0, 1))
  })
})

describe('AcceptThenThrowAdapter', () => {
  it('accepts everything, throws, and behaves from the next call on', async () => {
    const adapter = new AcceptThenThrowAdapter()

    const outcomes = [await accepts(adapter), await accepts(adapter)]

    assert.deepEqual(outcomes, [false, true])
    assert.deepEqual(adapter.lines, [...LINES, ...LINES])
  })
})

describe('TimeoutThenAcceptAdapter', () => {
  it('accepts a copy of the batch only once it was given up', async () => {
    const adapter = new TimeoutThenAcceptAdapter()
    const caller = new AbortController()
    const batch = [...RECORDS]
    const call = adapter.write(batch, caller.signal)
    const before = adapter.accepted
    batch.length = 0

    caller.abort()
    await call
    await adapter.write(RECORDS, NEVER)

    assert.deepEqual([before, adapter.lines], [0, [...LINES, ...LINES]])
  })
})

async function accepts(adapter: Adapter): Promise<boolean> {
  try {
    await adapter.write(RECORDS, NEVER)
    return true
  } catch {
    return false
  }
}
