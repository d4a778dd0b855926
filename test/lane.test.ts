import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Adapter, LaneOptions } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import { FailingAdapter, MemoryAdapter, StallingAdapter, TimeoutThenAcceptAdapter } from '@holdfast/testkit'
import { imbalances, type Logged, recipe, startLogging } from './fixtures/logged.js'
import { temporaryFolder } from './fixtures/spawn.js'

function laned(adapter: Adapter, lane: LaneOptions = {}): Logged {
  return startLogging({ adapters: [recipe(adapter, lane)] })
}

function messages({ lines }: MemoryAdapter): string[] {
  return lines.map((line) => (JSON.parse(line) as { message: string }).message)
}

for (const sync of [true, false]) {
  describe(`a lane that writes ${sync ? 'synchronously' : 'asynchronously'}`, () => {
    it('tries again after pauses that double, up to a maximum, each somewhere in its upper half', async () => {
      const failing = new FailingAdapter({ sync })
      const { log, clock, seen } = laned(failing, { retryMinMs: 1000, retryMaxMs: 8000 })
      const attempts: number[] = []
      log.info('x')
      await clock.advanceAsync(0)
      for (let writes = failing.writes, ms = 0; ms < 60_000; ms += 100) {
        await clock.advanceAsync(100)
        if (failing.writes > writes) attempts.push(clock.monotonic())
        writes = failing.writes
      }

      const pauses = attempts.map((at, i) => at - (attempts[i - 1] ?? 0))
      for (const [i, full] of [1000, 2000, 4000, 8000, 8000, 8000].entries()) {
        const pause = pauses[i] ?? 0
        assert.ok(pause >= full / 2 && pause <= full + 100, `pause ${i}: ${pause} of ${full}`)
      }
      const told = seen.of('queue_worker_error')
      assert.deepEqual([told[0]?.adapter, told[0]?.attempt, told[0]?.code], ['failing', 1, 'Error'])
      assert.ok(told.every(({ attempt }, i) => i === 0 || attempt > (told[i - 1]?.attempt ?? 0)))
    })

    it('is degraded, then down, then well again, and says so', async () => {
      const failing = new FailingAdapter({ sync })
      const { log, clock, seen, runtime } = laned(failing, { retryMinMs: 1000, retryMaxMs: 1000 })
      log.info('x')
      await clock.advanceAsync(5000)
      failing.heal()
      await clock.advanceAsync(1000)

      assert.deepEqual(
        seen.of('adapter_health').map(({ from, to }) => `${from} → ${to}`),
        ['ok → degraded', 'degraded → down', 'down → ok'],
      )
      assert.deepEqual(seen.of('queue_degraded_drop_mode'), [{ adapter: 'failing', reason: 'worker_failed' }])
      const [recovered] = seen.of('queue_worker_recovered')
      assert.ok((recovered?.attempts ?? 0) >= 5)
      assert.ok((recovered?.down_ms ?? 0) >= 4000)
      assert.deepEqual(messages(failing), ['x'])
      assert.equal(runtime.report().adapters['failing']?.delivered, 1)
    })

    it('starts over with the shortest pause after a success', async () => {
      const failing = new FailingAdapter({ sync })
      const { log, clock } = laned(failing, { retryMinMs: 1000, retryMaxMs: 60_000 })
      log.info('x')
      await clock.advanceAsync(20_000)
      failing.heal()
      await clock.advanceAsync(60_000)
      failing.fail()
      log.info('y')
      await clock.advanceAsync(0)
      const before = failing.writes

      await clock.advanceAsync(1000)

      assert.equal(failing.writes, before + 1)
    })

    it('keeps order through failures, and settles what was accepted of a batch', async () => {
      const failing = new FailingAdapter({ sync, when: { every: 2 }, error: { accepted: 1 } })
      const { log, clock, runtime } = laned(failing, { batchMaxEvents: 3, retryMinMs: 10 })

      for (let i = 0; i < 10; i++) log.info(`${i}`)
      await clock.advanceAsync(10_000)

      assert.deepEqual(
        messages(failing),
        Array.from({ length: 10 }, (_, i) => `${i}`),
      )
      assert.deepEqual(imbalances(runtime.report()), [])
      assert.equal(runtime.report().adapters['failing']?.redelivered, 0)
    })

    it('lets only events at its level through, and counts the others', async () => {
      const memory = new MemoryAdapter({ sync })
      const { log, clock, runtime } = laned(memory, { level: 'warning' })

      log.info('a')
      log.warning('b')
      log.error('c')
      await clock.advanceAsync(10)

      assert.deepEqual(messages(memory), ['b', 'c'])
      assert.deepEqual([runtime.report().adapters['memory']?.filtered, imbalances(runtime.report())], [1, []])
    })
  })
}

describe('the batches of a lane', () => {
  it('have at most so many records', async () => {
    const sizes: number[] = []
    const adapter: Adapter = { name: 'sizes', write: (batch) => void sizes.push(batch.length) }
    const { log, runtime } = laned(adapter, { batchMaxEvents: 4 })

    for (let i = 0; i < 10; i++) log.info('x')
    await runtime.flush()

    assert.deepEqual(sizes, [4, 4, 2])
  })

  it('have at most about so many bytes, but one record at least', async () => {
    const sizes: number[] = []
    const adapter: Adapter = { name: 'sizes', write: (batch) => void sizes.push(batch.length) }
    const { log, runtime } = laned(adapter, { batchMaxBytes: 1024 })

    for (const length of [2000, 2000, 1, 1, 1]) log.info('x'.repeat(length))
    await runtime.flush()

    assert.ok(sizes.length >= 3 && sizes.length <= 4, sizes.join())
    assert.deepEqual(sizes.slice(0, 2), [1, 1])
  })

  it('are an array of their own: a slow adapter may go on reading it', async () => {
    const batches: (readonly unknown[])[] = []
    const adapter: Adapter = { name: 'keeper', write: (batch) => void batches.push(batch) }
    const { log, runtime } = laned(adapter, { batchMaxEvents: 2 })

    for (let i = 0; i < 4; i++) log.info('x')
    await runtime.flush()

    assert.deepEqual(
      batches.map(({ length }) => length),
      [2, 2],
    )
  })
})

describe('the time-out of a lane', () => {
  it('ends a write, aborts its signal and tries again', async () => {
    const signals: AbortSignal[] = []
    const adapter: Adapter = {
      name: 'silent',
      write: (_batch, signal) => {
        signals.push(signal)
        return new Promise(() => undefined)
      },
    }
    const { log, clock, seen } = laned(adapter, { timeoutMs: 1000, retryMinMs: 100, retryMaxMs: 100 })
    log.info('x')

    await clock.advanceAsync(999)
    const before = signals.map(({ aborted }) => aborted)
    await clock.advanceAsync(201)

    assert.deepEqual(before, [false])
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    )
    assert.equal(seen.of('queue_worker_error')[0]?.code, 'TIMEOUT')
  })

  it('ignores a late acceptance: the events are written again and counted as redelivered', async () => {
    const late = new TimeoutThenAcceptAdapter({ name: 'late' })
    const { log, clock, runtime } = laned(late, { timeoutMs: 1000, retryMinMs: 100 })
    log.info('a')
    log.info('b')

    await clock.advanceAsync(5000)

    assert.deepEqual(messages(late), ['a', 'b', 'a', 'b'])
    const report = runtime.report().adapters['late']
    assert.deepEqual([report?.delivered, report?.redelivered, report?.pending], [2, 2, 0])
    assert.deepEqual(imbalances(runtime.report()), [])
  })

  it('is cancelled for one that answers in time', async () => {
    const { log, clock } = laned(new MemoryAdapter(), { timeoutMs: 7777 })
    log.info('x')
    await clock.advanceAsync(10)

    assert.deepEqual(
      clock.pending.filter(({ inMs }) => inMs > 7000),
      [],
    )
  })
})

describe('a destination that is down', () => {
  it('loses what is new with `whenDown: drop`, and is told how much when it is back', async () => {
    const failing = new FailingAdapter()
    const { log, clock, runtime } = laned(failing, { whenDown: 'drop', retryMinMs: 1000, retryMaxMs: 1000 })
    for (let i = 0; i < 3; i++) {
      log.info('lost')
      await clock.advanceAsync(2000)
    }
    failing.heal()
    await clock.advanceAsync(2000)
    log.info('back')
    await clock.advanceAsync(2000)

    assert.deepEqual(messages(failing), ['3 events dropped', 'back'])
    assert.deepEqual(imbalances(runtime.report()), [])
  })

  it('keeps no other lane waiting', async () => {
    const memory = new MemoryAdapter({ sync: true })
    const { log, runtime } = startLogging({
      adapters: [recipe(new FailingAdapter({ sync: true })), new StallingAdapter({ name: 'slow' }), memory],
    })

    for (let i = 0; i < 100; i++) log.info('x')

    assert.equal(memory.lines.length, 100)
    assert.deepEqual(imbalances(runtime.report()), [])
  })
})

describe('a record that the destination will never take', () => {
  const refuse = (poisoned: boolean): void => {
    if (poisoned) throw new AdapterError('Never.', { retryable: false })
  }

  /** Refuses a batch with the word in it, and does not say which record it was. */
  function picky(kind: 'records' | 'lines'): Adapter & { readonly taken: string[] } {
    const taken: string[] = []
    const take = (lines: readonly string[]): void => {
      refuse(lines.some((line) => line.includes('poison')))
      taken.push(...lines.map((line) => (JSON.parse(line) as { message: string }).message))
    }
    const base = { name: 'picky', taken, write: () => undefined }
    if (kind === 'records') return { ...base, writeSync: (batch) => take(batch.map(({ json }) => json)) }
    return {
      ...base,
      writeLinesSync: ({ bytes, start, end }) => take(Buffer.from(bytes.subarray(start, end)).toString().trimEnd().split('\n')),
    }
  }

  for (const kind of ['records', 'lines'] as const) {
    it(`is found among others when the adapter of ${kind} cannot say which it is, and alone put aside`, async (test) => {
      const adapter = picky(kind)
      const { log, runtime } = startLogging({ adapters: [adapter], queue: { commit: 'tick', spoolDir: temporaryFolder(test) } })

      for (const message of ['a', 'b', 'poison', 'c', 'd']) log.info(message)
      const report = await runtime.flush()

      assert.deepEqual(
        adapter.taken.filter((message) => message.length === 1),
        ['a', 'b', 'c', 'd'],
      )
      assert.deepEqual(report.adapters['picky']?.dropped, { unprocessable: 1 })
      assert.deepEqual(imbalances(report), [])
    })
  }
})

describe('a full pipe', () => {
  it('is no failure: it is tried again soon, and the lane stays well', async () => {
    let isFull = true
    const memory = new MemoryAdapter({ name: 'pipe' })
    const adapter: Adapter = {
      name: 'pipe',
      write: (batch, signal) => {
        if (isFull) throw new AdapterError('Full.', { code: 'EAGAIN', accepted: 0 })
        return memory.write(batch, signal)
      },
    }
    const { log, clock, seen, runtime } = laned(adapter)
    log.info('x')
    await clock.advanceAsync(100)
    isFull = false
    await clock.advanceAsync(10)

    assert.deepEqual(messages(memory), ['x'])
    assert.deepEqual(seen.names, [])
    assert.equal(runtime.inspect().lanes['pipe']?.state, 'ok')
  })
})
