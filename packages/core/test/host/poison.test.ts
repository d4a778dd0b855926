import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DestinationKind, PoisonError } from './fixtures/destination.js'
import { POISON } from './fixtures/destination.js'
import { type TestLane, testLane, World } from './fixtures/world.js'

const KINDS: readonly DestinationKind[] = ['lines', 'records', 'async']
const WAYS: readonly PoisonError[] = ['exact', 'refused', 'encode', 'unclear', 'unreadable']
/** Its line is no JSON. */
const BROKEN_CONTEXT = '{"v":}'
const INFO = 20

describe('a record that an adapter cannot process', () => {
  for (const kind of KINDS)
    for (const way of WAYS.filter((it) => it !== 'unreadable' || kind !== 'lines'))
      it(`is put aside by a lane of ${kind} when it fails so: ${way}; all others arrive once`, async () => {
        const { world, destination, log } = worldOf(kind, way)
        const messages = ['a', 'b', POISON, 'c', POISON, 'd', 'e']

        for (const message of messages) log(message)
        await world.settle()

        assert.deepEqual(
          destination.events.map(({ message }) => message),
          ['a', 'b', 'c', 'd', 'e'],
        )
        assert.deepEqual(
          world.aside.letters.map(({ seq }) => seq),
          [3, 5],
        )
        assert.deepEqual(statusOf(world), { delivered: 5, unprocessable: 2, pending: 0, state: 'ok' })
      })

  it('is told with what finds it, and with nothing of what was logged', async () => {
    const { world, producer, log } = worldOf('async', 'unreadable')

    for (const message of ['a', POISON, 'b']) log(message)
    await world.settle()

    const [letter] = world.aside.letters
    const told = world.told.find(([name]) => name === 'record_put_aside')?.[1]
    assert.deepEqual(told, {
      adapter: 'lane0',
      origin: producer.origin,
      seq: 2,
      event_id: letter?.event_id,
      error: 'UnreadableRecord: The canonical line of this record is no JSON.',
      code: 'RECORD_UNREADABLE',
      file: '/aside.jsonl',
    })
    assert.match(letter?.line ?? '', /^\{"v":1,.*"context":\{"v":\},"origin":".*","seq":2\}$/)
  })

  it('is looked for one record at a time, never by halves, when the adapter does not say how far it came', async () => {
    const { world, destination, log } = worldOf('async', 'refused')

    for (let i = 0; i < 20; i++) log(i === 10 ? POISON : `${i}`)
    await world.settle()

    const [whole, ...others] = destination.offers
    assert.equal(whole, 20)
    assert.deepEqual([...new Set(others)], [1])
  })

  it('costs no record that was acknowledged a second offer', async () => {
    const { world, destination, log } = worldOf('async', 'exact')

    for (let i = 0; i < 20; i++) log(i === 10 ? POISON : `${i}`)
    await world.settle()

    // all; what is behind the suspect; the suspect twice more; and that an event was dropped
    assert.deepEqual(destination.offers, [20, 9, 1, 1, 1])
  })

  it('is put aside also when no other is there: the lane asks with a record of its own', async () => {
    const { world, destination, log } = worldOf('async', 'refused')

    log(POISON)
    await world.settle()

    assert.deepEqual(statusOf(world), { delivered: 0, unprocessable: 1, pending: 0, state: 'ok' })
    assert.deepEqual(destination.notices, ['an event was refused: this record asks whether others are taken', '1 event dropped'])
  })

  it('is overtaken by none where the destination says by `resume` what it has', async () => {
    const lane = testLane('lines', { resumes: true, poison: 'refused' })
    const world = new World({ lanes: [lane] })
    const producer = world.join()
    let arrivedBefore = -1
    const put = world.aside.put.bind(world.aside)
    world.aside.put = (letter) => {
      arrivedBefore = lane.destination.events.length
      return put(letter)
    }

    for (const message of ['a', POISON, 'b', 'c']) producer.log(INFO, message)
    await world.settle()

    assert.equal(arrivedBefore, 1)
    assert.equal(lane.destination.events.length, 3)
  })

  it('is in the file once, and counted once, when the writer is killed before it could say so', async () => {
    const { world, log } = worldOf('async', 'refused')
    for (const message of ['a', POISON, 'b']) log(message)
    const put = world.aside.put.bind(world.aside)
    let kill: Promise<void> | undefined
    world.aside.put = (letter) => {
      const file = put(letter)
      kill ??= world.kill()
      return file
    }

    await world.poll()
    await kill
    await world.settle()

    assert.equal(world.aside.letters.length, 1)
    assert.equal(statusOf(world).unprocessable, 1)
    assert.equal(statusOf(world).pending, 0)
  })

  it('makes the lane wait, and say why, as long as it cannot be put aside', async () => {
    const { world, log } = worldOf('async', 'refused')
    world.aside.isFull = true

    for (const message of ['a', POISON, 'b']) log(message)
    await world.settle()
    const waiting = statusOf(world)
    const reason = world.host.lanes[0]?.health.reason
    world.aside.isFull = false
    await world.settle()

    assert.deepEqual(waiting, { delivered: 0, unprocessable: 0, pending: 3, state: 'down' })
    assert.match(reason ?? '', /no space left/)
    assert.deepEqual(statusOf(world), { delivered: 2, unprocessable: 1, pending: 0, state: 'ok' })
  })
})

describe('a destination that refuses everything', () => {
  for (const kind of KINDS)
    it(`costs a lane of ${kind} nothing: all arrives once it accepts again`, async () => {
      const { world, destination, log } = worldOf(kind, undefined)
      destination.refuses = () => true

      for (let i = 0; i < 20; i++) log(`${i}`)
      for (let second = 0; second < 60; second++) {
        await world.poll(3)
        await world.clock.advanceAsync(1000)
      }
      const refused = statusOf(world)
      destination.refuses = () => false
      await world.settle()

      assert.deepEqual(refused, { delivered: 0, unprocessable: 0, pending: 20, state: 'down' })
      assert.deepEqual(statusOf(world), { delivered: 20, unprocessable: 0, pending: 0, state: 'ok' })
      assert.deepEqual(world.aside.letters, [])
    })

  for (const events of [1, 3, 7])
    it(`is down also with ${events} events, whatever the lane asks it`, async () => {
      const { world, destination, log } = worldOf('async', undefined)
      destination.refuses = () => true

      for (let i = 0; i < events; i++) log(`${i}`)
      await world.settle()

      assert.deepEqual(statusOf(world), { delivered: 0, unprocessable: 0, pending: events, state: 'down' })
      assert.deepEqual(world.aside.letters, [])
    })

  it('is not asked for more than two records in one attempt', async () => {
    const { world, destination, log } = worldOf('async', undefined)
    destination.refuses = () => true
    for (let i = 0; i < 40; i++) log(`${i}`)
    await world.poll()
    const before = destination.offers.length

    await world.clock.advanceAsync(200)
    await world.poll()

    assert.equal(destination.offers.length - before, 2)
  })

  it('is down after eight records in a row, and they are put aside once another is accepted', async () => {
    const { world, log } = worldOf('async', 'refused')

    for (let i = 0; i < 8; i++) log(POISON)
    await world.poll(3)
    const eight = [statusOf(world).state, world.aside.letters.length]
    log('a')
    await world.settle()

    assert.deepEqual(eight, ['down', 0])
    assert.deepEqual(statusOf(world), { delivered: 1, unprocessable: 8, pending: 0, state: 'ok' })
  })

  it('loses nothing when it accepts again between a refusal and the next offer', async () => {
    for (let calls = 1; calls <= 12; calls++) {
      const { world, destination, log } = worldOf('async', undefined)
      destination.refuses = (call) => call < calls

      for (let i = 0; i < 6; i++) log(`${i}`)
      await world.settle()

      assert.deepEqual(statusOf(world), { delivered: 6, unprocessable: 0, pending: 0, state: 'ok' }, `after ${calls} calls`)
    }
  })

  it('loses nothing when one of the two servers behind its name refuses everything', async () => {
    for (const odd of [0, 1]) {
      const { world, destination, log } = worldOf('async', undefined)
      destination.refuses = (call) => call % 2 === odd

      for (let i = 0; i < 30; i++) log(`${i}`)
      await world.settle()

      assert.deepEqual(statusOf(world), { delivered: 30, unprocessable: 0, pending: 0, state: 'ok' })
    }
  })
})

function worldOf(kind: DestinationKind, poison: PoisonError | undefined) {
  const lane: TestLane = testLane(kind, { ...(poison === undefined ? undefined : { poison }), retryMaxMs: 2000 })
  const world = new World({ lanes: [lane] })
  const producer = world.join()
  const isBroken = poison === 'unreadable'
  return {
    world,
    producer,
    destination: lane.destination,
    log: (message: string): void => {
      producer.log(INFO, message, isBroken && message === POISON ? BROKEN_CONTEXT : '{}')
    },
  }
}

interface Status {
  readonly delivered: number
  readonly unprocessable: number
  readonly pending: number
  readonly state: string
}

function statusOf(world: World): Status {
  const { delivered, dropped, pending, state } = (world.producers[0] as World['producers'][number]).status(0, 0)
  return { delivered, unprocessable: dropped.find(({ reason }) => reason === 'unprocessable')?.count ?? 0, pending, state }
}
