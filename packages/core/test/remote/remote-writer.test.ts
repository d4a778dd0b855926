import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { QUEUE_DEFAULTS } from '../../dist/config/settings.js'
import { ProducerCounters } from '../../dist/pipeline/counters.js'
import { FrameReader } from '../../dist/ring/reader.js'
import { LaneBlock } from '../../dist/ring/shared/lane-block.js'
import { CONTROL } from '../../dist/ring/shared/layout.js'
import { Told } from '../../dist/ring/shared/told.js'
import { NO_RECORDS } from '../../dist/tree/lane-records.js'
import { LocalWriter } from '../../dist/writer/local-writer.js'
import type { WriterLaunch } from '../../dist/writer/remote/launch.js'
import { RemoteWriter } from '../../dist/writer/remote/remote-writer.js'
import { IN_MEMORY } from '../../dist/writer/remote/ring-place.js'
import { Supervisor } from '../../dist/writer/remote/supervisor.js'
import { WriterFallback } from '../../dist/writer/remote/writer-fallback.js'
import { testLane, World } from '../host/fixtures/world.js'
import type { TestProducer } from '../shared/fixtures/test-producer.js'

/** A writer that is always there: the world's own. */
const PRESENT: WriterLaunch = {
  mode: 'thread',
  mayStart: true,
  isShort: false,
  start: () => undefined,
  look: () => 'alive',
  kill: () => true,
  ending: () => 'crashed',
  wake: () => undefined,
  lastWords: () => '',
}

function makeRemote(): {
  world: World
  producer: TestProducer
  writer: RemoteWriter
  seen: [string, unknown][]
  drops: unknown[]
} {
  const world = new World({ lanes: [testLane('lines'), testLane('async')] })
  const producer = world.join()
  const { clock, control } = world
  const seen: [string, unknown][] = []
  const drops: unknown[] = []
  const report = (name: string, payload: unknown): void => void seen.push([name, payload])
  const queue = { ...QUEUE_DEFAULTS, maxEvents: 2048, stopTimeoutMs: 500, onDrop: (drop: unknown) => void drops.push(drop) }
  const { ring, region, origin } = producer
  const source = { origin, ring, reader: new FrameReader(origin) }
  const lanes = world.lanes.map((_, index) => ({ name: `lane${index}`, level: undefined }))
  const order = lanes.map(({ name }) => name)
  const counters = new ProducerCounters({ overrides: 0, calls: 0, belowLevel: 0 })
  const writer = new RemoteWriter({
    mode: 'thread',
    place: IN_MEMORY,
    handOff: 'shared memory',
    run: '',
    ring,
    source,
    region,
    segments: 4,
    local: new LocalWriter({ ring, source, lanes: [], queue, clock, report }),
    lanes,
    order,
    control,
    supervisor: new Supervisor({
      launch: PRESENT,
      control,
      clock,
      report,
      lanes: order,
      records: NO_RECORDS,
      giveUp: () => undefined,
    }),
    wake: () => undefined,
    fallback: new WriterFallback({ clock, report, make: () => world.host }),
    queue,
    clock,
    report,
    counters: () => counters,
    closed: () => undefined,
  })
  return { world, producer, writer, seen, drops }
}

/** Time passes, and the writer works. */
async function go(world: World, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    world.host.poll()
    await world.clock.advanceAsync(10)
  }
}

describe('a writer elsewhere, as its application sees it', () => {
  it('is heard: its diagnostics, drops, and how many were lost on the way', async () => {
    const { world, producer, seen, drops } = makeRemote()
    const told = new Told(producer.region)
    const dropped = { adapter: 'lane0', reason: 'overflow', count: 3, by_level: { info: 3 } }
    told.tell(JSON.stringify(['queue_dropped', dropped]))
    told.tell('{ torn')
    told.tell(JSON.stringify(['no_such_name', {}]))
    for (let i = 0; i < 40; i++) told.tell(' '.repeat(1000))
    const { lost } = told
    assert.ok(lost > 0)

    await world.clock.advanceAsync(100)
    await world.clock.advanceAsync(100)

    assert.deepEqual(seen, [
      ['queue_dropped', dropped],
      ['diagnostics_lost', { count: lost }],
    ])
    assert.deepEqual(drops, [{ adapter: 'lane0', reason: 'overflow', count: 3 }])
  })

  it('has flushed when every lane that is up has; one that is down is not waited for', async () => {
    const { world, producer, writer } = makeRemote()
    producer.log(20, 'a')
    const flushing = writer.flush({})
    await go(world, 50)
    assert.equal(await flushing, false)

    if (world.lanes[1] !== undefined) world.lanes[1].destination.behaviour = 'fail'
    producer.log(20, 'b')
    await go(world, 2000)
    assert.equal(writer.statuses[1]?.state, 'down')
    const again = writer.flush({})
    await go(world, 50)
    assert.equal(await again, false)

    const waiting = writer.flush({ waitForDown: true, timeoutMs: 300 })
    await go(world, 400)
    assert.equal(await waiting, true)
  })

  it('closes when its ring is drained, or says that the time was up', async () => {
    const { world, producer, writer } = makeRemote()
    producer.log(20, 'a')

    const closing = writer.close({ timeoutMs: 300 })
    await go(world, 50)
    const ring = world.host.rings.get(producer.origin)
    assert.ok(ring?.isDrained === true && !ring.isOpen)
    world.host.retire(ring)
    await go(world, 50)

    assert.equal(await closing, false)
    const late = makeRemote()
    const never = late.writer.close({ timeoutMs: 300 })
    await late.world.clock.advanceAsync(700)
    assert.equal(await never, true)
  })

  it('adds up in every lane, as what it says in its inspection does', async () => {
    const { world, producer, writer } = makeRemote()
    for (let i = 0; i < 50; i++) {
      producer.log(i % 5 === 0 ? 40 : 20, `${i}|${'x'.repeat(300)}`)
      if (i % 3 === 0) await world.poll()
      for (const { delivered, pending, dropped } of writer.statuses) {
        const gone = dropped.reduce((sum, { count }) => sum + count, 0)
        assert.equal(delivered + pending + gone + producer.sink.loss.count, producer.logged.length)
      }
    }
    await world.poll(3)

    const { mode, state, unreadBytes } = writer.inspection
    assert.deepEqual([mode, state, unreadBytes], ['thread', 'running', 0])
  })

  it('is waited for at the end of the process, and told how that ended', async () => {
    const { world, producer, writer } = makeRemote()
    producer.log(20, 'last words')
    const sleep = world.clock.sleepSync.bind(world.clock)
    world.clock.sleepSync = (ms) => {
      sleep(ms)
      world.host.poll()
    }

    writer.lastDrain(1000, true)

    assert.equal(new LaneBlock(producer.region, 0).read().delivered, 1)
    assert.equal(Atomics.load(producer.region.words, CONTROL.state), 2)
    // the asynchronous one cannot write while this thread sleeps
    assert.ok(world.clock.monotonic() >= 1000 && world.clock.monotonic() < 1010)
  })
})
