import assert from 'node:assert/strict'
import { makeRecords } from '../../records/make-records.js'
import { expectArrived, expectArrivedOnce } from '../expect-arrivals.js'
import { newlyHeld, resourcesHeld } from '../held-resources.js'
import { outcomeWithin } from '../outcome-within.js'
import type { Chapter } from '../rule.js'

/** What `flush`, `reopen`, `health` and `close` promise. */
export const CLOSING: Chapter = {
  title: 'Flush, reopen, health and close',
  rules: [
    {
      title: 'MUST accept `flush` and `flushSync` at any time before `close`',
      check: async (room) => {
        const adapter = room.open()

        await adapter.flush?.()
        adapter.flushSync?.()
        await room.write(adapter, makeRecords(2))
        adapter.flushSync?.()
        await adapter.flush?.()
        await adapter.flush?.()

        await expectArrivedOnce(room, makeRecords(2))
      },
    },
    {
      title: 'MUST lose and double nothing across `reopen`',
      ifHas: ['reopen'],
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(6)
        const adapter = room.open()

        adapter.reopen?.()
        await room.write(adapter, records.slice(0, 3))
        adapter.reopen?.()
        await room.write(adapter, records.slice(3))

        await adapter.flush?.()
        await expectArrivedOnce(room, records)
      },
    },
    {
      title: 'MUST never throw from `health`',
      ifHas: ['health'],
      check: async (room) => {
        const adapter = room.open()
        const reports = [adapter.health?.()]
        await room.write(adapter, makeRecords(1))
        reports.push(adapter.health?.())
        if (room.suite.breakIt !== undefined) await room.breakIt()
        await outcomeWithin(room.settleMs, () => room.write(adapter, makeRecords(1)))
        reports.push(adapter.health?.())

        const wrong = reports.filter((report) => !['ok', 'degraded', 'down'].includes(report?.state ?? ''))

        assert.deepEqual(wrong, [])
        assert.deepEqual(JSON.parse(JSON.stringify(reports)), reports)
      },
    },
    {
      title: 'MUST deliver what it has accepted before `close` settles',
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(10)
        const adapter = room.open()
        room.release(adapter)
        await room.write(adapter, records)

        await adapter.close?.()

        await expectArrived(room, records)
      },
    },
    {
      title: 'MUST accept `close` when nothing was written',
      check: async (room) => {
        const adapter = room.open()
        room.release(adapter)

        const outcome = await outcomeWithin(room.settleMs, () => adapter.close?.())

        assert.deepEqual(outcome, { state: 'resolved' })
      },
    },
    {
      title: 'MUST release in `close` everything that it opened',
      bothWays: true,
      check: async (room) => {
        const before = resourcesHeld(room.dir)
        const adapter = room.open()
        room.release(adapter)
        await room.write(adapter, makeRecords(3))

        await adapter.close?.()

        assert.deepEqual(await newlyHeld(room.dir, before, room.settleMs), [])
      },
    },
    {
      title: 'MUST release everything also after a failed call',
      needs: ['breakIt'],
      bothWays: true,
      check: async (room) => {
        const before = resourcesHeld(room.dir)
        const adapter = room.open()
        room.release(adapter)
        await room.write(adapter, makeRecords(1))
        const heal = await room.breakIt()
        await outcomeWithin(room.settleMs, () => room.write(adapter, makeRecords(1)))

        const outcome = await outcomeWithin(room.settleMs, () => adapter.close?.())

        assert.notEqual(outcome.state, 'pending')
        await heal()
        assert.deepEqual(await newlyHeld(room.dir, before, room.settleMs), [])
      },
    },
    {
      title: 'SHOULD accept a second `close`',
      check: async (room) => {
        const adapter = room.open()
        room.release(adapter)
        await room.write(adapter, makeRecords(1))
        await adapter.close?.()

        const outcome = await outcomeWithin(room.settleMs, () => adapter.close?.())

        assert.deepEqual(outcome, { state: 'resolved' })
      },
    },
  ],
}
