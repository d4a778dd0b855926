import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CONTROL_BYTES, Control } from '../../dist/host/control.js'
import { WriterHost } from '../../dist/host/writer-host.js'
import { LaneBlock } from '../../dist/ring/shared/lane-block.js'
import { makeRegion } from '../../dist/ring/shared/region.js'
import { RingView } from '../../dist/ring/shared/ring-view.js'
import { Told } from '../../dist/ring/shared/told.js'
import { ManualClock } from '../fixtures/manual-clock.js'
import { TestProducer } from '../shared/fixtures/test-producer.js'
import { MemoryAside } from './fixtures/memory-aside.js'
import { testLane, World } from './fixtures/world.js'

describe('a writer of several rings', () => {
  for (const kind of ['lines', 'records', 'async'] as const)
    it(`merges them by time within a window, into a lane of ${kind}`, async () => {
      const world = new World({ lanes: [testLane(kind, { batchMaxEvents: 4 })] })
      const producers = [world.join(), world.join(), world.join()]
      const start = world.clock.now()

      // each writes a little later than the others, and the writer looks in between
      for (let i = 0; i < 60; i++) {
        producers[i % 3]?.log(20, `${i}`, '{}', start + i)
        if (i % 3 === 1) await world.poll()
        await world.clock.advanceAsync(2)
      }
      await world.clock.advanceAsync(60)
      await world.poll(3)
      await world.clock.advanceAsync(60)
      await world.poll(30)

      const arrived = world.lanes[0]?.destination.events.map(({ message }) => Number(message)) ?? []
      assert.deepEqual(
        arrived,
        Array.from({ length: 60 }, (_, i) => i),
      )
    })

  it('lets events wait no longer than the window for those of others, and not at all for one that is silent', async () => {
    const world = new World({ lanes: [testLane('lines')] })
    const [first] = [world.join(), world.join()]
    first?.log(20, 'alone')
    await world.poll()
    const before = world.lanes[0]?.destination.lines.length

    await world.clock.advanceAsync(50)
    await world.poll()
    await world.clock.advanceAsync(50)
    await world.poll()

    assert.deepEqual([before, world.lanes[0]?.destination.lines.length], [0, 1])
  })

  it('lets an ERROR wait for nobody, nor what is flushed', async () => {
    const world = new World({ lanes: [testLane('lines')] })
    const [first, second] = [world.join(), world.join()]
    await world.poll()

    first?.log(20, 'info')
    first?.log(40, 'error')
    await world.poll()
    assert.equal(world.lanes[0]?.destination.lines.length, 2)
    second?.log(20, 'info')
    second?.flush()
    await world.poll()

    assert.equal(world.lanes[0]?.destination.lines.length, 3)
  })
})

describe('a writer that takes over', () => {
  for (const kind of ['lines', 'records', 'async'] as const)
    it(`names the next event of each ring before it writes, and does not write one whose line was completed: ${kind}`, async () => {
      const world = new World({ lanes: [testLane(kind, { resumes: true })] })
      const producers = [world.join(), world.join()]
      for (const producer of producers) producer.log(20, 'one')
      await world.settle()
      for (const producer of producers) for (const message of ['two', 'three']) producer.log(20, message)
      const { destination } = world.lanes[0] ?? assert.fail()
      destination.completes = { origin: producers[1]?.origin ?? '', seq: 2 }

      await world.kill()
      await world.settle()

      const named = destination.mended.at(-1)?.map(({ event }) => [event.origin, event.seq])
      assert.deepEqual(
        named,
        producers.map(({ origin }) => [origin, 2]),
      )
      for (const { origin } of producers) assert.deepEqual(destination.seqsOf(origin), [1, 2, 3])
    })
})

describe('a flush', () => {
  it('is done for a lane that always has something to write', async () => {
    const world = new World({ lanes: [testLane('async', { batchMaxEvents: 2 })] })
    const producer = world.join()
    const block = new LaneBlock(producer.region, 0)
    let request = 0

    for (let i = 0; i < 30; i++) {
      producer.log(20, `${i}`)
      producer.log(20, `${i}`)
      if (i === 10) request = producer.flush()
      world.host.poll()
      await Promise.resolve()
      producer.log(20, 'while it writes')
      await world.poll()
    }

    assert.equal(block.flushed('flushed'), request)
    assert.equal(world.lanes[0]?.destination.flushes, 1)
  })

  it('that hangs holds its lane up for the time-out, and says so', async () => {
    const { host, clock, producer, lines } = makeHanging()
    producer.log(20, 'before')
    producer.flush()
    host.poll()
    await clock.advanceAsync(10)
    producer.log(20, 'during')
    host.poll()
    assert.equal(lines.length, 1)

    await clock.advanceAsync(1000)
    host.poll()

    assert.equal(lines.length, 2)
    assert.equal(new LaneBlock(producer.region, 0).flushed('flushed'), 1)
    assert.deepEqual(
      new Told(producer.region).take().map((text) => JSON.parse(text)[0]),
      ['adapter_error'],
    )
  })

  it('waits for a lane until that has what was there, and not for what comes later', async () => {
    const world = new World({ lanes: [testLane('records'), testLane('lines')] })
    const producer = world.join()
    if (world.lanes[0] !== undefined) world.lanes[0].destination.behaviour = 'stall'
    producer.log(20, 'a')
    producer.flush()
    await world.poll(3)
    const blocks = [new LaneBlock(producer.region, 0), new LaneBlock(producer.region, 1)]
    const early = blocks.map((block) => block.flushed('flushed'))

    if (world.lanes[0] !== undefined) world.lanes[0].destination.behaviour = 'ok'
    await world.clock.advanceAsync(10)
    await world.poll(3)

    assert.deepEqual(early, [0, 1])
    assert.deepEqual(
      blocks.map((block) => block.flushed('flushed')),
      [1, 1],
    )
  })
})

describe('a lane that writes by promises', () => {
  it('gives its memory back batch by batch, also when there is always more', async () => {
    const world = new World({ lanes: [testLane('async', { batchMaxEvents: 5 })] })
    const producer = world.join()

    for (let i = 0; i < 1000; i++) {
      producer.log(20, `${i}|${'x'.repeat(100)}`)
      if (i % 3 === 0) await world.poll()
    }
    await world.poll(5)

    assert.equal(producer.accepted.length, 1000)
    assert.deepEqual(
      world.lanes[0]?.destination.seqsOf(producer.origin),
      Array.from({ length: 1000 }, (_, i) => i + 1),
    )
    assert.deepEqual(producer.status(0, 0).dropped, [])
  })

  it('loses nothing to a burst when there is no disk and it is well', async () => {
    const world = new World({ lanes: [testLane('lines'), testLane('async', { batchMaxEvents: 5 })], producer: { segments: 16 } })
    const producer = world.join()

    for (let round = 0; round < 20; round++) {
      while (producer.log(20, `|${'x'.repeat(400)}`) === 'accepted');
      await world.poll(4)
    }
    await world.settle()

    assert.deepEqual(
      world.lanes[1]?.destination.seqsOf(producer.origin),
      producer.accepted.map(({ seq }) => seq),
    )
  })

  it('drops its own oldest when it alone lags behind: producers and other lanes go on', async () => {
    const world = new World({ lanes: [testLane('lines'), testLane('records')] })
    const producer = world.join()
    if (world.lanes[1] !== undefined) world.lanes[1].destination.behaviour = 'fail'

    for (let i = 0; i < 300; i++) {
      assert.equal(producer.log(20, `${i}|${'x'.repeat(300)}`), 'accepted')
      await world.poll()
    }

    assert.equal(world.lanes[0]?.destination.seqsOf(producer.origin).length, 300)
    assert.deepEqual(producer.torn, [])
    assert.equal(producer.imbalance(1, 0), 0)
    assert.ok(producer.status(1, 0).dropped.some(({ reason, count }) => reason === 'overflow' && count > 100))
  })
})

describe('what a writer has to say', () => {
  it('also when it was said before there was a producer: a lane that is left alone because it hung', async () => {
    const world = new World({ lanes: [testLane('lines'), testLane('records')] })
    const producer = world.join()

    await world.kill([{ lane: 'lane1', pauseMs: 3000, reason: 'its adapter hung' }])
    producer.log(20, 'a')
    await world.poll(2)

    assert.deepEqual([producer.status(0, 0).state, producer.status(1, 0).state], ['ok', 'quarantined'])
    assert.deepEqual(
      world.told.map(([name, { adapter, to }]) => [name, adapter, to]),
      [['adapter_health', 'lane1', 'down']],
    )
    await world.clock.advanceAsync(3100)
    await world.poll(2)
    assert.deepEqual(producer.status(1, 0).state, 'ok')
    assert.deepEqual(world.lanes[1]?.destination.seqsOf(producer.origin), [1])
  })

  it('goes to the root, and what concerns one origin to that one as long as it is there', async () => {
    const world = new World({ lanes: [testLane('lines')] })
    const [root, child] = [world.join(), world.join()]
    const gap = { origin: child?.origin ?? '', from_seq: 1, to_seq: 2, count: 2 }

    world.host.report('origin_gap', gap, child?.origin)
    child?.leave()
    world.host.report('origin_gap', gap, child?.origin)
    world.host.report('diagnostics_lost', { count: 1 })

    assert.equal(new Told((child as TestProducer).region).take().length, 1)
    assert.equal(new Told((root as TestProducer).region).take().length, 2)
  })
})

describe('a writer is at rest', () => {
  it('when every lane has everything, and not before', async () => {
    const world = new World({ lanes: [testLane('lines'), testLane('async')] })
    const producer = world.join()
    const slow = world.lanes[1] as (typeof world.lanes)[number]
    slow.destination.behaviour = 'fail'
    producer.log(20, 'one')
    await world.poll(3)
    const whileBehind = world.host.isAtRest
    slow.destination.behaviour = 'ok'
    await world.settle()

    assert.deepEqual([whileBehind, world.host.isAtRest], [false, true])
  })

  it('when no event waits for older ones of other producers', async () => {
    const world = new World({ lanes: [testLane('lines')] })
    const [one] = [world.join(), world.join()]
    await world.settle()
    one?.log(20, 'perhaps not the oldest')
    await world.poll()
    const whileHeldBack = world.host.isAtRest
    await world.settle()

    assert.deepEqual([whileHeldBack, world.host.isAtRest], [false, true])
  })

  it('when nobody waits for a flush', async () => {
    const { host, producer, clock } = makeHanging()
    await clock.advanceAsync(10)
    host.poll()
    const before = host.isAtRest
    producer.flush()
    host.poll()

    assert.deepEqual([before, host.isAtRest], [true, false])
  })
})

/** A writer whose adapter never ends its flush. */
function makeHanging(): { host: WriterHost; clock: ManualClock; producer: TestProducer; lines: string[] } {
  const clock = new ManualClock()
  const lines: string[] = []
  const adapter = {
    name: 'hangs',
    write: () => undefined,
    writeSync: (batch: readonly { json: string }[]) => void lines.push(...batch.map(({ json }) => json)),
    flush: () => new Promise<void>(() => undefined),
  }
  const host = new WriterHost({
    clock,
    control: Control.format(makeRegion(new SharedArrayBuffer(CONTROL_BYTES))),
    epoch: 1,
    plans: [{ name: 'hangs', lane: { timeoutMs: 500 }, load: () => () => adapter }],
    lanes: ['hangs'],
    context: '{}',
    failureResetMs: 1000,
    stopTimeoutMs: 1000,
    spillBytes: 0,
    aside: new MemoryAside(),
    spillPath: () => undefined,
  })
  const producer = new TestProducer({ clock })
  host.add(new RingView(producer.region))
  return { host, clock, producer, lines }
}
