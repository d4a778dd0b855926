import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AdapterError } from '@holdfast/core'
import type { JournaldAdapter } from '@holdfast/journald'
import { makeRecord, makeRecords } from '@holdfast/testkit'
import { PATIENCE_MS } from '../../fixtures/patience.js'
import type { Journald } from './journald.js'
import { openAdapter, ownJournald } from './shared-journald.js'
import { failureOf, writeAllSync } from './write-all.js'

/** What a call waits for a full queue before it gives up; only the first does. */
const CALL_PATIENCE_MS = 50

const never = new AbortController().signal

function troubleOf(adapter: JournaldAdapter): unknown {
  return adapter.health().details?.['trouble']
}

function sequenceOf(journald: Journald, origin: string): readonly number[] {
  return journald.sequenceOf(`ORIGIN=${origin}`)
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

describe('the real journald', () => {
  test('that is absent is told from one that is dead, and is found again without a new socket', async (context) => {
    const journald = await ownJournald(context)
    if (journald === undefined) return
    const adapter = openAdapter(context, journald)
    const records = makeRecords(3, { origin: 'again' })
    adapter.writeSync?.(records.slice(0, 1))
    journald.read()

    await journald.signal('SIGKILL')
    const dead = [failureOf(adapter, records.slice(1))?.code, troubleOf(adapter)]
    journald.removeSocket()
    const absent = [failureOf(adapter, records.slice(1))?.code, troubleOf(adapter)]
    await journald.start()
    await adapter.write(records.slice(1), never)

    assert.deepEqual(dead, ['JOURNALD_DEAD', 'dead'])
    assert.deepEqual(absent, ['JOURNALD_ABSENT', 'absent'])
    assert.deepEqual(sequenceOf(journald, 'again'), [1, 2, 3])
    const { state, details } = adapter.health()
    assert.deepEqual([state, details?.['outages']], ['ok', 1])
    assert.match(String(details?.['lastOutage']), /^absent for \d+ ms$/)
  })

  test('that is stopped holds nobody up: a log call a few milliseconds once, the event loop not at all', async (context) => {
    const journald = await ownJournald(context)
    if (journald === undefined) return
    const adapter = openAdapter(context, journald)
    const records = makeRecords(2000, { origin: 'stopped' })
    await journald.signal('SIGSTOP')

    const firstStart = performance.now()
    const first = failureOf(adapter, records) as AdapterError
    const firstMs = performance.now() - firstStart
    const nextStart = performance.now()
    for (let call = 0; call < 100; call++) failureOf(adapter, records.slice(first.accepted))
    const nextMs = (performance.now() - nextStart) / 100
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const hung = await adapter.write(records.slice(first.accepted), never)?.catch((error: AdapterError) => error)
    delay.disable()
    const [longestMs, hungCode] = [delay.max / 1e6, hung?.code]

    await journald.signal('SIGCONT')
    await writeAllSync(adapter, records.slice(first.accepted))
    context.diagnostic(
      `first call ${firstMs.toFixed(1)} ms, later ones ${nextMs.toFixed(3)} ms, longest turn ${longestMs.toFixed(1)} ms`,
    )
    assert.deepEqual([first.code, hungCode], ['EAGAIN', 'JOURNALD_HUNG'])
    assert.deepEqual(sequenceOf(journald, 'stopped'), upTo(2000))
    // a call that waits for a journald that is stopped waits for ever
    for (const ms of [firstMs, longestMs]) assert.ok(ms < PATIENCE_MS, `${ms} ms`)
    assert.ok(nextMs < CALL_PATIENCE_MS, `${nextMs} ms`)
    assert.equal(adapter.health().state, 'ok')
  })

  test('that restarts in mid-stream, under systemd, loses nothing and doubles nothing', async (context) => {
    const journald = await ownJournald(context, { keepsSockets: true })
    if (journald === undefined) return
    const adapter = openAdapter(context, journald)
    const records = makeRecords(6000, { origin: 'restarted' })
    const restarts = (async () => {
      for (let restart = 0; restart < 3; restart++) {
        await sleep(20)
        await journald.signal('SIGTERM')
        await sleep(20)
        await journald.start()
      }
    })()

    for (let start = 0; start < records.length; start += 50) {
      await adapter.write(records.slice(start, start + 50), never)
      await sleep(1)
    }
    await restarts

    assert.deepEqual(sequenceOf(journald, 'restarted'), upTo(6000))
  })

  test('takes 20 000 entries in one go, each once and in order', async (context) => {
    const journald = await ownJournald(context)
    if (journald === undefined) return
    const adapter = openAdapter(context, journald)

    await adapter.write(makeRecords(20_000, { origin: 'many' }), never)

    assert.deepEqual(sequenceOf(journald, 'many'), upTo(20_000))
  })

  test('has what was written before the process was killed', async (context) => {
    const journald = await ownJournald(context)
    if (journald === undefined) return
    const adapter = openAdapter(context, journald)

    // the queue of the kernel belongs to the reader: nothing of it is ours any more
    await writeAllSync(adapter, [makeRecord({ origin: 'closed' })])
    adapter.close()

    assert.deepEqual(sequenceOf(journald, 'closed'), [1])
  })
})
