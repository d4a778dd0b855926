import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { SpillFolder } from '../../dist/host/spill.js'
import { RingView } from '../../dist/ring/shared/ring-view.js'
import { SEGMENT_BYTES, type TestProducer } from '../shared/fixtures/test-producer.js'
import { testLane, World } from './fixtures/world.js'

const dir = mkdtempSync(join(tmpdir(), 'holdfast-spilled-'))
after(() => rmSync(dir, { recursive: true, force: true }))
let folders = 0

/** A world with a lane that is down from the beginning and one that is not. */
function lagging(bytes: number, path = join(dir, `${folders++}`)): { world: World; producer: TestProducer; path: string } {
  const lanes = [testLane('lines'), testLane('records', { retryMaxMs: 100, batchMaxEvents: 5 })]
  const world = new World({ lanes, spill: { path, bytes } })
  const producer = world.join()
  const lane = lanes[1]
  if (lane !== undefined) lane.destination.behaviour = 'fail'
  return { world, producer, path }
}

async function log(world: World, producer: TestProducer, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    producer.log(20, `event|${'x'.repeat(400)}`)
    if (i % 5 > 0) continue
    await world.clock.advanceAsync(60)
    await world.poll()
  }
  await world.clock.advanceAsync(60)
  await world.poll()
}

function seqs(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}

describe('segments that a lane needs and a producer wants back', () => {
  it('go to disk, hold up nobody, and are delivered in order when the destination is back', async () => {
    const { world, producer, path } = lagging(1 << 20)
    const [well, lane] = world.lanes

    await log(world, producer, 300)
    assert.deepEqual(well?.destination.seqsOf(producer.origin), seqs(300))
    assert.ok(readdirSync(join(path, producer.origin)).length > 10)
    const { spilledBytes, pending } = producer.status(1, 0)
    assert.ok(spilledBytes > 10 * 7000, `${spilledBytes}`)
    assert.equal(pending, 300)
    if (lane !== undefined) lane.destination.behaviour = 'ok'
    await world.settle()

    assert.deepEqual(lane?.destination.seqsOf(producer.origin), seqs(300))
    assert.deepEqual(readdirSync(join(path, producer.origin)), [])
    assert.equal(producer.status(1, 0).spilledBytes, 0)
  })

  it('are found by the next writer; what an earlier one had not finished is no segment', async () => {
    const { world, producer, path } = lagging(1 << 20)
    await log(world, producer, 200)
    const folder = join(path, producer.origin)
    const names = readdirSync(folder).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    writeFileSync(join(folder, '1638400-8000-3-9-0.seg.partial'), 'torn')
    const torn = names[1] as string
    truncateSync(join(folder, torn), 100)
    const events = Number(torn.split('-')[2])

    await world.kill()
    if (world.lanes[1] !== undefined) world.lanes[1].destination.behaviour = 'ok'
    await world.settle()

    const arrived = world.lanes[1]?.destination.seqsOf(producer.origin) ?? []
    assert.equal(arrived.length, 200 - events)
    assert.deepEqual(
      arrived,
      arrived.toSorted((a, b) => a - b),
    )
    assert.deepEqual(
      producer.status(1, 0).dropped.map(({ reason, count }) => [reason, count]),
      [['corrupt', events]],
    )
    assert.equal(producer.imbalance(1, 0), 0)
  })

  it('take no more than `spillBytes`, of all rings together: then the oldest events of that lane are dropped and counted', async () => {
    const { world, producer } = lagging(4 * SEGMENT_BYTES)
    const other = world.join()

    for (let i = 0; i < 20; i++) {
      await log(world, producer, 10)
      await log(world, other, 10)
      let held = 0
      for (const { spill } of world.host.rings.values()) held += spill?.bytes ?? 0
      assert.ok(held <= 4 * SEGMENT_BYTES, `${held}`)
    }
    const overflow = producer.status(1, 0).dropped.find(({ reason }) => reason === 'overflow')?.count ?? 0
    assert.ok(overflow > 0)
    if (world.lanes[1] !== undefined) world.lanes[1].destination.behaviour = 'ok'
    await world.settle()

    for (const each of [producer, other]) {
      const dropped = each.status(1, 0).dropped.find(({ reason }) => reason === 'overflow')?.count ?? 0
      const arrived = world.lanes[1]?.destination.seqsOf(each.origin) ?? []
      assert.deepEqual(arrived, seqs(200).slice(dropped))
      assert.equal(each.imbalance(1, 0), 0)
    }
  })

  it('are dropped and counted where the disk takes nothing', async () => {
    const path = join(dir, `${folders++}`)
    // a file where the folder should be
    writeFileSync(path, '')
    const { world, producer } = lagging(1 << 20, path)

    await log(world, producer, 200)
    if (world.lanes[1] !== undefined) world.lanes[1].destination.behaviour = 'ok'
    await world.settle()

    const dropped = producer.status(1, 0).dropped.find(({ reason }) => reason === 'overflow')?.count ?? 0
    assert.ok(dropped > 0)
    assert.deepEqual(world.lanes[0]?.destination.seqsOf(producer.origin), seqs(200))
    assert.deepEqual(world.lanes[1]?.destination.seqsOf(producer.origin), seqs(200).slice(dropped))
  })

  it('count what their LOSS frames tell as pending, too', async () => {
    const { world, producer } = lagging(1 << 20)
    await log(world, producer, 10)
    for (let i = 0; i < 100; i++) producer.log(20, `burst|${'x'.repeat(400)}`)
    assert.ok(producer.sink.loss.count > 0)

    for (let i = 0; i < 30; i++) {
      await log(world, producer, 5)
      assert.equal(producer.imbalance(1, 0), 0)
      assert.equal(producer.imbalance(0, 0), 0)
    }
  })

  it('are counted as corrupt when their file has gone', async () => {
    const { world, producer, path } = lagging(1 << 20)
    await log(world, producer, 200)
    rmSync(join(path, producer.origin), { recursive: true })
    mkdirSync(join(path, producer.origin))

    if (world.lanes[1] !== undefined) world.lanes[1].destination.behaviour = 'ok'
    await world.settle()

    const { dropped, delivered, pending } = producer.status(1, 0)
    assert.equal(pending, 0)
    assert.deepEqual(
      dropped.map(({ reason }) => reason),
      ['corrupt'],
    )
    assert.equal(delivered + (dropped[0]?.count ?? 0), 200)
  })
})

describe('a folder of spilled segments', () => {
  it('gives back what was put in', async () => {
    const { world, producer } = lagging(0)
    await log(world, producer, 40)
    const segment = new RingView(producer.region).complete[0]
    assert.ok(segment !== undefined)
    const path = join(dir, `${folders++}`)

    new SpillFolder(path, segment.check).add(segment)
    const found = new SpillFolder(path, segment.check)

    assert.deepEqual([found.oldest, found.end, found.bytes], [segment.base, segment.end, segment.used])
    const loaded = found.segmentAt(segment.base)
    assert.deepEqual(loaded?.bytes.subarray(0, segment.used), segment.bytes.subarray(0, segment.used))
    assert.deepEqual([loaded?.events, loaded?.eventsBefore], [segment.events, segment.eventsBefore])
    found.release(segment.end)
    assert.equal(found.oldest, undefined)
  })
})
