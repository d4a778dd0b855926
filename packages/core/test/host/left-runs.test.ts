import assert from 'node:assert/strict'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { NUMBER } from '../../dist/ring/shared/layout.js'
import { runPaths } from '../../dist/tree/run-paths.js'
import { acknowledge, allocated, eventsOf, LeftRoom } from './fixtures/left-room.js'
import { testLane } from './fixtures/world.js'

const PAD = `|${'x'.repeat(100)}`

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

describe('a run that was left behind', () => {
  it('comes behind the present: a backlog delays an event of now by one bite at most', async (test) => {
    const room = new LeftRoom(test, [testLane('lines')])
    const run = room.makeRun({ segments: 64 })
    for (let i = 0; i < 3000; i++) run.producer.log(20, `${i}${PAD}`)
    room.die(run)
    const present = room.start()
    const [lane] = room.lanes
    const events = (): readonly string[] => lane?.destination.events.map(({ origin }) => origin) ?? []

    present.producer.log(20, 'now')
    await present.rounds()
    assert.deepEqual(events(), [present.producer.origin])
    const waited: number[] = []
    while (events().filter((origin) => origin === run.producer.origin).length < 3000) {
      const before = events().length
      present.producer.log(20, 'now')
      await present.rounds()
      waited.push(events().indexOf(present.producer.origin, before) - before)
    }

    // 64 KiB of frames, the smallest of which has 64 bytes
    assert.ok(Math.max(...waited) <= 1024, `${Math.max(...waited)}`)
    assert.ok(waited.length > 3, 'it came at once')
    assert.deepEqual(lane?.destination.seqsOf(run.producer.origin), upTo(3000))
  })

  it('is removed when every lane has everything', async (test) => {
    const room = new LeftRoom(test, [testLane('lines'), testLane('async')])
    const run = room.makeRun()
    for (let i = 0; i < 30; i++) run.producer.log(20, `${i}`)
    room.die(run)

    const present = room.start()
    await present.settle()

    for (const lane of room.lanes) assert.equal(eventsOf(lane, run).length, 30)
    assert.deepEqual(room.runs, [])
    assert.equal(present.left.isSettled, true)
  })

  it('is told once, with the number of events that were found and their times', async (test) => {
    const room = new LeftRoom(test, [testLane('lines'), testLane('lines')])
    const [, down] = room.lanes
    const run = room.makeRun()
    for (let i = 0; i < 30; i++) {
      run.producer.log(20, `${i}`)
      await room.clock.advanceAsync(1000)
    }
    for (const lane of [0, 1]) acknowledge(run, lane, 10)
    room.die(run)
    if (down !== undefined) down.destination.behaviour = 'fail'

    const first = room.start()
    await first.settle()
    await first.stop()
    await room.start().settle()

    const recovered = room.told.filter(([name]) => name === 'run_recovered').map(([, payload]) => payload)
    const from = new Date(run.producer.logged[10]?.time ?? 0).toISOString()
    const to = new Date(run.producer.logged[29]?.time ?? 0).toISOString()
    assert.deepEqual(recovered, [{ run: '20261120T123456000Z-0123456789', rings: 1, events: 20, from, to }])
    const records = room.lanes[0]?.destination.lines.filter((line) => line.includes('run_recovered')) ?? []
    assert.equal(records.length, 1)
    assert.match(records[0] ?? '', new RegExp(`recovered 20 events of run 20261120T123456000Z-0123456789 from ${from} to ${to}`))
  })

  it('of which nothing is missing is not mentioned', async (test) => {
    const room = new LeftRoom(test, [testLane('lines')])
    const run = room.makeRun()
    for (let i = 0; i < 5; i++) run.producer.log(20, `${i}`)
    acknowledge(run, 0, 5)
    run.producer.leave()
    room.die(run)

    await room.start().settle()

    assert.deepEqual(room.told, [])
    assert.deepEqual(room.lanes[0]?.destination.lines, [])
    assert.deepEqual(room.runs, [])
  })

  it('costs no event twice where the destination knows what it has', async (test) => {
    const room = new LeftRoom(test, [testLane('lines', { resumes: true })])
    const [lane] = room.lanes
    const run = room.makeRun()
    for (let i = 0; i < 20; i++) run.producer.log(20, `${i}`)
    room.die(run)
    mkdirSync(join(runPaths(run.path).lanes, 'lane0'), { mode: 0o700 })
    // its writer was killed when the destination had twelve and the ring did not know
    for (const { seq } of run.producer.logged.slice(0, 12))
      lane?.destination.lines.push(JSON.stringify({ logger: 'app', origin: run.producer.origin, seq }))

    await room.start().settle()

    assert.deepEqual(lane?.destination.seqsOf(run.producer.origin), upTo(20))
  })

  it('with a destination that is down delays no other lane, and keeps on the disk what that one needs', async (test) => {
    const room = new LeftRoom(test, [testLane('lines'), testLane('async')])
    const [well, down] = room.lanes
    const run = room.makeRun({ segments: 64, segmentBytes: 64 << 10 })
    for (let i = 0; i < 15_000; i++) run.producer.log(20, `${i}${PAD}`)
    acknowledge(run, 1, 14_990)
    room.die(run)
    const before = allocated(run.ring)
    if (down !== undefined) down.destination.behaviour = 'fail'

    const first = room.start()
    await first.settle()
    await first.stop()

    assert.equal(eventsOf(well as never, run).length, 15_000)
    assert.deepEqual(eventsOf(down as never, run), [])
    assert.ok(before > 2 << 20, `${before}`)
    assert.ok(allocated(run.ring) < 200 << 10, `${allocated(run.ring)}`)

    if (down !== undefined) down.destination.behaviour = 'ok'
    await room.start().settle()
    assert.deepEqual(down?.destination.seqsOf(run.producer.origin), upTo(15_000).slice(14_990))
    assert.equal(eventsOf(well as never, run).length, 15_000)
    assert.deepEqual(room.runs, [])
  })

  it('waits for a lane that is not configured just now', async (test) => {
    const both = [testLane('lines'), testLane('lines')]
    const room = new LeftRoom(test, both.slice(0, 1))
    const run = room.makeRun({ lanes: ['lane0', 'lane1'] })
    for (let i = 0; i < 7; i++) run.producer.log(20, `${i}`)
    room.die(run)

    const without = room.start()
    await without.settle()
    await without.stop()
    assert.equal(existsSync(run.ring), true)
    const again = new LeftRoom(test, both)
    Object.assign(again, { folder: room.folder })
    await again.start().settle()

    assert.deepEqual(
      both.map(({ destination }) => destination.seqsOf(run.producer.origin)),
      [upTo(7), upTo(7)],
    )
    assert.deepEqual(room.runs, [])
  })
})

describe('calls that found no room in a process that was then killed', () => {
  it('are counted and told by the next start, each once', async (test) => {
    const room = new LeftRoom(test, [testLane('lines')])
    const run = room.makeRun()
    for (let i = 0; i < 10; i++) run.producer.log(20, `${i}`)
    // numbers that no LOSS frame tells of, and of which it has kept the count
    run.producer.region.doubles[NUMBER.emitted + 2] = 10 + 28_006
    room.die(run)

    const present = room.start()
    await present.settle()
    await present.stop()
    await room.start().settle()

    const notices = room.lanes[0]?.destination.lines.filter((line) => line.includes('events dropped')) ?? []
    assert.equal(notices.length, 1)
    assert.match(notices[0] ?? '', /28006 events dropped.*"queue_full"/)
    assert.deepEqual(
      room.told.filter(([name]) => name === 'process_gone').map(([, { refused }]) => refused),
      [28_006],
    )
  })
})

describe('all runs that were left behind', () => {
  it('share one bound: beyond it the oldest go that only a lane wants which is down, those below ERROR first', async (test) => {
    const room = new LeftRoom(test, [testLane('lines'), testLane('async')])
    const [well, down] = room.lanes
    if (down !== undefined) down.destination.behaviour = 'fail'
    const runs = [0, 1, 2].map(() => room.makeRun({ segments: 32, segmentBytes: 64 << 10 }))
    for (const run of runs) {
      for (let i = 0; i < 4000; i++) run.producer.log(i % 100 === 0 ? 40 : 20, `${i}${PAD}`)
      room.die(run)
    }
    const spillBytes = 1 << 20

    const present = room.start(spillBytes)
    await present.settle()
    const kept = runs.map(({ ring }) => allocated(ring))
    const total = kept.reduce((sum, bytes) => sum + bytes, 0)
    const drops = present.host.lanes[1]?.cursors.map(({ source, dropped }) => [source.origin, dropped.summaries] as const)
    await present.stop()
    if (down !== undefined) down.destination.behaviour = 'ok'
    await room.start(spillBytes).settle()

    for (const run of runs) assert.equal(eventsOf(well as never, run).length, 4000)
    assert.ok(total <= spillBytes, `${total}`)
    const arrived = runs.map((run) => eventsOf(down as never, run))
    const errors = arrived.map((events) => events.filter(({ level }) => level === 'ERROR').length)
    assert.deepEqual(errors, [40, 40, 40])
    assert.ok((arrived[0]?.length ?? 0) <= (arrived[2]?.length ?? 0))
    const dropped = new Map(drops)
    for (const [index, run] of runs.entries()) {
      const count = (dropped.get(run.producer.origin) ?? []).reduce((sum, { count: one }) => sum + one, 0)
      assert.equal((arrived[index]?.length ?? 0) + count, 4000)
    }
  })

  it('are found again small: of 21 events no ring of its whole size stays', async (test) => {
    const room = new LeftRoom(test, [testLane('async')])
    const [down] = room.lanes
    if (down !== undefined) down.destination.behaviour = 'fail'
    const run = room.makeRun({ segments: 64, segmentBytes: 64 << 10 })
    for (let i = 0; i < 21; i++) run.producer.log(20, `${i}`)
    room.die(run)
    const before = statSync(run.ring).size

    const present = room.start()
    await present.settle()
    await present.stop()

    assert.ok(before > 4 << 20)
    assert.ok(allocated(run.ring) < 64 << 10, `${allocated(run.ring)}`)
  })
})
