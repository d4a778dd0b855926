import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Adapter } from '@holdfast/api'
import type { DeliveryReport } from '@holdfast/core'
import { FailingAdapter, MemoryAdapter, StallingAdapter } from '@holdfast/testkit'
import { imbalances, type Logged, recipe, startLogging } from './fixtures/logged.js'

const never = (): Promise<void> => new Promise(() => undefined)

/** Gives back the report, and how many milliseconds of the manual clock it took. */
async function timed(logged: Logged, promise: Promise<DeliveryReport>): Promise<{ report: DeliveryReport; ms: number }> {
  let report: DeliveryReport | undefined
  const start = logged.clock.monotonic()
  void promise.then((value) => {
    report = value
  })
  await logged.clock.advanceAsync(0)
  while (report === undefined && logged.clock.monotonic() - start < 60_000) await logged.clock.advanceAsync(100)
  if (report === undefined) throw new Error('Expected a report within a minute, got none.')
  return { report, ms: logged.clock.monotonic() - start }
}

interface Hanging {
  readonly title: string
  readonly adapter: () => Adapter
  readonly delivered: number
}

const HANGING: readonly Hanging[] = [
  { title: 'write', adapter: () => ({ name: 'odd', write: never }), delivered: 0 },
  { title: 'flush', adapter: () => Object.assign(new MemoryAdapter({ name: 'odd' }), { flush: never }), delivered: 1 },
  { title: 'close', adapter: () => Object.assign(new MemoryAdapter({ name: 'odd' }), { close: never }), delivered: 1 },
  { title: 'write, flush and close', adapter: () => ({ name: 'odd', write: never, flush: never, close: never }), delivered: 0 },
]

describe('shutdown', () => {
  for (const { title, adapter, delivered } of HANGING) {
    it(`takes no longer than its time-out when ${title} never settles, and costs other adapters nothing`, async () => {
      const good = new MemoryAdapter({ name: 'good' })
      const logged = startLogging({ adapters: [adapter(), good] })
      logged.log.info('hello')

      const { report, ms } = await timed(logged, logged.runtime.shutdown({ timeoutMs: 500 }))

      assert.ok(ms <= 500, `${ms} ms`)
      assert.deepEqual(imbalances(report), [])
      assert.equal(report.adapters['odd']?.delivered, delivered)
      assert.deepEqual(report.adapters['odd']?.dropped, delivered === 1 ? {} : { shutdown: 1 })
      assert.deepEqual([good.lines.length, good.flushes, good.closes], [1, 1, 1])
      assert.equal(report.adapters['good']?.state, 'closed')
    })
  }

  it('says by a diagnostic and in its report what it could not deliver', async () => {
    const logged = startLogging({ adapters: [new StallingAdapter({ name: 'slow' })] })
    for (let i = 0; i < 3; i++) logged.log.info('x')

    const { report } = await timed(logged, logged.runtime.shutdown({ timeoutMs: 500 }))

    assert.equal(report.timedOut, true)
    assert.deepEqual(logged.seen.of('queue_shutdown_timeout'), [
      { timeout_ms: 500, timed_out: true, dropped: 3, pending: 0, adapters: ['slow'] },
    ])
    assert.deepEqual(
      logged.seen.of('queue_dropped').map(({ reason, count }) => [reason, count]),
      [['shutdown', 3]],
    )
  })

  it('tries an adapter that writes at once until the time is up, and once more then', async () => {
    let attempts = 0
    const failing = { name: 'failing', write: fail, writeSync: fail }
    function fail(): void {
      attempts++
      throw new Error('no room')
    }
    const logged = startLogging({ adapters: [failing] })
    logged.log.info('x')

    const { report, ms } = await timed(logged, logged.runtime.shutdown({ timeoutMs: 5000 }))

    assert.ok(ms <= 5000, `${ms} ms`)
    assert.ok(attempts > 30, `${attempts} attempts`)
    assert.deepEqual([report.timedOut, report.adapters['failing']?.dropped], [true, { shutdown: 1 }])
  })

  it('delivers everything when an adapter that writes at once is well again within the time', async () => {
    const memory = new MemoryAdapter({ name: 'memory', sync: true })
    const end = 3000
    const write = memory.writeSync?.bind(memory)
    const logged = startLogging({
      adapters: [
        Object.assign(memory, {
          writeSync: (batch: Parameters<NonNullable<typeof write>>[0]) => {
            if (logged.clock.monotonic() - start < end) throw new Error('no room')
            write?.(batch)
          },
        }),
      ],
    })
    const start = logged.clock.monotonic()
    for (let i = 0; i < 100; i++) logged.log.info('x')

    const { report } = await timed(logged, logged.runtime.shutdown({ timeoutMs: 5000 }))

    assert.deepEqual(
      [report.timedOut, report.adapters['memory']?.delivered, report.adapters['memory']?.dropped],
      [false, 100, {}],
    )
    assert.deepEqual(logged.seen.of('queue_shutdown_timeout'), [])
  })

  it('does not wait for a pipe that nobody reads any more, and says that it did not', async () => {
    const broken = { name: 'broken', write: fail, writeSync: fail }
    function fail(): never {
      throw Object.assign(new Error('gone'), { code: 'EPIPE' })
    }
    const logged = startLogging({ adapters: [broken] })
    for (let i = 0; i < 3; i++) {
      logged.log.info('x')
      await logged.clock.advanceAsync(1000)
    }

    const report = await logged.runtime.shutdown({ timeoutMs: 5000 })

    assert.deepEqual([report.timedOut, report.adapters['broken']?.dropped], [false, { shutdown: 3 }])
    assert.equal(logged.seen.of('queue_shutdown_timeout')[0]?.timed_out, false)
  })

  const THROWING: readonly (readonly [operation: 'flush' | 'close', fail: () => Promise<void> | void])[] = [
    ['flush', () => Promise.reject(new Error('no'))],
    ['close', () => Promise.reject(new Error('no'))],
    [
      'flush',
      () => {
        throw new Error('no')
      },
    ],
    [
      'close',
      () => {
        throw new Error('no')
      },
    ],
  ]
  for (const [operation, fail] of THROWING) {
    it(`does not reject when ${operation} fails, and reports it`, async () => {
      const adapter = Object.assign(new MemoryAdapter({ name: 'odd' }), { [operation]: fail })
      const { runtime, log, seen } = startLogging({ adapters: [adapter] })
      log.info('x')

      const report = await runtime.shutdown()

      assert.equal(report.adapters['odd']?.delivered, 1)
      assert.deepEqual(seen.of('adapter_error'), [{ adapter: 'odd', operation, error: 'Error: no', code: 'Error' }])
    })
  }

  it('gives the same promise again', () => {
    const { runtime } = startLogging()

    assert.equal(runtime.shutdown(), runtime.shutdown({ timeoutMs: 1 }))
  })

  it('ends what an adapter is still writing, whose late answer changes nothing', async () => {
    const slow = new StallingAdapter({ name: 'slow', honoursSignal: false })
    const logged = startLogging({ adapters: [slow] })
    logged.log.info('x')
    const { report } = await timed(logged, logged.runtime.shutdown({ timeoutMs: 500 }))

    slow.release()
    await logged.clock.advanceAsync(60_000)

    assert.deepEqual(logged.runtime.report().adapters, report.adapters)
  })
})

describe('flush', () => {
  it('delivers everything up to now, flushes the adapters, and says so', async () => {
    const lazy = new MemoryAdapter({ name: 'lazy' })
    const { runtime, log } = startLogging({ adapters: [lazy] })
    for (let i = 0; i < 2000; i++) log.info('x')

    const report = await runtime.flush()

    assert.deepEqual([lazy.lines.length, lazy.flushes, lazy.closes], [2000, 1, 0])
    assert.deepEqual([report.adapters['lazy']?.delivered, report.adapters['lazy']?.pending, report.timedOut], [2000, 0, false])
    assert.equal(log.info('still open'), 'accepted')
  })

  it('gives up on one that hangs at its time-out, with everything still pending there', async () => {
    const slow = new StallingAdapter({ name: 'slow' })
    const good = new MemoryAdapter({ name: 'good' })
    const logged = startLogging({ adapters: [slow, good] })
    logged.log.info('x')

    const { report, ms } = await timed(logged, logged.runtime.flush({ timeoutMs: 300 }))

    assert.ok(ms <= 300, `${ms} ms`)
    assert.deepEqual([report.timedOut, report.adapters['slow']?.pending, good.flushes], [true, 1, 1])
    assert.deepEqual(imbalances(report), [])
  })

  it('waits as long as the configuration says when it is told nothing', async () => {
    const logged = startLogging({ adapters: [new StallingAdapter({ name: 'slow' })], queue: { stopTimeoutMs: 700 } })
    logged.log.info('x')

    const { ms } = await timed(logged, logged.runtime.flush())

    assert.equal(ms, 700)
  })

  it('does not wait for a destination that is down, unless it is told to', async () => {
    const failing = new FailingAdapter({ name: 'down' })
    const logged = startLogging({ adapters: [recipe(failing, { retryMinMs: 10, retryMaxMs: 1000 })] })
    logged.log.info('x')
    await logged.clock.advanceAsync(5000)
    assert.equal(logged.runtime.inspect().lanes['down']?.state, 'down')

    const impatient = await timed(logged, logged.runtime.flush({ timeoutMs: 20_000 }))
    const waiting = logged.runtime.flush({ timeoutMs: 20_000, waitForDown: true })
    failing.heal()
    const patient = await timed(logged, waiting)

    assert.deepEqual([impatient.ms, impatient.report.timedOut, impatient.report.adapters['down']?.pending], [0, false, 1])
    assert.ok(patient.ms > 0 && patient.ms <= 1000, `${patient.ms} ms`)
    assert.deepEqual([patient.report.timedOut, patient.report.adapters['down']?.delivered], [false, 1])
  })

  it('works several times at once', async () => {
    const lazy = new MemoryAdapter({ name: 'lazy' })
    const { runtime, log } = startLogging({ adapters: [lazy] })
    log.info('x')

    const reports = await Promise.all([runtime.flush(), runtime.flush(), runtime.flush()])

    assert.deepEqual(
      reports.map(({ adapters }) => adapters['lazy']?.delivered),
      [1, 1, 1],
    )
  })
})

describe('an adapter that logs', () => {
  it('is refused from inside a synchronous write', () => {
    const results: string[] = []
    const adapter: Adapter = {
      name: 'chatty',
      write: () => undefined,
      writeSync: () => void results.push(logged.log.info('from the adapter')),
    }
    const logged = startLogging({ adapters: [adapter] })

    logged.log.info('hello')

    assert.deepEqual(results, ['refused'])
    assert.deepEqual(logged.runtime.report().refused, { reentrant: 1 })
    assert.deepEqual(imbalances(logged.runtime.report()), [])
  })
})
