import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { graylogAdapter } from '@holdfast/graylog'
import { createRuntime } from 'holdfast'
import { writersEnd } from '../crash/outside/writer-processes.js'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { ended, startScript, temporaryFolder } from '../fixtures/spawn.js'
import { canBuildGelfd, Gelfd } from '../peers/graylog/gelfd.js'
import { applicationHead, upTo, writeConfig } from './application.js'
import { builtPackage } from './sinks.js'

const COUNT = 12_000
const RING = { maxBytes: 1 << 20, segmentBytes: 256 << 10 }
/** The default of `batchMaxEvents`. */
const BATCH = 512
const PAD = 'x'.repeat(300)

function numbersOf({ messages }: Gelfd): readonly number[] {
  return messages.filter(({ extra }) => extra['_logger'] === 'app').map(({ extra }) => Number(extra['_n']))
}

/** Numbers in the order in which they came first. */
function firstOf(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)]
}

/** Bytes of all spilled segments below the folder of the runs, at this moment. */
function spilledBytes(runs: string): number {
  let bytes = 0
  for (const entry of existsSync(runs) ? readdirSync(runs, { recursive: true, encoding: 'utf8' }) : []) {
    if (/\.seg(\.partial)?$/.test(entry)) bytes += statSync(join(runs, entry), { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !holds(); await pause(20)) {
    if (Date.now() > deadline) throw new Error(`Expected ${holds} within ${PATIENCE_MS} ms.`)
  }
}

function open(test: TestContext, port: number, spillBytes: number, runs: string) {
  const runtime = createRuntime({
    service: 'shop',
    ring: RING,
    queue: { worker: 'process', spoolDir: runs, spillBytes, putTimeoutMs: PATIENCE_MS },
    adapters: [graylogAdapter({ host: '127.0.0.1', port, retryMaxMs: 200 })],
    diagnosticHook: () => undefined,
  })
  test.after(() => runtime.shutdown())
  return runtime
}

describe('an outage of Graylog under the writer process', () => {
  it('ends with everything, in order and once: what the ring could not hold was on disk', async (test) => {
    if (!canBuildGelfd(test)) return
    const runs = temporaryFolder(test)
    const port = await freePort()
    const runtime = open(test, port, 64 << 20, runs)
    const log = runtime.get('app')

    for (let n = 1; n <= COUNT; n++) assert.equal(log.info('event', { n, pad: PAD }), 'accepted')
    await until(() => (runtime.inspect().lanes['graylog']?.spilledBytes ?? 0) > RING.maxBytes)
    const pending = runtime.report().adapters['graylog']?.pending
    const onDisk = spilledBytes(runs)
    const gelfd = await Gelfd.start(test, '-tcp', `127.0.0.1:${port}`)
    await gelfd.received(COUNT)

    test.diagnostic(`${COUNT} events, ${onDisk} bytes of them on disk at the end of the outage`)
    assert.equal(pending, COUNT)
    assert.deepEqual(numbersOf(gelfd), upTo(COUNT))
    await until(() => spilledBytes(runs) === 0)
    assert.equal(runtime.inspect().lanes['graylog']?.spilledBytes, 0)
    assert.deepEqual(runtime.report().adapters['graylog']?.dropped, {})
    await runtime.shutdown()
  })

  it('never takes more than spillBytes of the disk, and drops the oldest, counted', async (test) => {
    if (!canBuildGelfd(test)) return
    const runs = temporaryFolder(test)
    const port = await freePort()
    const spillBytes = 1 << 20
    const runtime = open(test, port, spillBytes, runs)
    const log = runtime.get('app')

    let most = 0
    for (let n = 1; n <= COUNT; n++) {
      assert.equal(log.info('event', { n, pad: PAD }), 'accepted')
      if (n % 100 !== 0) continue
      most = Math.max(most, spilledBytes(runs))
      await pause(1)
    }
    await until(() => (runtime.report().adapters['graylog']?.dropped['overflow'] ?? 0) > 0)
    const gelfd = await Gelfd.start(test, '-tcp', `127.0.0.1:${port}`)
    await until(() => runtime.report().adapters['graylog']?.pending === 0)
    await gelfd.settled()

    const { delivered = 0, dropped = {} } = runtime.report().adapters['graylog'] ?? {}
    const { overflow = 0 } = dropped
    const numbers = numbersOf(gelfd)
    test.diagnostic(`at most ${most} bytes on disk, ${overflow} events dropped`)
    assert.ok(most > 0 && most <= spillBytes, `${most}`)
    assert.equal(delivered + overflow, COUNT)
    // a batch that was under way when its segment was given up counts as dropped, and may have arrived
    assert.ok(
      numbers.length >= delivered && numbers.length <= delivered + BATCH,
      `${numbers.length} arrived, ${delivered} delivered`,
    )
    assert.equal(new Set(numbers).size, numbers.length)
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    )
    assert.deepEqual(numbers.slice(-1000), upTo(COUNT).slice(-1000))
    await runtime.shutdown()
  })

  it('in which the application and its writer are killed costs nothing: the next start delivers', async (test) => {
    if (!canBuildGelfd(test)) return
    const folder = temporaryFolder(test)
    const port = await freePort()
    const sink = {
      head: `import { graylogAdapter } from ${builtPackage('graylog')}`,
      adapter: `graylogAdapter({ host: '127.0.0.1', port: ${port}, retryMaxMs: 200 })`,
      arrivals: () => [],
    }
    const queue = `spillBytes: ${64 << 20}, putTimeoutMs: ${PATIENCE_MS},`
    const more = `ring: ${JSON.stringify(RING)}, diagnosticHook: (name) => console.log(name),`
    const config = writeConfig([sink], { worker: 'process', folder, queue, more })
    const first = `${applicationHead(config)}
      const pad = '${PAD}'
      for (let n = 1; n <= ${COUNT}; n++) if (log.info('event', { n, pad }) !== 'accepted') throw new Error(String(n))
      while (runtime.inspect().lanes.graylog.spilledBytes <= ${RING.maxBytes}) await turn()
      process.kill(runtime.inspect().writer.pid, 'SIGKILL')
      process.kill(process.pid, 'SIGKILL')`
    const second = `${applicationHead(config)}
      for (let n = ${COUNT + 1}; n <= ${COUNT + 100}; n++) say(n)
      await shutdown()`

    const killed = await ended(startScript(first))
    assert.equal(killed.signal, 'SIGKILL', killed.stderr)
    assert.ok(await writersEnd(join(folder, 'runs'), PATIENCE_MS))
    assert.ok(spilledBytes(join(folder, 'runs')) > RING.maxBytes)
    const gelfd = await Gelfd.start(test, '-tcp', `127.0.0.1:${port}`)
    const { code, stderr } = await ended(startScript(second))

    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    await until(() => firstOf(numbersOf(gelfd)).length >= COUNT + 100)
    const numbers = firstOf(numbersOf(gelfd))
    // those of now wait for nobody
    assert.deepEqual(
      [numbers.filter((n) => n > COUNT), numbers.filter((n) => n <= COUNT)],
      [upTo(COUNT + 100).slice(COUNT), upTo(COUNT)],
    )
    assert.equal(gelfd.messages.filter(({ short }) => short.startsWith(`recovered ${COUNT} events of run `)).length, 1)
    assert.ok(await writersEnd(join(folder, 'runs'), PATIENCE_MS))
    assert.equal(spilledBytes(join(folder, 'runs')), 0)
    await gelfd.kill()
  })
})
