import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { CONTROL, LANES_AT, NUMBER, ROW, ROW_BYTES, ROWS_AT, TOLD_AT } from '../../dist/ring/shared/layout.js'
import { makeRegion } from '../../dist/ring/shared/region.js'
import { RingRefused, RingView } from '../../dist/ring/shared/ring-view.js'
import { ManualClock } from '../fixtures/manual-clock.js'
import { testLane, World } from '../host/fixtures/world.js'
import { SEGMENT_BYTES, SEGMENTS, TestProducer } from './fixtures/test-producer.js'

const RUNS = Number(process.env['HOLDFAST_RUNS'] ?? 50)
const PAGE_BYTES = 4096

/** A ring in use: `seqs` events in several segments, some of which a writer has read. */
async function makeUsed(read: number, unread: number): Promise<{ world: World; producer: TestProducer }> {
  const world = new World({ lanes: [testLane('lines'), testLane('records', { level: 'warning' }), testLane('async')] })
  const producer = world.join()
  for (let i = 0; i < read; i++) {
    producer.log(i % 3 === 0 ? 40 : 20, `message ${i % 7}|${'x'.repeat(i % 500)}`, `{"c":${i % 5}}`)
    if (i % 10 === 0) await world.poll()
  }
  await world.poll(3)
  for (let i = 0; i < unread; i++) producer.log(20, `later ${i % 5}|${'y'.repeat(i % 300)}`)
  return { world, producer }
}

/** A new writer serves what is there; whatever it is, no line comes that was not logged. */
async function serve(world: World, producer: TestProducer): Promise<number> {
  await world.kill()
  for (let round = 0; round < 20; round++) await world.poll(3)
  const written = new Map(producer.logged.map(({ seq, text }) => [seq, text]))
  let wrong = 0
  for (const { destination } of world.lanes)
    for (const { seq, message, extra } of destination.events) {
      const [text, more] = written.get(seq)?.split('|') ?? []
      if (message !== text || ((extra as { x?: string } | undefined)?.x ?? '') !== (more ?? '')) wrong++
    }
  return wrong
}

describe('a ring whose memory was damaged', () => {
  it('is served to its end when pages are of different age, and gives no line that was not logged', async () => {
    const pages = fc.array(fc.nat((SEGMENTS * SEGMENT_BYTES) / PAGE_BYTES - 1), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(pages, fc.integer({ min: 1, max: 60 }), fc.boolean(), async (older, events, hasOldHeader) => {
        const { world, producer } = await makeUsed(60, 10)
        const before = Buffer.from(producer.region.bytes)
        for (let i = 0; i < events; i++) {
          producer.log(20, `new ${i}|${'z'.repeat(i * 3)}`)
          if (i % 8 === 0) await world.poll()
        }
        const start = before.length - SEGMENTS * SEGMENT_BYTES
        for (const page of older)
          before.copy(
            producer.region.bytes,
            start + page * PAGE_BYTES,
            start + page * PAGE_BYTES,
            start + (page + 1) * PAGE_BYTES,
          )
        if (hasOldHeader) before.copy(producer.region.bytes, 0, 0, start)

        assert.equal(await serve(world, producer), 0)
      }),
      { numRuns: RUNS },
    )
  })

  it('gives nothing of the producer that had the memory before', async () => {
    const world = new World({ lanes: [testLane('lines')] })
    const log = (producer: TestProducer, who: string): void => {
      for (let i = 0; i < 20; i++) producer.log(20, `${who}|${'x'.repeat(40)}`)
    }
    const first = world.join()
    log(first, 'first')
    const before = Buffer.from(first.region.bytes)
    await world.settle()
    const second = new TestProducer({ clock: world.clock, region: first.region })
    log(second, 'other')
    // a power loss: of the second producer only the header has reached the disk, and the first one's frames stand at the same positions
    const start = before.length - SEGMENTS * SEGMENT_BYTES
    before.copy(second.region.bytes, start, start)

    const after = new World({ lanes: [testLane('lines')] })
    const ring = after.host.add(new RingView(second.region))
    await after.poll(5)

    assert.equal(ring.origin, second.origin)
    assert.equal(second.ring.position, first.ring.position)
    assert.deepEqual(after.lanes[0]?.destination.events, [])
    assert.deepEqual(
      ring.served[0]?.cursor.dropped.summaries.map(({ reason, count }) => [reason, count]),
      [['corrupt', 20]],
    )
  })

  it('counts as `corrupt` what it has lost, and tells of the gap in the sequence', async () => {
    const { world, producer } = await makeUsed(20, 0)
    for (let i = 0; i < 24; i++) producer.log(20, `lost or not ${i}|${'x'.repeat(700)}`)
    // a frame in the middle of what is unread
    const view = new RingView(producer.region)
    const segment = view.segmentAt(view.position - SEGMENT_BYTES)
    assert.ok(segment !== undefined)
    segment.bytes.fill(0, 4000, 4200)
    const corrupt = segment.events - [...countWhole(segment)].length

    assert.equal(await serve(world, producer), 0)
    await world.settle()
    producer.log(20, 'goes on')
    await world.poll(3)

    assert.ok(corrupt > 0)
    const status = producer.status(0, 0)
    assert.equal(status.pending, 0)
    assert.equal(producer.imbalance(0, 0), 0)
    assert.equal(status.dropped.find(({ reason }) => reason === 'corrupt')?.count, corrupt)
    const gaps = world.told.filter(([name]) => name === 'origin_gap').map(([, payload]) => payload)
    assert.equal(gaps.length, 1)
    assert.deepEqual([gaps[0]?.['origin'], gaps[0]?.['count']], [producer.origin, corrupt])
  })

  it('tells of no gap that a LOSS frame explains', async () => {
    const { world, producer } = await makeUsed(5, 200)
    assert.ok(producer.logged.some(({ result }) => result === 'queue_full'))

    await world.settle()
    producer.log(20, 'goes on')
    await world.poll(3)

    assert.deepEqual(
      world.told.filter(([name]) => name === 'origin_gap'),
      [],
    )
    assert.equal(producer.imbalance(0, 0), 0)
  })

  it('is served to its end whatever bits are turned over, and no header of a frame is believed that is not whole', async () => {
    const bytes = SEGMENTS * SEGMENT_BYTES
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(bytes - 1), fc.nat(7)), { minLength: 1, maxLength: 30 }), async (flips) => {
        const { world, producer } = await makeUsed(40, 20)
        const start = producer.region.bytes.length - bytes
        const seqs = new Set(producer.logged.map(({ seq }) => seq))
        for (const [at, bit] of flips)
          producer.region.bytes[start + at] = (producer.region.bytes[start + at] as number) ^ (1 << bit)

        await world.kill()
        for (let round = 0; round < 20; round++) await world.poll(3)

        for (const { destination } of world.lanes)
          for (const line of destination.lines) {
            const seq = Number(/"seq":(\d+)\}$/.exec(line)?.[1])
            assert.ok(line.includes('"logger":"holdfast"') || seqs.has(seq), line)
          }
      }),
      { numRuns: RUNS },
    )
  })

  it('is served or refused whatever its header says', async () => {
    const words = fc.record({ at: fc.constantFrom(...Object.values(CONTROL)), value: fc.oneof(fc.integer(), fc.nat(300)) })
    const doubles = fc.record({
      at: fc.oneof(
        fc.constantFrom(...Object.values(NUMBER)),
        fc.nat(SEGMENTS * 4 - 1).map((index) => (ROWS_AT >> 3) + index),
        fc.nat(80).map((index) => (LANES_AT >> 3) + index),
      ),
      value: fc.oneof(
        fc.double(),
        fc.nat(1 << 20),
        fc.nat(9).map((n) => n * SEGMENT_BYTES),
        fc.constant(2 ** 52),
        fc.constant(1e300),
      ),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 3 }), fc.array(doubles, { maxLength: 5 }), async (ints, numbers) => {
        const { world, producer } = await makeUsed(40, 20)
        for (const { at, value } of ints) producer.region.words[at] = value
        for (const { at, value } of numbers) producer.region.doubles[at] = value

        try {
          await world.kill()
          for (let round = 0; round < 10; round++) await world.poll(3)
        } catch (error) {
          assert.ok(error instanceof RingRefused, String(error))
        }
      }),
      { numRuns: RUNS * 2 },
    )
  })

  it('is refused when it is cut off, and read when it is random behind a good header', async () => {
    const { producer } = await makeUsed(30, 5)
    for (const length of [0, 8, 4088, 4096, LANES_AT, TOLD_AT, ROWS_AT, producer.region.bytes.length - 8]) {
      const memory = new ArrayBuffer(length)
      Buffer.from(memory).set(producer.region.bytes.subarray(0, length))

      assert.throws(() => new RingView(makeRegion(memory)), RingRefused, `${length}`)
    }
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 64, maxLength: SEGMENT_BYTES }),
        fc.nat(SEGMENTS - 1),
        async (noise, segment) => {
          const { world, producer: damaged } = await makeUsed(30, 5)
          const start = damaged.region.bytes.length - (segment + 1) * SEGMENT_BYTES
          damaged.region.bytes.set(noise, start)

          assert.equal(await serve(world, damaged), 0)
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('gives frames of other kinds, levels and numbers than there are to nobody', () => {
    const producer = new TestProducer({ clock: new ManualClock() })
    producer.log(20, 'first')
    const view = new RingView(producer.region)
    const row = (ROWS_AT + 0 * ROW_BYTES) >> 3

    for (const base of [Number.NaN, -SEGMENT_BYTES, SEGMENT_BYTES, 1e300, Number.POSITIVE_INFINITY, 4]) {
      producer.region.doubles[row + ROW.base] = base

      assert.equal(view.refresh(), false, `${base}`)
      assert.equal(new RingView(producer.region).position, 0, `${base}`)
    }
  })
})

/** Events before the place that was overwritten. */
function* countWhole({ words, doubles, base }: { words: Int32Array; doubles: Float64Array; base: number }): Generator<number> {
  for (let offset = 0; doubles[(offset >> 3) + 1] === base + offset && offset < 4200; offset += words[offset >> 2] as number) {
    const end = offset + (words[offset >> 2] as number)
    if (((words[(offset >> 2) + 1] as number) & 0xff) === 1 && end <= 4000) yield offset
  }
}
