import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { journaldAdapter } from '@holdfast/journald'
import { collectDiagnostics, MemoryAdapter } from '@holdfast/testkit'
import { createRuntime } from 'holdfast'
import { PATIENCE_MS } from '../../fixtures/patience.js'
import { cleanEnv, ended, HOLDFAST, startScript, temporaryFolder } from '../../fixtures/spawn.js'
import type { Journald } from './journald.js'
import { ownJournald, sharedJournald } from './shared-journald.js'

const JOURNALD = pathToFileURL(join(import.meta.dirname, '../../../../packages/journald/dist/index.js')).href
const COUNT = 20_000

function sequenceOf(journald: Journald, service: string): readonly number[] {
  return journald.sequenceOf(`SERVICE=${service}`, 'LOGGER=app')
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

function openSockets(): number {
  const descriptors = readdirSync('/proc/self/fd').map((name) => {
    // the one that lists them is gone by now
    return lstatSync(`/proc/self/fd/${name}`, { throwIfNoEntry: false }) === undefined
      ? ''
      : readlinkSync(`/proc/self/fd/${name}`)
  })
  return descriptors.filter((target) => target.startsWith('socket:')).length
}

/** The beginning of a script that logs to this journald. */
function prelude(journald: Journald, service: string): string {
  return `
    import { init } from ${JSON.stringify(HOLDFAST)}
    import { journaldAdapter } from ${JSON.stringify(JOURNALD)}
    const runtime = init({ service: '${service}', adapters: [journaldAdapter({ path: '${journald.path}' })] })
    const log = runtime.get('app')
  `
}

describe('from the log call to the real journald', () => {
  for (const commit of ['call', 'tick'] as const) {
    test(`${COUNT} events in one turn of the loop arrive once and in order, commit: '${commit}'`, async (context) => {
      const journald = await ownJournald(context)
      if (journald === undefined) return
      const service = `all-${commit}`
      const runtime = createRuntime({
        service,
        queue: { commit, putTimeoutMs: 10_000 },
        adapters: [journaldAdapter({ path: journald.path })],
      })
      const log = runtime.get('app')

      const start = performance.now()
      for (let index = 0; index < COUNT; index++) log.info('event', { index })
      const ms = performance.now() - start

      const report = await runtime.shutdown()
      context.diagnostic(`${Math.round(COUNT / (ms / 1000))} calls/s, ${((ms * 1000) / COUNT).toFixed(1)} µs each`)
      assert.equal(report.adapters['journald']?.delivered, COUNT)
      assert.deepEqual(sequenceOf(journald, service), upTo(COUNT))
    })
  }

  test('an event is there when its call returned, whatever becomes of the process', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const ends = { exit: 'process.exit(0)', kill: "process.kill(process.pid, 'SIGKILL')", throw: "throw new Error('uncaught')" }

    for (const [name, end] of Object.entries(ends)) {
      await ended(startScript(`${prelude(journald, name)}; for (let i = 0; i < 100; i++) log.info('event', { i }); ${end}`))
    }

    for (const name of Object.keys(ends)) assert.deepEqual(sequenceOf(journald, name), upTo(100), name)
  })

  test('a journald that is stopped delays no other adapter, is told as hung, and has everything once it goes on', async (context) => {
    const journald = await ownJournald(context)
    if (journald === undefined) return
    const memory = new MemoryAdapter({ name: 'memory', sync: true })
    const { hook, of } = collectDiagnostics()
    const runtime = createRuntime({
      service: 'stopped',
      adapters: [memory, journaldAdapter({ path: journald.path, retryMaxMs: 200 })],
      diagnosticHook: hook,
    })
    context.after(() => runtime.shutdown())
    const log = runtime.get('app')
    await journald.signal('SIGSTOP')

    let longestMs = 0
    for (let index = 0; index < 300; index++) {
      const start = performance.now()
      log.info('event', { index })
      longestMs = Math.max(longestMs, performance.now() - start)
      assert.equal(memory.lines.length, index + 1)
      await sleep(5)
    }
    const lane = runtime.inspect().lanes['journald']
    await journald.signal('SIGCONT')
    await runtime.flush({ waitForDown: true })

    context.diagnostic(`longest log call ${longestMs.toFixed(1)} ms`)
    // a call that waits for a journald that is stopped waits for ever
    assert.ok(longestMs < PATIENCE_MS, `${longestMs} ms`)
    assert.notEqual(lane?.state, 'ok')
    assert.equal(lane?.health?.details?.['trouble'], 'hung')
    assert.ok(of('queue_worker_error').some(({ code }) => code === 'JOURNALD_HUNG'))
    assert.equal(of('queue_worker_recovered').length, 1)
    assert.deepEqual(sequenceOf(journald, 'stopped'), upTo(300))
  })

  test('a worker thread writes as the main thread does, and takes its socket with it', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const source = `${prelude(journald, 'thread')}; log.info('event'); await runtime.shutdown()`
    const before = openSockets()
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    context.after(() => process.off('warning', note))

    for (let round = 0; round < 3; round++) {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { env: cleanEnv() })
      const code = await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject))
      assert.equal(code, 0)
    }

    assert.deepEqual(sequenceOf(journald, 'thread'), [1, 1, 1])
    assert.deepEqual(warnings, [])
    assert.equal(openSockets(), before)
  })

  for (const worker of ['thread', 'process'] as const) {
    test(`a writer ${worker} builds the same adapter from its recipe, and delivers all`, async (context) => {
      const journald = await sharedJournald(context)
      if (journald === undefined) return
      const service = `writer-${worker}`
      // under another name, because the factory keeps its own
      const adapters = [journaldAdapter({ path: journald.path, name: 'audit' })]
      const queue = { worker, spoolDir: temporaryFolder(context) }
      const runtime = createRuntime({ service, queue, adapters })
      const log = runtime.get('app')

      for (let index = 0; index < 2000; index++) log.info('event', { index })
      const report = await runtime.shutdown()

      assert.equal(report.adapters['audit']?.delivered, 2000)
      assert.deepEqual(sequenceOf(journald, service), upTo(2000))
      const [entry] = journald.read(`SERVICE=${service}`)
      assert.equal(entry?.['PROCESS_ID'], String(process.pid))
      assert.equal(entry?.['_PID'] === String(process.pid), worker === 'thread')
    })
  }

  test('a client that gave way is told, with what is lost and the cure', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const script = `
      import { init } from ${JSON.stringify(HOLDFAST)}
      import { journaldAdapter } from ${JSON.stringify(JOURNALD)}
      const told = []
      const runtime = init({
        service: 'gave-way',
        adapters: [journaldAdapter({ client: 'systemd-journald' })],
        diagnosticHook: (name, payload) => told.push([name, payload]),
      })
      runtime.get('app').info('event')
      while (!told.some(([name]) => name === 'adapter_health')) await new Promise((resolve) => setTimeout(resolve, 20))
      console.log(JSON.stringify({ told, lane: runtime.inspect().lanes.journald }))
      await runtime.shutdown()
    `
    const [enter, ...rest] = journald.enter
    const args = [...rest, process.execPath, '--input-type=module', '--eval', script]

    const { stdout, stderr, status } = spawnSync(enter, args, { encoding: 'utf8', env: cleanEnv({ NODE_PATH: '' }) })

    assert.equal(status, 0, stderr)
    const { told, lane } = JSON.parse(stdout) as { told: [string, Record<string, string>][]; lane: { health: { state: string } } }
    const [, payload] = told.find(([name]) => name === 'adapter_health') ?? []
    assert.deepEqual([payload?.['adapter'], payload?.['to'], lane.health.state], ['journald', 'degraded', 'degraded'])
    assert.match(payload?.['reason'] ?? '', /systemd-journald cannot be loaded .*npm install systemd-journald.* nothing is lost/)
    assert.deepEqual(sequenceOf(journald, 'gave-way'), [1])
  })
})
