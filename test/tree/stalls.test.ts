import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askRoot, numbersByChild, readLog, treeFolder, upTo } from './fixtures/tree.js'

const BUDGET_MS = 500
const CALLS = 10_000
/** A budget for each call would be thousands of budgets; a machine that is busy makes a few of one. */
const BUDGETS_MAX = 100

interface Stalled {
  readonly usualMs: number
  readonly stalledMs: number
  readonly results: Readonly<Record<string, number>>
  readonly accepted: number
}

describe('a writer that is stopped', () => {
  it('holds 10 000 calls of one tick up no longer than the budget of one stall, all calls together', async (test) => {
    const folder = treeFolder(test, { queue: `maxBytes: ${1 << 20}, putTimeoutMs: ${BUDGET_MS}` })
    const source = `
      let n = 0
      const tick = () => {
        const results = {}
        const start = performance.now()
        for (let i = 0; i < ${CALLS}; i++) {
          const result = log.info('in one tick', { child: 'root', n: n + 1, pad: 'x'.repeat(200) })
          if (result === 'accepted') n++
          results[result] = (results[result] ?? 0) + 1
        }
        return { ms: performance.now() - start, results }
      }
      tick() // warm, and with a writer that reads
      await runtime.flush()
      const usual = tick()
      await runtime.flush()
      const { pid } = runtime.inspect().writer
      process.kill(pid, 'SIGSTOP')
      const stalled = tick()
      process.kill(pid, 'SIGCONT')
      await runtime.shutdown({ timeoutMs: 30_000 })
      process.stdout.write(JSON.stringify({ usualMs: usual.ms, stalledMs: stalled.ms, results: stalled.results, accepted: n }))`

    const { usualMs, stalledMs, results, accepted } = await askRoot<Stalled>(folder, source)

    test.diagnostic(`a tick of 10 000 calls: ${usualMs.toFixed(0)} ms usually, ${stalledMs.toFixed(0)} ms with a stopped writer`)
    test.diagnostic(`budget ${BUDGET_MS} ms; ${JSON.stringify(results)}`)
    assert.ok((results['queue_full'] ?? 0) > 0, 'the ring was never full')
    assert.ok(stalledMs >= BUDGET_MS, `${stalledMs} ms`)
    assert.ok(stalledMs <= BUDGETS_MAX * BUDGET_MS, `${stalledMs} ms`)
    assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(accepted) })
  })

  it('is replaced, and no lane is blamed, not even one that waits for an answer', async (test) => {
    const folder = treeFolder(test, { adapters: 'bad.blackholeAdapter({ timeoutMs: 2500 })', queue: 'stopTimeoutMs: 500' })
    const source = `
      for (let n = 1; n <= 100; n++) log.info('before the stop', { child: 'root', n })
      await until(() => lines() >= 100)
      const { pid } = runtime.inspect().writer
      process.kill(pid, 'SIGSTOP')
      log.info('while it is stopped', { child: 'root', n: 101 })
      await until(() => lines() >= 101)
      const hung = diagnostics.filter(({ name }) => name === 'writer_hung')
      const { lanes } = runtime.inspect()
      await runtime.shutdown()
      process.stdout.write(JSON.stringify({ blamed: hung.map(({ lane }) => lane), states: Object.values(lanes).map(({ state }) => state) }))`

    const { blamed, states } = await askRoot<{ readonly blamed: readonly string[]; readonly states: readonly string[] }>(
      folder,
      source,
    )

    assert.deepEqual(blamed, [''])
    assert.ok(!states.includes('quarantined'), states.join())
    assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(101) })
  })
})
