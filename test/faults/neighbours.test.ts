import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Adapter, AdapterRecipe } from '@holdfast/api'
import { consoleAdapter } from '@holdfast/console'
import { AdapterError, type Clock, makeRuntime } from '@holdfast/core'
import { fileAdapter } from '@holdfast/file'
import { collectDiagnostics, FailingAdapter, ManualClock } from '@holdfast/testkit'
import { LineTail } from '../fixtures/line-tail.js'
import { temporaryFolder } from '../fixtures/spawn.js'

/** A destination that took its first batch and was never heard of again. */
const dead: Adapter = { name: 'dead', write: () => new Promise(() => undefined), close: () => new Promise(() => undefined) }

describe('a dead destination', () => {
  for (const fullPolicy of ['block', 'drop'] as const) {
    it(`does not hold up its neighbours by a single event, ${fullPolicy}`, async (test) => {
      const path = join(temporaryFolder(test), 'app.log')
      const tail = new LineTail(path)
      let shown = 0
      const stream = { write: () => void shown++ }
      const diagnostics = collectDiagnostics()
      const runtime = makeRuntime({
        adapters: [dead, fileAdapter({ path }), consoleAdapter({ format: 'json', stream })],
        queue: { fullPolicy, putTimeoutMs: 60_000, maxEvents: 1000 },
        ring: { maxBytes: 1 << 20, segmentBytes: 256 << 10 },
        diagnosticHook: diagnostics.hook,
      })
      test.after(() => tail.close())
      const log = runtime.get('app')
      let late = 0

      for (let n = 1; n <= 6000; n++) {
        assert.equal(log.info('event', { n, pad: 'x'.repeat(100) }), 'accepted')
        if (tail.next().length !== 1 || shown !== n) late++
        if (n % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
      }

      const { adapters } = runtime.report()
      assert.equal(late, 0)
      assert.equal(adapters['file']?.delivered, 6000)
      assert.equal(adapters['console']?.delivered, 6000)
      assert.ok((adapters['dead']?.dropped.overflow ?? 0) > 0)
      assert.equal((adapters['dead']?.dropped.overflow ?? 0) + (adapters['dead']?.pending ?? 0), 6000)
      assert.ok(diagnostics.of('queue_dropped').every(({ adapter }) => adapter === 'dead'))
      const report = await runtime.shutdown({ timeoutMs: 50 })
      assert.equal(report.timedOut, true)
      assert.equal(report.adapters['dead']?.pending, 0)
    })
  }

  it('is not asked again at each call while it takes nothing', async () => {
    const clock = new ManualClock()
    let attempts = 0
    const full: Adapter = {
      name: 'full',
      write: () => undefined,
      writeSync() {
        attempts++
        if (clock.monotonic() < 100) throw new AdapterError('Full.', { accepted: 0, code: 'EAGAIN' })
      },
    }
    const runtime = makeRuntime({ adapters: [full], diagnosticHook: () => undefined }, { clock })
    const log = runtime.get('app')

    for (let n = 0; n < 1000; n++) log.info('event')
    const attemptsOfCalls = attempts
    await clock.advanceAsync(1000)

    assert.equal(attemptsOfCalls, 1)
    assert.ok(attempts < 50, `${attempts} attempts`)
    assert.equal(runtime.report().adapters['full']?.delivered, 1000)
    await runtime.shutdown()
  })

  it('is tried again when its pause is over, also by a timer that fires early', async () => {
    const clock = new ManualClock()
    const early: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (delayMs, run, options) => clock.after(Math.max(0, delayMs - 0.6), run, options),
      sleepSync: (ms) => clock.sleepSync(ms),
    }
    const adapter = new FailingAdapter({ sync: true })
    const recipe: AdapterRecipe = {
      kind: 'recipe',
      name: 'failing',
      options: {},
      place: 'writer',
      lane: {},
      create: () => adapter,
    }
    const runtime = makeRuntime({ adapters: [recipe], diagnosticHook: () => undefined }, { clock: early })

    runtime.get('app').info('once')
    adapter.heal()
    await clock.advanceAsync(60_000)

    assert.equal(runtime.report().adapters['failing']?.delivered, 1)
    await runtime.shutdown()
  })
})
