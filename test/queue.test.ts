import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { QueueConfig } from '@holdfast/core'
import { FailingAdapter, MemoryAdapter } from '@holdfast/testkit'
import { eventsOf, imbalances, type Logged, noticesOf, recipe, startLogging } from './fixtures/logged.js'
import { PipeAdapter } from './fixtures/pipe-adapter.js'

const BLOCK = { fullPolicy: 'block', maxEvents: 80, putTimeoutMs: 100 } as const
/** An eighth of 80 is kept for ERROR and above. */
const ROOM = 70

/** A full pipe is asked again after this long. */
const RETRY_MS = 5

function piped(queue: QueueConfig = {}, room = 0): Logged & { readonly pipe: PipeAdapter } {
  const pipe = new PipeAdapter(room)
  return { ...startLogging({ adapters: [pipe], queue: { ...BLOCK, ...queue } }), pipe }
}

function fill({ log }: Logged, count: number): string[] {
  return Array.from({ length: count }, (_, i) => log.info(`event ${i}`))
}

describe('a full queue under `block`', () => {
  it('makes a call wait for a pipe that is full until there is room', () => {
    const logged = piped()
    fill(logged, ROOM)
    const { clock, pipe, log } = logged
    const sleep = clock.sleepSync.bind(clock)
    clock.sleepSync = (ms) => {
      sleep(ms)
      if (clock.monotonic() >= 30) pipe.room = 100
    }

    const result = log.info('waits')

    assert.equal(result, 'accepted')
    assert.ok(clock.monotonic() >= 30 && clock.monotonic() < 40, `${clock.monotonic()} ms`)
    assert.equal(logged.seen.of('queue_degraded_drop_mode').length, 0)
  })

  it('waits the budget of one stall once; then calls refuse at once until the cursor moves', () => {
    const logged = piped()
    const { clock, pipe, log, seen } = logged
    fill(logged, ROOM)

    const first = log.info('waits')
    const afterFirst = clock.monotonic()
    const others = fill(logged, 20)
    const afterOthers = clock.monotonic()

    assert.equal(first, 'queue_full')
    assert.ok(afterFirst >= 100 && afterFirst < 110, `${afterFirst} ms`)
    assert.deepEqual([...new Set(others)], ['queue_full'])
    assert.equal(afterOthers, afterFirst)
    assert.deepEqual(seen.of('queue_degraded_drop_mode'), [{ adapter: 'pipe', reason: 'stalled' }])
    assert.deepEqual(seen.of('queue_full'), [{ policy: 'block', unread: ROOM, limit: ROOM }])

    pipe.room = 1
    clock.advance(RETRY_MS)
    const moved = log.info('takes the room that came')
    const again = log.info('a stall of its own')

    assert.deepEqual([moved, again], ['accepted', 'queue_full'])
    assert.ok(clock.monotonic() >= 200 && clock.monotonic() < 220, `${clock.monotonic()} ms`)
    assert.deepEqual(imbalances(logged.runtime.report()), [])
  })

  it('never waits with a budget of 0', () => {
    const logged = piped({ putTimeoutMs: 0 })

    const results = fill(logged, ROOM + 5)

    assert.equal(logged.clock.monotonic(), 0)
    assert.deepEqual(results.slice(ROOM - 1), ['accepted', ...Array.from({ length: 5 }, () => 'queue_full')])
  })

  it('keeps an eighth for ERROR and above', () => {
    const logged = piped({ putTimeoutMs: 0 })
    fill(logged, ROOM + 5)

    const errors = Array.from({ length: 12 }, () => logged.log.error('x'))

    assert.deepEqual(
      errors.map((result) => result === 'accepted'),
      Array.from({ length: 12 }, (_, i) => i < 10),
    )
  })

  it('does not wait for a destination that fails: its backlog stays in the ring', () => {
    const failing = new FailingAdapter({ sync: true })
    const logged = startLogging({ adapters: [recipe(failing)], queue: BLOCK })

    const results = fill(logged, 500)

    assert.deepEqual([...new Set(results)], ['accepted'])
    assert.equal(logged.clock.monotonic(), 0)
    assert.equal(logged.runtime.report().adapters['failing']?.pending, 500)
  })

  it('waits again for one that failed only when it has been well for `failureResetMs`', async () => {
    const logged = piped({ failureResetMs: 500 }, 1000)
    const { pipe, clock, log } = logged
    const write = pipe.writeSync?.bind(pipe)
    pipe.writeSync = () => {
      throw new Error('no')
    }
    log.info('fails')
    pipe.writeSync = (batch) => write?.(batch)
    await clock.advanceAsync(200)
    assert.equal(logged.runtime.inspect().lanes['pipe']?.state, 'ok')
    pipe.room = 0
    const untrusted = fill(logged, 200)
    const waitedUntrusted = clock.monotonic() - 200

    await clock.advanceAsync(500)
    const before = clock.monotonic()
    const trusted = fill(logged, ROOM + 1)

    assert.deepEqual([...new Set(untrusted)], ['accepted'])
    assert.equal(waitedUntrusted, 0)
    assert.equal(trusted.at(-1), 'queue_full')
    assert.ok(clock.monotonic() - before >= 100)
  })
})

describe('a full queue under `drop`', () => {
  it('gives up at once, but lets errors wait', () => {
    const logged = piped({ fullPolicy: 'drop' })
    const infos = fill(logged, ROOM + 1)
    const afterInfos = logged.clock.monotonic()
    for (let i = 0; i < 10; i++) logged.log.error('reserve')

    const error = logged.log.error('waits')

    assert.deepEqual([infos.at(-1), afterInfos, error], ['queue_full', 0, 'queue_full'])
    assert.ok(logged.clock.monotonic() >= 100)
  })
})

describe('a gap in the sequence', () => {
  it('is exactly where a record in the adapter says that events were dropped, and as large', () => {
    const logged = piped({ putTimeoutMs: 0 })
    const { clock, pipe, log, runtime } = logged
    fill(logged, ROOM + 7)
    log.error('reserve')
    pipe.room = 1000
    clock.advance(RETRY_MS)
    log.info('room again')
    pipe.room = 0
    fill(logged, ROOM + 3)
    pipe.room = 1000
    clock.advance(RETRY_MS)
    log.info('room again')

    const lines = pipe.lines.map((line) => JSON.parse(line) as { origin: string; seq: number; extra?: { count?: number } })
    let expected = 1
    let told = 0
    for (const { origin, seq, extra } of lines) {
      if (origin !== runtime.origin) told += extra?.count ?? 0
      else {
        assert.ok(seq >= expected)
        expected = seq + 1
      }
    }

    const gaps = expected - 1 - eventsOf(pipe.lines, runtime).length
    assert.equal(gaps, 10)
    assert.equal(told, gaps)
    assert.equal(noticesOf(pipe.lines, runtime).length, 2)
    assert.deepEqual(runtime.report().adapters['pipe']?.dropped, { queue_full: 10 })
    assert.deepEqual(imbalances(runtime.report()), [])
  })

  it('is explained at the end of the runtime when nothing was logged after it', async () => {
    const logged = piped({ putTimeoutMs: 0 })
    fill(logged, ROOM + 7)
    logged.pipe.room = 1000

    const report = await logged.runtime.shutdown()

    assert.deepEqual(report.adapters['pipe']?.dropped, { queue_full: 7 })
    assert.deepEqual(
      noticesOf(logged.pipe.lines, logged.runtime).map(({ message }) => message),
      ['7 events dropped'],
    )
    assert.deepEqual(imbalances(report), [])
  })
})

describe('the bound in bytes', () => {
  const queue = { maxEvents: 100_000, maxBytes: 64 << 10, putTimeoutMs: 0 }

  it('refuses calls when so many bytes are unread', () => {
    const logged = piped(queue)
    let accepted = 0
    while (logged.log.info('x'.repeat(1000)) === 'accepted') accepted++

    assert.ok(accepted > 40 && accepted < 70, `${accepted}`)
    assert.deepEqual(imbalances(logged.runtime.report()), [])
  })

  it('takes one event that is larger than all of it when nothing is unread', () => {
    const logged = startLogging({
      adapters: [new MemoryAdapter({ sync: true })],
      queue: { ...queue, maxBytes: 8192 },
      limits: { messageMaxChars: 20_000 },
      ring: { segmentBytes: 1 << 20 },
    })

    const results = [logged.log.info('x'.repeat(15_000)), logged.log.info('y'.repeat(15_000))]

    assert.deepEqual(results, ['accepted', 'accepted'])
  })
})

describe('an event that is larger than a frame', () => {
  it('is cut, fields first, and reported', () => {
    const { log, last, seen, memory } = startLogging()
    // control characters take six bytes each, which is more than the check of the limits counts on
    const wide = (count: number): string => '\u0001'.repeat(count)
    const error = Object.assign(new Error(wide(4000)), { stack: `Error: boom\n${wide(16_000)}` })
    const fields = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, wide(60)]))

    const result = log.error(wide(4000), error, fields)

    const [told] = seen.of('event_truncated')
    assert.equal(result, 'accepted')
    assert.deepEqual([told?.logger, told?.limit], ['app', 64 << 10])
    assert.ok((told?.original_bytes ?? 0) > 64 << 10)
    assert.deepEqual(last().extra, { '[truncated]': true })
    assert.equal(last().message.length, 4000)
    assert.ok((memory.lines[0] ?? '').length <= 64 << 10)
  })
})

describe('the ring', () => {
  it('uses its memory again and again, and keeps what a dump may want', () => {
    const { log, runtime, events } = startLogging({ ring: { maxBytes: 512 << 10, segmentBytes: 256 << 10 } })

    for (let i = 0; i < 20_000; i++) log.info('event', { i })

    const { ring } = runtime.inspect()
    assert.equal(ring.segments, 2)
    assert.ok(ring.heldBytes > 256 << 10 && ring.heldBytes <= 512 << 10)
    assert.equal(ring.events, 20_000)
    assert.deepEqual(
      events().map(({ seq }) => seq),
      Array.from({ length: 20_000 }, (_, i) => i + 1),
    )
  })

  it('keeps events below every lane without making a call wait', () => {
    const pipe = new PipeAdapter(0)
    const logged = startLogging({ level: 'debug', adapters: [recipe(pipe, { level: 'error' })], queue: BLOCK })

    const results = Array.from({ length: 500 }, () => logged.log.debug('kept for a dump'))

    assert.deepEqual([...new Set(results)], ['accepted'])
    assert.equal(logged.clock.monotonic(), 0)
    assert.equal(pipe.offered, 0)
    assert.deepEqual(logged.runtime.report().adapters['pipe'], {
      delivered: 0,
      dropped: {},
      filtered: 500,
      pending: 0,
      redelivered: 0,
      state: 'ok',
    })
  })
})
