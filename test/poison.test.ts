import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Adapter, Health, LogRecord } from '@holdfast/api'
import { AdapterError, makeRuntime } from '@holdfast/core'
import { collectDiagnostics, ManualClock, MemoryAdapter } from '@holdfast/testkit'
import { temporaryFolder } from './fixtures/spawn.js'

/** Refuses a whole batch for one bad record, as an HTTP server does, without saying which. */
class AllOrNothing implements Adapter {
  readonly name = 'server'
  readonly messages: string[] = []
  readonly sizes: number[] = []

  write(batch: readonly LogRecord[]): void {
    this.sizes.push(batch.length)
    const messages = batch.map(({ event }) => event.message).filter((message) => !/^\d+ events? dropped$/.test(message))
    if (messages.includes('poison')) throw new AdapterError('413', { retryable: false })
    this.messages.push(...messages)
  }
}

describe('a record that poisons its batch', () => {
  it('is found by offering records one by one, and is the only one that is put aside', async (test) => {
    const adapter = new AllOrNothing()
    const spoolDir = temporaryFolder(test)
    const runtime = makeRuntime({ adapters: [adapter], queue: { spoolDir }, diagnosticHook: () => undefined })
    const log = runtime.get('app')
    const messages = ['a', 'b', 'poison', 'c', 'd']

    for (const message of messages) log.info(message)
    await runtime.flush()
    for (const message of ['e', 'f']) log.info(message)
    const report = await runtime.shutdown()

    assert.deepEqual(adapter.messages, ['a', 'b', 'c', 'd', 'e', 'f'])
    assert.deepEqual(report.adapters['server']?.dropped, { unprocessable: 1 })
    assert.equal(report.adapters['server']?.delivered, 6)
    assert.equal(adapter.sizes[0], 5)
    assert.ok(Math.max(...adapter.sizes.slice(-1)) > 1, 'goes back to whole batches')
  })
})

describe('the health of an adapter', () => {
  it('is told when it changes, although every write succeeds', async () => {
    const clock = new ManualClock()
    const seen = collectDiagnostics()
    let health: Health = { state: 'ok' }
    const adapter = Object.assign(new MemoryAdapter({ sync: true }), { health: () => health })
    const runtime = makeRuntime({ adapters: [adapter], diagnosticHook: seen.hook }, { clock })
    const log = runtime.get('app')

    log.info('one')
    health = { state: 'degraded', reason: 'the last fsync failed' }
    await clock.advanceAsync(1000)
    log.info('two')
    health = { state: 'ok' }
    await clock.advanceAsync(1000)

    assert.deepEqual(seen.of('adapter_health'), [
      { adapter: 'memory', from: 'ok', to: 'degraded', reason: 'the last fsync failed' },
      { adapter: 'memory', from: 'degraded', to: 'ok', reason: '' },
    ])
    await runtime.shutdown()
  })
})
