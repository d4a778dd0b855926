import assert from 'node:assert/strict'
import { makeRecords } from '../../records/make-records.js'
import { expectArrived, expectArrivedOnce, expectInOrder } from '../expect-arrivals.js'
import type { Chapter } from '../rule.js'

/** What `writeSync` promises, where an adapter has it. */
export const WRITING_SYNCHRONOUSLY: Chapter = {
  title: 'Writing synchronously',
  rules: [
    {
      title: 'MUST hand every record over before `writeSync` returns',
      ifHas: ['writeSync'],
      check: async (room) => {
        const records = makeRecords(20)
        const adapter = room.open()

        adapter.writeSync?.(records)

        await expectArrivedOnce(room, records)
      },
    },
    {
      title: 'MUST throw from `writeSync` when the destination has not accepted every record',
      needs: ['breakIt'],
      ifHas: ['writeSync'],
      check: async (room) => {
        const adapter = room.open()
        await room.breakIt()

        assert.throws(() => adapter.writeSync?.(makeRecords(5)))
      },
    },
    {
      title: 'MUST keep the order of `write` and `writeSync` calls that follow each other',
      ifHas: ['writeSync'],
      check: async (room) => {
        const records = makeRecords(6)
        const adapter = room.open()

        await room.write(adapter, records.slice(0, 2))
        adapter.writeSync?.(records.slice(2, 4))
        await room.write(adapter, records.slice(4))

        await adapter.flush?.()
        await expectInOrder(room, records)
      },
    },
    {
      title: 'MUST accept `writeSync` while a `write` is pending',
      ifHas: ['writeSync'],
      check: async (room) => {
        const records = makeRecords(4)
        const adapter = room.open()

        const pending = room.write(adapter, records.slice(0, 2))
        adapter.writeSync?.(records.slice(2))
        await pending

        await adapter.flush?.()
        await expectArrived(room, records)
      },
    },
  ],
}
