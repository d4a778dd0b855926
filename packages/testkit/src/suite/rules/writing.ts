import assert from 'node:assert/strict'
import type { LogRecord } from '@holdfast/api'
import { hostileRecords, hugeRecord } from '../../records/hostile-records.js'
import { makeRecord } from '../../records/make-record.js'
import { makeRecords } from '../../records/make-records.js'
import { countLogCalls } from '../count-log-calls.js'
import { expectArrived, expectArrivedOnce, expectInOrder } from '../expect-arrivals.js'
import { outcomeWithin } from '../outcome-within.js'
import type { Chapter, Room } from '../rule.js'

/** What `write` promises. */
export const WRITING: Chapter = {
  title: 'Writing',
  rules: [
    {
      title: 'MUST write records in the order of the batch',
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(50)
        const adapter = room.open()

        await room.write(adapter, records)

        await adapter.flush?.()
        await expectInOrder(room, records)
      },
    },
    {
      title: 'MUST write batches in the order of the calls',
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(20)
        const adapter = room.open()

        for (const record of records) await room.write(adapter, [record])

        await adapter.flush?.()
        await expectInOrder(room, records)
      },
    },
    {
      title: 'MUST write every record exactly once',
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(700)
        const adapter = room.open()

        await room.write(adapter, records.slice(0, 1))
        await room.write(adapter, records.slice(1, 513))
        await room.write(adapter, records.slice(513))

        await adapter.flush?.()
        await expectArrivedOnce(room, records)
      },
    },
    {
      title: 'MUST resolve only after the destination has accepted every record',
      check: async (room) => {
        const records = makeRecords(10)
        const adapter = room.open()

        await room.write(adapter, records)

        await expectArrived(room, records)
      },
    },
    {
      title: 'MUST leave level gates to the lane',
      bothWays: true,
      check: async (room) => {
        const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const
        const records = levels.map((level, index) => makeRecord({ level, seq: index + 1 }))
        const adapter = room.open()

        await room.write(adapter, records)

        await adapter.flush?.()
        await expectArrived(room, records)
      },
    },
    {
      title: 'MUST leave the batch and its records as they are',
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(5)
        const batch = Object.freeze(records.map(freezeRecord))
        const adapter = room.open()

        await room.write(adapter, batch)

        assert.deepEqual(
          batch.map(({ json }) => json),
          records.map(({ json }) => json),
        )
      },
    },
    {
      title: 'MUST let go of the batch array once the call has settled',
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(9)
        const batch: LogRecord[] = []
        const adapter = room.open()

        for (const start of [0, 3, 6]) {
          batch.splice(0, batch.length, ...records.slice(start, start + 3))
          await room.write(adapter, batch)
        }
        batch.length = 0

        await adapter.flush?.()
        await expectArrivedOnce(room, records)
      },
    },
    {
      title: 'MUST carry a line of 1 MiB unharmed',
      bothWays: true,
      check: (room) => writeAlone(room, [hugeRecord(), makeRecord()]),
    },
    {
      title: 'MUST carry hostile text unharmed, as one entry for each record',
      bothWays: true,
      check: (room) => writeAlone(room, hostileRecords()),
    },
    {
      title: 'MUST not log through Holdfast',
      bothWays: true,
      check: async (room) => {
        const adapter = room.open()

        const calls = await countLogCalls(async () => {
          await room.write(adapter, makeRecords(3))
          await adapter.flush?.()
          adapter.health?.()
        })

        assert.equal(calls, 0, `Expected no log call from inside the adapter, got ${calls}.`)
      },
    },
    {
      title: 'SHOULD refuse a call whose signal is aborted already',
      check: async (room) => {
        const records = makeRecords(3)
        const adapter = room.open()

        const outcome = await outcomeWithin(room.settleMs, () => adapter.write(records, AbortSignal.abort()))

        assert.equal(outcome.state, 'rejected')
        await adapter.flush?.()
        assert.deepEqual(await room.arrivals(records), [])
      },
    },
  ],
}

/** Each record in a batch of its own, so that one that does harm is found. */
async function writeAlone(room: Room, records: readonly LogRecord[]): Promise<void> {
  const adapter = room.open()
  for (const record of records) await room.write(adapter, [record])
  await adapter.flush?.()
  await expectArrivedOnce(room, records)
}

/** A record that throws when code in strict mode changes it or its event. */
function freezeRecord(record: LogRecord): LogRecord {
  freezeDeeply(record.event)
  return Object.freeze({ level: record.level, time: record.time, json: record.json, event: record.event })
}

function freezeDeeply(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  for (const part of Object.values(value)) freezeDeeply(part)
}
