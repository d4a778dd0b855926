import assert from 'node:assert/strict'
import type { Adapter, LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import { makeRecords } from '../../records/make-records.js'
import { emptyRecord, unreadableRecord } from '../../records/unreadable-record.js'
import { expectArrived } from '../expect-arrivals.js'
import { type Outcome, outcomeWithin, pause } from '../outcome-within.js'
import type { Chapter, Room } from '../rule.js'

/** How long an adapter that retries by itself gets to show it. */
const QUIET_MS = 150
const UNREADABLE_AT = 2

/** What an adapter promises while its destination fails. */
export const FAILING: Chapter = {
  title: 'Failing',
  rules: [
    {
      title: 'MUST reject when the destination has not accepted every record',
      needs: ['breakIt'],
      check: async (room) => {
        const adapter = room.open()
        await room.breakIt()

        const outcome = await writeBroken(room, adapter, makeRecords(5))

        assert.equal(outcome.state, 'rejected')
      },
    },
    {
      title: 'SHOULD reject with an `AdapterError`',
      needs: ['breakIt'],
      bothWays: true,
      check: async (room) => {
        const adapter = room.open()
        await room.breakIt()

        const error = errorOf(await writeBroken(room, adapter, makeRecords(5)))

        assert.ok(error === undefined || error instanceof AdapterError, `Expected an \`AdapterError\`, got \`${String(error)}\`.`)
      },
    },
    {
      title: 'MUST claim no more records as accepted than have arrived',
      needs: ['breakIt'],
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(5)
        const adapter = room.open()
        const heal = await room.breakIt()

        const accepted = acceptedOf(await writeBroken(room, adapter, records))

        await heal()
        assert.ok(
          Number.isInteger(accepted) && accepted >= 0 && accepted <= 5,
          `Expected \`accepted\` to be 0 to 5, got ${accepted}.`,
        )
        await expectArrived(room, records.slice(0, accepted))
      },
    },
    {
      title: 'MUST leave retries to the lane',
      needs: ['breakIt'],
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(5)
        const adapter = room.open()
        const heal = await room.breakIt()
        await writeBroken(room, adapter, records)
        await heal()
        const arrivedAtOnce = (await room.arrivals(records)).length

        await pause(QUIET_MS)
        await outcomeWithin(room.settleMs, () => adapter.flush?.())

        assert.equal(
          (await room.arrivals(records)).length,
          arrivedAtOnce,
          'Expected nothing to arrive after the call had failed.',
        )
      },
    },
    {
      title: 'MUST stay usable after a failed call',
      needs: ['breakIt'],
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(6)
        const adapter = room.open()
        await room.write(adapter, records.slice(0, 2))
        const heal = await room.breakIt()
        const accepted = acceptedOf(await writeBroken(room, adapter, records.slice(2)))
        await heal()

        await room.write(adapter, records.slice(2 + accepted))

        await adapter.flush?.()
        await expectArrived(room, records)
      },
    },
    {
      title: 'SHOULD be buildable while the destination is down, and work once it is up',
      needs: ['breakIt'],
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(3)
        const heal = await room.breakIt()
        const adapter = room.open()
        await writeBroken(room, adapter, records)
        await heal()

        await room.write(adapter, records)

        await adapter.flush?.()
        await expectArrived(room, records)
      },
    },
    {
      title: 'MUST accept every other record, one at a time, after one whose `event` throws',
      bothWays: true,
      check: (room) => checkOthersArrive(room, unreadableRecord),
    },
    {
      title: 'MUST accept every other record, one at a time, after one that it cannot encode',
      bothWays: true,
      check: (room) => checkOthersArrive(room, emptyRecord),
    },
    {
      title: 'SHOULD say which record it could not read, and that it never will',
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(UNREADABLE_AT + 2)
        const adapter = room.open()
        const batch = records.map((record, index) => (index === UNREADABLE_AT ? unreadableRecord(record) : record))

        const error = errorOf(await outcomeWithin(room.settleMs, () => room.write(adapter, batch)))

        if (error === undefined) return
        assert.ok(error instanceof AdapterError, `Expected an \`AdapterError\`, got \`${String(error)}\`.`)
        assert.deepEqual([error.accepted, error.retryable], [UNREADABLE_AT, false])
      },
    },
    {
      title: 'MUST reject a pending call soon after its signal is aborted',
      needs: ['stallIt'],
      check: async (room) => {
        const records = makeRecords(4)
        const adapter = room.open()
        await room.write(adapter, records.slice(0, 2))
        await room.stallIt()
        const caller = new AbortController()
        const call = Promise.resolve(adapter.write(records.slice(2), caller.signal))
        const early = await outcomeWithin(QUIET_MS, () => call)

        caller.abort()
        const late = await outcomeWithin(room.settleMs, () => call)

        assert.notEqual(early.state, 'resolved', 'Expected the call not to resolve while the destination does not answer.')
        assert.equal(late.state, 'rejected')
      },
    },
    {
      title: 'MUST stay usable after an aborted call',
      needs: ['stallIt'],
      check: async (room) => {
        const records = makeRecords(4)
        const adapter = room.open()
        const heal = await room.stallIt()
        const caller = new AbortController()
        const call = Promise.resolve(adapter.write(records.slice(0, 2), caller.signal))
        caller.abort()
        await outcomeWithin(room.settleMs, () => call)
        await heal()

        await room.write(adapter, records)

        await adapter.flush?.()
        await expectArrived(room, records)
      },
    },
    {
      title: 'SHOULD show in `health` that the destination is down, and that it is back',
      needs: ['breakIt'],
      ifHas: ['health'],
      bothWays: true,
      check: async (room) => {
        const adapter = room.open()
        await room.write(adapter, makeRecords(1))
        const states = [adapter.health?.().state]
        const heal = await room.breakIt()
        await writeBroken(room, adapter, makeRecords(1))
        states.push(adapter.health?.().state)
        await heal()
        await room.write(adapter, makeRecords(1))
        states.push(adapter.health?.().state)

        const claims = states.map((state) => (state === 'ok' ? 'ok' : 'not ok'))

        assert.deepEqual(claims, ['ok', 'not ok', 'ok'])
      },
    },
  ],
}

/** Does with a batch that has one bad record what the lane does then: it offers the rest one by one. */
async function checkOthersArrive(room: Room, spoil: (record: LogRecord) => LogRecord): Promise<void> {
  const records = makeRecords(6)
  const adapter = room.open()
  const batch = records.map((record, index) => (index === UNREADABLE_AT ? spoil(record) : record))

  const outcome = await outcomeWithin(room.settleMs, () => room.write(adapter, batch))
  const accepted = outcome.state === 'resolved' ? batch.length : acceptedOf(outcome)
  const single: string[] = []
  for (const record of batch.slice(accepted))
    single.push((await outcomeWithin(room.settleMs, () => room.write(adapter, [record]))).state)

  await adapter.flush?.()
  assert.notEqual(outcome.state, 'pending')
  assert.ok(
    outcome.state === 'resolved' || accepted <= UNREADABLE_AT,
    `Expected no record behind the one that was not accepted to be claimed, got ${accepted}.`,
  )
  assert.ok(
    single.filter((state) => state !== 'resolved').length <= 1,
    `Expected all but one to be accepted, got ${single.join(', ')}.`,
  )
  await expectArrived(
    room,
    records.filter((_, index) => index !== UNREADABLE_AT),
  )
}

function writeBroken(room: Room, adapter: Adapter, records: readonly LogRecord[]): Promise<Outcome> {
  return outcomeWithin(room.settleMs, () => room.write(adapter, records))
}

function errorOf(outcome: Outcome): unknown {
  return outcome.state === 'rejected' ? outcome.error : undefined
}

/** What the lane would believe: nothing was accepted unless an `AdapterError` says so. */
function acceptedOf(outcome: Outcome): number {
  const error = errorOf(outcome)
  return error instanceof AdapterError ? error.accepted : 0
}
