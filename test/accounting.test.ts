import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Adapter, AdapterRecipe, LogEvent, Logger } from '@holdfast/api'
import { AdapterError, type DeliveryReport, defineAdapter, makeRuntime, type Runtime } from '@holdfast/core'
import {
  AcceptThenThrowAdapter,
  collectDiagnostics,
  FailingAdapter,
  ManualClock,
  MemoryAdapter,
  PartialAdapter,
  StallingAdapter,
  TimeoutThenAcceptAdapter,
} from '@holdfast/testkit'
import fc from 'fast-check'
import { LinesAdapter } from './fixtures/lines-adapter.js'
import { temporaryFolder } from './fixtures/spawn.js'

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const

/** The two identities of a report. They hold at any moment, not only when all is quiet. */
function assertIdentities(report: DeliveryReport): void {
  const refused = sum(report.refused)
  assert.equal(report.belowLevel + refused + report.emitted, report.calls, JSON.stringify(report))
  for (const [name, adapter] of Object.entries(report.adapters)) {
    assert.equal(
      adapter.delivered + sum(adapter.dropped) + adapter.filtered + adapter.pending,
      report.emitted,
      `${name}: ${JSON.stringify(report)}`,
    )
  }
}

function sum(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((total, count) => total + (count ?? 0), 0)
}

function recipe(adapter: Adapter, lane: AdapterRecipe['lane'] = {}): AdapterRecipe {
  return { kind: 'recipe', name: adapter.name, options: {}, place: 'writer', lane, create: () => adapter }
}

/** Sequence numbers of the runtime's events among canonical lines. */
function seqs(lines: readonly string[], { origin }: Runtime): number[] {
  return lines
    .map((line) => JSON.parse(line) as LogEvent)
    .filter((event) => event.origin === origin)
    .map(({ seq }) => seq)
}

/** What lanes wrote themselves: records with an origin of their own. */
function notices(lines: readonly string[], { origin }: Runtime): LogEvent[] {
  return lines.map((line) => JSON.parse(line) as LogEvent).filter((event) => event.origin !== origin)
}

describe('accounting', () => {
  it('holds its identities at random instants, whatever the adapters do', async (test) => {
    const spoolDir = temporaryFolder(test)
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('log' as const),
          level: fc.constantFrom(...LEVELS),
          count: fc.integer({ min: 1, max: 40 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constantFrom('tick' as const, 'heal' as const, 'fail' as const, 'release' as const) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
    )
    const config = fc.record({
      commit: fc.constantFrom('call' as const, 'tick' as const),
      fullPolicy: fc.constantFrom('block' as const, 'drop' as const),
      maxEvents: fc.constantFrom(8, 64, 2048),
      whenDown: fc.constantFrom('hold' as const, 'drop' as const),
      level: fc.constantFrom(...LEVELS),
      rateLimited: fc.boolean(),
      fault: fc.constantFrom('none' as const, 'plain' as const, 'half' as const, 'poison' as const, 'stall' as const),
    })
    await fc.assert(
      fc.asyncProperty(config, fc.array(step, { minLength: 1, maxLength: 40 }), async (options, steps) => {
        const clock = new ManualClock()
        const memory = new MemoryAdapter({ sync: true })
        const failing = new FailingAdapter({ sync: true, when: { every: 3 } })
        const partial = new PartialAdapter({ name: 'partial', sync: true })
        const accepting = new AcceptThenThrowAdapter({ times: 3 })
        const stalling = new StallingAdapter({ name: 'stalling' })
        const lines = new LinesAdapter('lines', options.fault)
        const late = new TimeoutThenAcceptAdapter({ name: 'late' })
        const runtime = makeRuntime(
          {
            level: 'debug',
            adapters: [
              recipe(memory, { level: options.level }),
              recipe(failing, { whenDown: options.whenDown }),
              recipe(partial, { batchMaxEvents: 7 }),
              recipe(accepting),
              recipe(stalling, { timeoutMs: 2000, whenDown: options.whenDown }),
              recipe(late, { timeoutMs: 1000 }),
              recipe(lines, { level: options.level, whenDown: options.whenDown }),
            ],
            queue: {
              commit: options.commit,
              fullPolicy: options.fullPolicy,
              maxEvents: options.maxEvents,
              putTimeoutMs: 20,
              spoolDir,
            },
            ring: { maxBytes: 512 << 10, segmentBytes: 256 << 10 },
            ...(options.rateLimited ? { rateLimit: { maxEvents: 5, intervalMs: 1000 } } : undefined),
            diagnosticHook: () => undefined,
          },
          { clock },
        )
        const log = runtime.get('app')

        for (const action of steps) {
          await perform(action, runtime, log, clock, failing, stalling)
          assertIdentities(runtime.report())
        }
        const closing = runtime.shutdown({ timeoutMs: 100 })
        await clock.advanceAsync(200)
        await clock.advanceAsync(200)
        const report = await closing

        assertIdentities(report)
        assert.equal(report.adapters['memory']?.delivered, seqs(memory.lines, runtime).length)
        for (const adapter of Object.values(report.adapters)) assert.equal(adapter.pending, 0)
        assert.equal(report.adapters['partial']?.delivered, seqs(partial.lines, runtime).length)
        assert.equal(report.adapters['lines']?.delivered, seqs(lines.lines, runtime).length)
        assert.equal(new Set(lines.lines).size, lines.lines.length)
        if (options.fault === 'none' && report.adapters['lines'] !== undefined)
          assert.deepEqual(
            Object.keys(report.adapters['lines'].dropped).filter((reason) => reason !== 'queue_full'),
            [],
          )
        assert.deepEqual(
          Object.keys(report.adapters['memory']?.dropped ?? {}).filter((reason) => reason !== 'queue_full'),
          [],
        )
      }),
      { numRuns: 60 },
    )
  })

  it('writes one record with the number of dropped events once the lane lives again', async () => {
    const clock = new ManualClock()
    const adapter = new FailingAdapter({ sync: true })
    const seen = collectDiagnostics()
    const runtime = makeRuntime({ adapters: [recipe(adapter, { whenDown: 'drop' })], diagnosticHook: seen.hook }, { clock })
    const log = runtime.get('app')
    for (let i = 0; i < 10; i++) log.info(`lost ${i}`)

    adapter.heal()
    await clock.advanceAsync(60_000)
    log.info('back')

    const told = notices(adapter.lines, runtime)
    const { adapters } = runtime.report()
    assert.equal(told.length, 1)
    assert.equal(told[0]?.message, '10 events dropped')
    assert.deepEqual(told[0]?.extra, { count: 10, drops: [{ reason: 'down', count: 10, by_level: { info: 10 } }] })
    assert.deepEqual(adapters['failing']?.dropped, { down: 10 })
    assert.equal(adapters['failing']?.delivered, 1)
    await runtime.shutdown()
  })

  it('drops the oldest events of the lane that lags when the ring needs their room, and no other lane loses any', async () => {
    const stalling = new StallingAdapter({ name: 'stalling' })
    const memory = new MemoryAdapter({ sync: true })
    const seen = collectDiagnostics()
    const runtime = makeRuntime({
      adapters: [recipe(stalling), recipe(memory)],
      ring: { maxBytes: 512 << 10, segmentBytes: 256 << 10 },
      queue: { maxBytes: 512 << 10 },
      diagnosticHook: seen.hook,
    })
    const log = runtime.get('app')

    for (let i = 0; i < 8000; i++) log.info('event', { i, pad: 'x'.repeat(100) })

    const { adapters, emitted } = runtime.report()
    assert.equal(emitted, 8000)
    assert.deepEqual(
      seqs(memory.lines, runtime),
      Array.from({ length: 8000 }, (_, i) => i + 1),
    )
    assert.ok((adapters['stalling']?.dropped.overflow ?? 0) > 1000)
    assertIdentities(runtime.report())
    await runtime.shutdown({ timeoutMs: 1 })
  })

  it('refuses calls at the cap under `drop`, keeps an eighth for errors, and tells of the gap', async () => {
    const stalling = new StallingAdapter({ name: 'stalling' })
    const runtime = makeRuntime({
      adapters: [recipe(stalling)],
      queue: { fullPolicy: 'drop', maxEvents: 80, putTimeoutMs: 0 },
      diagnosticHook: () => undefined,
    })
    const log = runtime.get('app')

    const infos = Array.from({ length: 100 }, () => log.info('event'))
    const errors = Array.from({ length: 20 }, () => log.error('event'))

    assert.equal(infos.filter((result) => result === 'accepted').length, 70)
    assert.equal(errors.filter((result) => result === 'accepted').length, 10)
    assert.equal(infos.at(-1), 'queue_full')
    assertIdentities(runtime.report())
    stalling.release()
    const report = await runtime.shutdown()
    assert.deepEqual(report.adapters['stalling']?.dropped, { queue_full: 40 })
    assert.equal(report.adapters['stalling']?.delivered, 80)
    assertIdentities(report)
  })

  it('lets a lane that alone is behind drop its own oldest under `drop`, and no other lane lose any', async () => {
    const stalling = new StallingAdapter({ name: 'stalling' })
    const memory = new MemoryAdapter({ sync: true })
    const runtime = makeRuntime({
      adapters: [recipe(stalling), recipe(memory)],
      queue: { fullPolicy: 'drop', maxEvents: 80 },
      diagnosticHook: () => undefined,
    })
    const log = runtime.get('app')

    const results = Array.from({ length: 1000 }, () => log.info('event'))
    await new Promise((resolve) => setImmediate(resolve))

    assert.ok(results.every((result) => result === 'accepted'))
    assert.equal(seqs(memory.lines, runtime).length, 1000)
    const { adapters } = runtime.report()
    assert.deepEqual(adapters['stalling']?.dropped, { overflow: 920 })
    assert.equal(adapters['stalling']?.pending, 80)
    assertIdentities(runtime.report())
    stalling.release()
    await runtime.shutdown()
  })

  it('puts the records aside that a destination will never take, and delivers the rest', async (test) => {
    const lines: string[] = []
    const picky = defineAdapter({
      name: 'picky',
      options: {},
      create: () => ({
        name: 'picky',
        write: () => undefined,
        writeSync(batch) {
          for (const [index, record] of batch.entries()) {
            if (record.event.message === 'poison') throw new AdapterError('Never.', { accepted: index, retryable: false })
            lines.push(record.json)
          }
        },
      }),
    })
    const runtime = makeRuntime({
      adapters: [picky()],
      queue: { commit: 'tick', spoolDir: temporaryFolder(test) },
      diagnosticHook: () => undefined,
    })
    const log = runtime.get('app')

    for (const message of ['a', 'poison', 'b', 'poison', 'c']) log.info(message)
    const report = await runtime.shutdown()

    assert.deepEqual(seqs(lines, runtime), [1, 3, 5])
    assert.deepEqual(report.adapters['picky']?.dropped, { unprocessable: 2 })
    assert.deepEqual(
      notices(lines, runtime).map(({ message }) => message),
      ['2 events dropped'],
    )
    assertIdentities(report)
  })

  it('counts what may have arrived twice as redelivered', async () => {
    const clock = new ManualClock()
    const adapter = new AcceptThenThrowAdapter({ sync: true, times: 1 })
    const runtime = makeRuntime({ adapters: [recipe(adapter)], diagnosticHook: () => undefined }, { clock })

    runtime.get('app').info('once')
    await clock.advanceAsync(1000)

    const report = runtime.report()
    assert.equal(adapter.lines.length, 2)
    assert.equal(report.adapters['accept-then-throw']?.delivered, 1)
    assert.equal(report.adapters['accept-then-throw']?.redelivered, 1)
    assert.equal(new Set(adapter.lines).size, 1)
    await runtime.shutdown()
  })
})

type Action =
  | { readonly do: 'log'; readonly level: (typeof LEVELS)[number]; readonly count: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'tick' | 'heal' | 'fail' | 'release' | 'flush' }

async function perform(
  action: Action,
  runtime: Runtime,
  log: Logger,
  clock: ManualClock,
  failing: FailingAdapter,
  stalling: StallingAdapter,
): Promise<void> {
  switch (action.do) {
    case 'log':
      for (let i = 0; i < action.count; i++) log[action.level]('event', { i })
      return
    case 'advance':
      return clock.advanceAsync(action.ms)
    case 'tick':
      return new Promise((resolve) => setImmediate(resolve))
    case 'heal':
      failing.heal()
      return
    case 'fail':
      failing.fail()
      return
    case 'release':
      stalling.release()
      return
    case 'flush': {
      const flushed = runtime.flush({ timeoutMs: 50 })
      await clock.advanceAsync(60)
      assertIdentities(await flushed)
    }
  }
}
