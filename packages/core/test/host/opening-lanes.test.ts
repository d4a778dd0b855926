import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testLane, World } from './fixtures/world.js'

describe('a lane whose adapter is still to come', () => {
  it('says that it is starting, holds no other lane up, and gets everything once it is open', async () => {
    const { opens, open } = opening()
    const world = new World({ lanes: [testLane('lines'), { ...testLane('async'), opens }] })
    const producer = world.join()
    producer.log(20, 'one')
    await world.poll(3)
    const before = [producer.status(1, 0).state, world.lanes[0]?.destination.lines.length]

    open()
    await world.settle()

    assert.deepEqual(before, ['starting', 1])
    assert.deepEqual([producer.status(1, 0).state, world.lanes[1]?.destination.seqsOf(producer.origin)], ['ok', [1]])
  })

  it('loses nothing to a burst for a second, also where there is no disk; then its producer waits for it no longer', async () => {
    const { opens } = opening()
    const world = new World({ lanes: [testLane('lines'), { ...testLane('async'), opens }] })
    const producer = world.join()
    const burst = async (): Promise<void> => {
      for (let round = 0; round < 200 && producer.log(20, `|${'x'.repeat(300)}`) === 'accepted'; round++) await world.poll()
    }
    await burst()
    const within = [producer.log(20, 'more'), producer.status(1, 0).dropped.length]

    await world.clock.advanceAsync(1000)
    await world.poll(2)

    assert.deepEqual([within, producer.log(20, 'more')], [['queue_full', 0], 'accepted'])
    assert.equal(producer.imbalance(1, 0), 0)
  })

  it('skips what its destination has already, in rings that were there before it', async () => {
    const { opens, open } = opening()
    const lane = testLane('lines', { resumes: true })
    const lanes = [lane]
    const world = new World({ lanes })
    const producer = world.join()
    producer.log(20, 'one')
    await world.poll()
    producer.log(20, 'two')
    lanes[0] = { ...lane, opens }
    await world.killAtArrival()
    producer.log(20, 'three')
    await world.poll(2)

    open()
    await world.settle()

    assert.deepEqual(lane.destination.seqsOf(producer.origin), [1, 2, 3])
  })

  it('is asked how it is as the others are, once it is open', async () => {
    const { opens, open } = opening()
    const lane = testLane('async')
    const adapter = lane.destination.adapter.bind(lane.destination)
    lane.destination.adapter = (name) => ({ ...adapter(name), health: () => ({ state: 'degraded', reason: 'full' }) })
    const world = new World({ lanes: [{ ...lane, opens }] })
    world.join()
    await world.poll()
    open()

    await world.settle()

    assert.deepEqual(
      world.told.map(([name, { to, reason }]) => [name, to, reason]),
      [['adapter_health', 'degraded', 'full']],
    )
  })
})

describe('a lane in quarantine that fails when it is tried', () => {
  it('keeps no writer that everybody has left: it is down until it has delivered', async () => {
    const world = new World({ lanes: [testLane('lines'), testLane('async')] })
    const producer = world.join()
    const bad = world.lanes[1] as (typeof world.lanes)[number]
    await world.kill([{ lane: 'lane1', pauseMs: 1000, reason: 'its adapter hung' }])
    bad.destination.behaviour = 'fail'
    producer.log(20, 'one')
    await world.poll(3)
    await world.clock.advanceAsync(1100)
    await world.poll(3)
    const health = world.host.lanes[1]?.health

    producer.leave()
    await world.settle()

    assert.equal(health?.isQuarantined, true)
    assert.deepEqual(
      [...world.host.rings.values()].map(({ isOpen, isSettled }) => ({ isOpen, isSettled })),
      [{ isOpen: false, isSettled: true }],
    )
  })
})

/** Something to come. */
function opening(): { readonly opens: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined
  const opens = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opens, open }
}
