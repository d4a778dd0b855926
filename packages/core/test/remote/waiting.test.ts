import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Adapter, LEVELS, type LogResult } from '@holdfast/api'
import { AdapterError } from '../../dist/adapter/adapter-error.js'
import { QUEUE_DEFAULTS, type QueueSettings } from '../../dist/config/settings.js'
import type { Report } from '../../dist/diagnostics/catalogue.js'
import { Lane } from '../../dist/lane/lane.js'
import { LANE_DEFAULTS } from '../../dist/lane/settings.js'
import { NoticeWriter } from '../../dist/ring/notice.js'
import { Producer } from '../../dist/ring/producer.js'
import { FrameReader } from '../../dist/ring/reader.js'
import { Ring } from '../../dist/ring/ring.js'
import { CONTROL } from '../../dist/ring/shared/layout.js'
import { positionWord } from '../../dist/ring/shared/position.js'
import { LocalWriter } from '../../dist/writer/local-writer.js'
import { ManualClock } from '../fixtures/manual-clock.js'
import { MemoryAside } from '../host/fixtures/memory-aside.js'
import { testLane, World } from '../host/fixtures/world.js'
import { TestProducer } from '../shared/fixtures/test-producer.js'

/** Something that makes calls wait: the same rules hold wherever the writer is. */
interface Subject {
  readonly clock: ManualClock
  readonly seen: string[]
  log(level: number): LogResult
  /** The other side takes one event more. */
  move(): void
}

const subjects = { local: localSubject, remote: remoteSubject, 'remote, counting': countingSubject }

for (const [place, makeSubject] of Object.entries(subjects))
  describe(`a call at a full queue with a ${place} writer`, () => {
    it('waits the budget of one stall once, and says so; then calls do not wait until something moves', () => {
      const subject = makeSubject({ putTimeoutMs: 100 })
      fill(subject)

      const waited = [timed(subject), timed(subject), timed(subject)]

      assert.deepEqual(waited, [
        ['queue_full', 100],
        ['queue_full', 0],
        ['queue_full', 0],
      ])
      assert.equal(subject.seen.filter((name) => name === 'queue_degraded_drop_mode').length, 1)
    })

    it('gets a new budget when something has moved', () => {
      const subject = makeSubject({ putTimeoutMs: 100 })
      fill(subject)
      timed(subject)

      subject.move()
      const after = [timed(subject), timed(subject), timed(subject)]

      assert.deepEqual(after, [
        ['accepted', 0],
        ['queue_full', 100],
        ['queue_full', 0],
      ])
    })

    it('goes on as soon as there is room, and what it waited counts for the stall', () => {
      const subject = makeSubject({ putTimeoutMs: 100 })
      fill(subject)
      after(subject.clock, 40, () => subject.move())

      const [result, waitedMs] = timed(subject)

      assert.equal(result, 'accepted')
      assert.ok(waitedMs >= 40 && waitedMs < 60, `${waitedMs}`)
      assert.deepEqual(subject.seen, [])
    })

    it('never waits with a budget of 0', () => {
      const subject = makeSubject({ putTimeoutMs: 0 })

      fill(subject)

      assert.deepEqual(timed(subject), ['queue_full', 0])
      assert.deepEqual(timed(subject, LEVELS.error), ['accepted', 0])
    })

    it('does not wait under `drop`, but for ERROR', () => {
      const subject = makeSubject({ fullPolicy: 'drop', putTimeoutMs: 100 })
      fill(subject)

      assert.deepEqual(timed(subject), ['queue_full', 0])
      while (timed(subject, LEVELS.error)[1] === 0) assert.ok(subject.clock.monotonic() < 10_000)
      assert.equal(subject.clock.monotonic(), 100)
    })

    it('finds the reserve as ERROR and above, about an eighth of the queue, and then waits as others do', () => {
      const subject = makeSubject({ putTimeoutMs: 100 })
      const most = fill(subject)
      timed(subject)

      let reserved = 0
      while (subject.log(LEVELS.critical) === 'accepted') reserved++

      assert.ok(reserved >= Math.floor(most / 9) && reserved <= Math.ceil(most / 5), `${reserved} of ${most}`)
      assert.equal(subject.clock.monotonic(), 100)
    })

    it('tells `queue_full` once a second', () => {
      const subject = makeSubject({ putTimeoutMs: 0 })
      fill(subject)
      for (let i = 0; i < 10; i++) subject.log(LEVELS.info)
      const first = subject.seen.filter((name) => name === 'queue_full').length

      subject.clock.sleepSync(1000)
      subject.log(LEVELS.info)

      assert.equal(first, 1)
      assert.equal(subject.seen.filter((name) => name === 'queue_full').length, 2)
    })
  })

describe('a call at a full queue with a remote writer', () => {
  it('is bounded by events only when a bound is set, and then by what the quickest lane has not read', async () => {
    const seen: unknown[] = []
    const report: Report = (_name, payload) => seen.push(payload)
    const world = new World({ lanes: [testLane('lines'), testLane('records')] })
    const free = world.join()
    const bounded = world.join({ queue: { maxEvents: 16, putTimeoutMs: 0 }, report })
    const log = (): readonly number[] =>
      [free, bounded].map(
        (producer) => Array.from({ length: 40 }, () => producer.log(20, 'm')).filter((r) => r === 'accepted').length,
      )

    const before = log()
    const slow = world.lanes[1] as (typeof world.lanes)[number]
    slow.destination.behaviour = 'fail'
    await world.settle()
    const after = log()

    assert.deepEqual(
      [before, after],
      [
        [40, 14],
        [40, 14],
      ],
    )
    assert.deepEqual(seen[0], { policy: 'block', unread: 14, limit: 14 })
    assert.equal(bounded.log(40, 'the reserve'), 'accepted')
    slow.destination.behaviour = 'ok'
    await world.settle()
    assert.equal(slow.destination.seqsOf(bounded.origin).length, 29)
  })

  it('looks after the writer while it waits', () => {
    const clock = new ManualClock()
    let looks = 0
    const look = (): void => {
      looks++
    }
    const producer = new TestProducer({ clock, look, queue: { putTimeoutMs: 50 } })

    while (producer.log(20, 'x'.repeat(400)) === 'accepted') assert.ok(looks < 100)

    assert.equal(looks, 50)
  })

  it('neither waits nor finds room for what no lane wants: a flight recorder holds nobody up', () => {
    const clock = new ManualClock()
    const producer = new TestProducer({ clock, lowestLane: LEVELS.info, queue: { putTimeoutMs: 1000 } })

    const results = Array.from({ length: 500 }, () => producer.log(LEVELS.debug, 'x'.repeat(400)))

    assert.equal(clock.monotonic(), 0)
    assert.equal(results.at(-1), 'queue_full')
    assert.deepEqual(producer.torn, [])
    assert.equal(producer.log(LEVELS.error, 'there is room for this'), 'accepted')
  })
})

function fill(subject: Subject): number {
  const before = subject.clock.monotonic()
  let count = 0
  while (!isFull(subject)) {
    assert.equal(subject.log(LEVELS.info), 'accepted')
    count++
  }
  assert.equal(subject.clock.monotonic(), before)
  return count
}

/** Whether the next call would wait, found without one. */
function isFull(subject: Subject): boolean {
  return (subject as Subject & { isFull(): boolean }).isFull()
}

function timed(subject: Subject, level: number = LEVELS.info): readonly [LogResult, number] {
  const before = subject.clock.monotonic()
  const result = subject.log(level)
  return [result, Math.round(subject.clock.monotonic() - before)]
}

/** While the thread sleeps, the other side goes on. */
function after(clock: ManualClock, ms: number, run: () => void): void {
  const sleep = clock.sleepSync.bind(clock)
  let isDone = false
  clock.sleepSync = (slept) => {
    sleep(slept)
    if (isDone || clock.monotonic() < ms) return
    isDone = true
    run()
  }
}

function remoteSubject(queue: Partial<QueueSettings>): Subject & { isFull(): boolean; readonly producer: TestProducer } {
  const clock = new ManualClock()
  const seen: string[] = []
  const producer = new TestProducer({ clock, queue, segments: 16, report: (name) => seen.push(name) })
  const atMost = (16 * 8192) / 2
  return {
    producer,
    clock,
    seen,
    log: (level) => producer.log(level, `${producer.logged.length}|${'x'.repeat(400)}`),
    isFull: () => !producer.admission.hasRoom(LEVELS.info),
    move: () => {
      // so far that one more call has room
      const read = producer.ring.position - (atMost - atMost / 8) + 8
      for (const word of ['read', 'free'] as const) Atomics.store(producer.region.words, CONTROL[word], positionWord(read))
    },
  }
}

/** Bounded by a number of events that is reached long before the bytes are. */
function countingSubject(queue: Partial<QueueSettings>): Subject & { isFull(): boolean } {
  const maxEvents = 40
  const { isFull, clock, seen, log, producer } = remoteSubject({ ...queue, maxEvents })
  const { words } = producer.region
  return {
    clock,
    seen,
    log,
    isFull,
    move: () => {
      const atMost = maxEvents - maxEvents / 8
      Atomics.store(words, CONTROL.readEvents, producer.ring.events - atMost + 1)
      Atomics.store(words, CONTROL.read, Atomics.load(words, CONTROL.read) + 1)
    },
  }
}

function localSubject(queue: Partial<QueueSettings>): Subject & { isFull(): boolean } {
  const clock = new ManualClock()
  const seen: string[] = []
  const report: Report = (name) => seen.push(name)
  let room = 0
  const adapter: Adapter = {
    name: 'pipe',
    write: () => undefined,
    writeSync: (batch) => {
      const accepted = Math.min(room, batch.length)
      room -= accepted
      if (accepted < batch.length) throw new AdapterError('full', { accepted, code: 'EAGAIN' })
    },
  }
  const settings = { ...QUEUE_DEFAULTS, maxEvents: 80, ...queue }
  const ring = new Ring({ maxBytes: 1 << 20, segmentBytes: 64 << 10 }, ({ end }) => end)
  const notices = new NoticeWriter(clock, () => '{}')
  const lane = new Lane(adapter, 'pipe', LANE_DEFAULTS, {
    clock,
    report,
    notices,
    aside: new MemoryAside(),
    failureResetMs: 1000,
    wake: () => undefined,
    dropped: () => undefined,
  })
  const source = { origin: 'a', ring, reader: new FrameReader('a') }
  const writer = new LocalWriter({ ring, source, lanes: [lane], queue: settings, clock, report })
  const producer = new Producer(ring)
  const texts = {
    logger: { name: '"app"', bound: '', segment: 0, ref: 0 },
    context: { json: '{}', segment: 0, ref: 0 },
    message: { json: '"m"', segment: 0, ref: 0 },
    head: '',
    extra: '',
    error: '',
    replacesBound: false,
  }
  let accepted = 0
  return {
    clock,
    seen,
    log: (level) => {
      if (!writer.admit(level)) return 'queue_full'
      producer.event(level, clock.now(), ++accepted, texts)
      writer.committed(level, texts)
      return 'accepted'
    },
    isFull: () => accepted >= 70,
    move: () => {
      room++
      // the pipe is asked again
      lane.health.readyAt = 0
    },
  }
}
