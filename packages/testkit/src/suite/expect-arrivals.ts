import assert from 'node:assert/strict'
import type { LogRecord } from '@holdfast/api'
import type { Room } from './rule.js'

/** Every record is at the destination at least once, in whatever order. */
export async function expectArrived(room: Room, records: readonly LogRecord[]): Promise<void> {
  const arrived = new Set(await room.arrivals(records))
  const missing = records.filter((_, index) => !arrived.has(index))
  assert.ok(
    missing.length === 0,
    `Expected all ${records.length} records to arrive, got all but ${missing.length}: ${sample(missing)}.`,
  )
}

/** Every record is at the destination once, and nothing else is. */
export async function expectArrivedOnce(room: Room, records: readonly LogRecord[]): Promise<void> {
  await expectArrived(room, records)
  const arrivals = await room.arrivals(records)
  const strangers = arrivals.filter((index) => index === -1).length
  assert.ok(strangers === 0, `Expected nothing but the records to arrive, got ${strangers} texts that are none of them.`)
  assert.equal(arrivals.length, records.length, 'Expected each record to arrive once, got some of them twice.')
}

/** The records that are at the destination, missing ones aside, came in the order in which they were written. */
export async function expectInOrder(room: Room, records: readonly LogRecord[]): Promise<void> {
  const arrivals = (await room.arrivals(records)).filter((index) => index !== -1)
  const sorted = [...arrivals].sort((a, b) => a - b)
  assert.ok(arrivals.length > 1, `Expected records to arrive, got ${arrivals.length}.`)
  assert.deepEqual(arrivals, sorted, 'Expected the records in the order in which they were written.')
}

function sample(records: readonly LogRecord[]): string {
  return records
    .slice(0, 3)
    .map(({ event }) => JSON.stringify(event.message.slice(0, 60)))
    .join(', ')
}
