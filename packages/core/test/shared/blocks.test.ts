import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cursor } from '../../dist/lane/cursor.js'
import { DropCounts } from '../../dist/lane/drop-counts.js'
import { LaneBlock } from '../../dist/ring/shared/lane-block.js'
import { LANES_AT, regionBytes, TOLD_BYTES } from '../../dist/ring/shared/layout.js'
import { positionNear, positionWord } from '../../dist/ring/shared/position.js'
import { makeRegion, type Region } from '../../dist/ring/shared/region.js'
import { RingView } from '../../dist/ring/shared/ring-view.js'
import { SharedMemory } from '../../dist/ring/shared/shared-memory.js'
import { Told } from '../../dist/ring/shared/told.js'
import { ManualClock } from '../fixtures/manual-clock.js'
import { SEGMENT_BYTES, SEGMENTS, TestProducer } from './fixtures/test-producer.js'

const NOTHING = { events: 0, bytes: 0, end: 0 }

function makeMemory(): Region {
  return makeRegion(new SharedArrayBuffer(regionBytes(SEGMENTS, SEGMENT_BYTES)))
}

function cursorAt(n: number): Cursor {
  const dropped = new DropCounts()
  dropped.add('overflow', 20, n)
  return { position: n * 8, taken: n, delivered: n, filtered: n, redelivered: n, dropped } as unknown as Cursor
}

describe('the numbers of a lane', () => {
  it('are read as they were published', () => {
    const block = new LaneBlock(makeMemory(), 3)

    block.publish(cursorAt(7), { events: 1, bytes: 2, end: 3 })

    const { dropped, ...numbers } = block.read()
    assert.deepEqual(numbers, {
      acknowledged: 56,
      taken: 7,
      delivered: 7,
      filtered: 7,
      redelivered: 7,
      spilledEvents: 1,
      spilledBytes: 2,
      spilledEnd: 3,
    })
    assert.deepEqual(dropped.summaries, [{ reason: 'overflow', count: 7, by_level: { info: 7 } }])
  })

  it('fit together wherever their writer was killed, and when they are read in the middle of it', () => {
    const memory = makeMemory()
    // each piece that is stored shows what a reader would find then
    const found: number[][] = []
    const look = (): void => {
      const { delivered, taken, filtered, acknowledged, dropped } = new LaneBlock(makeRegion(memory.memory), 0).read()
      found.push([delivered, taken, filtered, acknowledged / 8, dropped.summaries[0]?.count ?? 0])
    }
    const watched = makeRegion(memory.memory, { push: look, pull: () => undefined })
    const block = new LaneBlock(watched, 0)

    for (let n = 1; n <= 20; n++) block.publish(cursorAt(n), NOTHING)

    assert.equal(found.length, 40)
    for (const numbers of found) assert.equal(new Set(numbers).size, 1, numbers.join())
  })

  it('are read again when the copy that holds was exchanged meanwhile', () => {
    const { memory } = makeMemory()
    const writer = new LaneBlock(makeRegion(memory), 0)
    writer.publish(cursorAt(1), NOTHING)
    let pulls = 0
    const reader = new LaneBlock(
      makeRegion(memory, {
        push: () => undefined,
        pull: () => {
          pulls++
          if (pulls === 2) writer.publish(cursorAt(2), NOTHING)
        },
      }),
      0,
    )

    assert.equal(reader.read().delivered, 2)
    assert.equal(pulls, 4)
  })

  it('are 0 where memory holds what is no count', () => {
    const memory = makeMemory()
    const block = new LaneBlock(memory, 0)
    block.publish(cursorAt(1), NOTHING)
    memory.doubles.fill(Number.NaN, (LANES_AT + 64) >> 3, (LANES_AT + 1024) >> 3)

    const { dropped, ...numbers } = block.read()

    assert.deepEqual([...new Set(Object.values(numbers))], [0])
    assert.deepEqual(dropped.summaries, [])
  })

  it('have a text beside them, cut when it is long', () => {
    const block = new LaneBlock(makeMemory(), 0)
    assert.equal(block.health, undefined)

    block.health = { reason: 'no', health: { state: 'down', reason: 'no' } }
    assert.deepEqual(block.health, { reason: 'no', health: { state: 'down', reason: 'no' } })

    block.health = { reason: 'é'.repeat(5000), health: { state: 'down' } }
    assert.deepEqual(block.health, { reason: 'é'.repeat(200), health: null })
  })
})

describe('what a writer has to say', () => {
  it('arrives once, in order, over many laps', () => {
    const told = new Told(makeMemory())
    const seen: string[] = []

    for (let i = 0; i < 500; i++) {
      told.tell(`${i}${'é'.repeat(i)}`)
      if (i % 20 === 0) seen.push(...told.take())
    }
    seen.push(...told.take())

    assert.deepEqual(
      seen,
      Array.from({ length: 500 }, (_, i) => `${i}${'é'.repeat(i)}`),
    )
    assert.equal(told.lost, 0)
  })

  it('is counted when it finds no room, and finds room again', () => {
    const told = new Told(makeMemory())
    const text = 'x'.repeat(1020)

    for (let i = 0; i < 40; i++) told.tell(text)
    const taken = told.take()
    told.tell('again')

    assert.equal(taken.length, TOLD_BYTES / 1024)
    assert.equal(told.lost, 40 - taken.length)
    assert.deepEqual(told.take(), ['again'])
  })
})

describe('a position in a word', () => {
  it('is found again next to one that is known, over the ends of a word', () => {
    for (const known of [0, 2 ** 31 * 8 - 8, 2 ** 32 * 8, 2 ** 45])
      for (const by of [-(2 ** 30), -8, 0, 8, 2 ** 33]) {
        const position = known + by
        if (position >= 0) assert.equal(positionNear(known, positionWord(position)), position)
      }
  })
})

describe('the identity of a ring', () => {
  it('is there also when the context is larger than its place', () => {
    const region = makeMemory()
    const identity = {
      origin: 'abcdefghijklmn',
      process: '1:1:boot',
      thread: 0,
      isRoot: true,
      service: 's'.repeat(4000),
      environment: 'test',
      context: JSON.stringify({ a: 'x'.repeat(5000) }),
    }

    void new SharedMemory(region, { segments: SEGMENTS, segmentBytes: SEGMENT_BYTES, identity })

    const { origin, service, context } = new RingView(region).identity
    assert.deepEqual([origin, service, context], [identity.origin, 's'.repeat(200), '{}'])
  })
})

describe('a view of a ring', () => {
  it('sees what is published, segment by segment, and counts it as its producer does', () => {
    const producer = new TestProducer({ clock: new ManualClock(), queue: { maxBytes: 1 << 20 } })
    const view = new RingView(producer.region)
    assert.deepEqual([view.position, view.events, view.refresh()], [0, 0, false])

    while (producer.log(20, `x|${'x'.repeat(300)}`) === 'accepted') {
      assert.equal(view.refresh(), true)
      assert.equal(view.position, producer.ring.position)
      assert.equal(view.events, producer.ring.events)
    }
    assert.ok(view.position > 2 * SEGMENT_BYTES)
  })
})
