import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { openRegion } from '../../dist/host/open-region.js'
import { FrameReader } from '../../dist/ring/reader.js'
import { regionBytes } from '../../dist/ring/shared/layout.js'
import { RingView } from '../../dist/ring/shared/ring-view.js'
import { ManualClock } from '../fixtures/manual-clock.js'
import { testLane, World } from '../host/fixtures/world.js'
import { SEGMENT_BYTES, SEGMENTS, TestProducer } from './fixtures/test-producer.js'

const dir = mkdtempSync(join(tmpdir(), 'holdfast-spool-'))
after(() => rmSync(dir, { recursive: true, force: true }))
let files = 0

function makeFile(): string {
  const path = join(dir, `${files++}.ring`)
  closeSync(openSync(path, 'w'))
  truncateSync(path, regionBytes(SEGMENTS, SEGMENT_BYTES))
  return path
}

function makeProducer(path: string): TestProducer {
  return new TestProducer({ clock: new ManualClock(), region: openRegion(path, undefined) })
}

/** Sequence numbers that a reader of the file has got to. */
function seqsIn(view: RingView): readonly number[] {
  const reader = new FrameReader(view.identity.origin)
  const seqs: number[] = []
  for (let at = view.oldestPosition; at < view.position; ) {
    const segment = view.segmentAt(at)
    if (segment === undefined) break
    at = Math.max(at, segment.base)
    if (reader.read(segment, at - segment.base) === 'event') seqs.push(reader.seq)
    at += reader.length
  }
  return seqs
}

describe('a ring in a file that nobody maps', () => {
  it('is read by another while it is written: what is whole is seen, in order, and nothing else', () => {
    const path = makeFile()
    const producer = makeProducer(path)
    const view = new RingView(openRegion(path, undefined))

    for (let i = 1; i <= 40; i++) {
      producer.log(20, `event ${i}|${'x'.repeat(i * 7)}`)
      view.refresh()

      assert.equal(seqsIn(view).at(-1), i)
      assert.equal(view.position, producer.ring.position)
      assert.equal(view.events, i)
    }
    assert.ok(view.position > SEGMENT_BYTES)
  })

  it('shows no frame of which a part has not been written yet', () => {
    const path = makeFile()
    const producer = makeProducer(path)
    producer.log(20, 'first')
    const from = producer.ring.position
    const start = producer.region.bytes.length - SEGMENTS * SEGMENT_BYTES
    // all of the frame as it will be, to be written byte by byte
    producer.log(20, `second|${'y'.repeat(300)}`)
    const frame = Buffer.from(producer.region.bytes.subarray(start + from, start + producer.ring.position))
    const fd = openSync(path, 'r+')
    writeSync(fd, Buffer.alloc(frame.length), 0, frame.length, start + from)
    const view = new RingView(openRegion(path, undefined))

    for (let length = 0; length < frame.length; length += 8) {
      writeSync(fd, frame, 0, length, start + from)
      view.refresh()
      assert.deepEqual(seqsIn(view), [1], `${length} of ${frame.length}`)
    }
    writeSync(fd, frame, 0, frame.length, start + from)
    view.refresh()
    closeSync(fd)

    assert.deepEqual(seqsIn(view), [1, 2])
  })

  it('does not take frames of an earlier lap for new ones', async () => {
    const path = makeFile()
    const world = new World({
      lanes: [testLane('lines')],
      open: () => openRegion(path, undefined),
    })
    const producer = world.join({ region: openRegion(path, undefined) })

    for (let i = 0; i < 400; i++) {
      producer.log(20, `event ${i}|${'x'.repeat(100 + (i % 50))}`)
      if (i % 7 === 0) await world.poll()
    }
    await world.poll(2)

    assert.deepEqual(
      world.lanes[0]?.destination.seqsOf(producer.origin),
      Array.from({ length: 400 }, (_, i) => i + 1),
    )
    assert.ok(producer.ring.position > 2 * SEGMENTS * SEGMENT_BYTES)
    assert.equal(producer.imbalance(0, 0), 0)
  })

  it('is served from the memory of its producer when file and writer are gone: nothing is lost, and what was acknowledged comes once', async () => {
    const path = makeFile()
    const own = openRegion(path, undefined)
    let isRemoved = false
    const world = new World({
      lanes: [testLane('lines')],
      open: () => (isRemoved ? own.detach() : openRegion(path, undefined)),
    })
    const producer = world.join({ region: own })
    const log = (from: number): void => {
      for (let seq = from; seq < from + 30; seq++) producer.log(20, `event ${seq}|${'x'.repeat(100)}`)
    }
    log(1)
    await world.poll(2)
    log(31)
    rmSync(path)
    isRemoved = true

    await world.kill()
    log(61)
    await world.poll(2)

    assert.deepEqual(
      world.lanes[0]?.destination.seqsOf(producer.origin),
      Array.from({ length: 90 }, (_, i) => i + 1),
    )
    assert.equal(producer.imbalance(0, 0), 0)
    assert.ok(producer.ring.position > SEGMENT_BYTES)
  })

  it('loses nothing and doubles nothing when its writer is killed, if the destination says what it has', async () => {
    const happening = fc.oneof(fc.constant('kill' as const), fc.constant('poll' as const), fc.integer({ min: 1, max: 12 }))
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (happenings) => {
        const path = makeFile()
        const world = new World({
          lanes: [testLane('lines', { resumes: true }), testLane('async', { resumes: true, batchMaxEvents: 3 })],
          open: () => openRegion(path, undefined),
        })
        const producer = world.join({ region: openRegion(path, undefined), queue: { maxBytes: SEGMENT_BYTES } })

        for (const happened of happenings) {
          if (happened === 'kill') await world.kill()
          else if (happened === 'poll') await world.poll()
          else for (let i = 0; i < happened; i++) producer.log(20, `event ${i}|${'x'.repeat(i * 90)}`)
        }
        await world.poll(6)
        producer.sink.tellLoss()
        await world.poll(6)

        const accepted = producer.accepted.map(({ seq }) => seq)
        for (const [index, { destination }] of world.lanes.entries()) {
          assert.deepEqual(destination.seqsOf(producer.origin), accepted)
          assert.equal(producer.imbalance(index, 0), 0)
        }
      }),
      { numRuns: 60 },
    )
  })
})
