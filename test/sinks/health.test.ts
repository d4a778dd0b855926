import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { graylogAdapter } from '@holdfast/graylog'
import { journaldAdapter } from '@holdfast/journald'
import { collectDiagnostics } from '@holdfast/testkit'
import { type AdapterCheck, createRuntime, fileAdapter } from 'holdfast'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { ended, startScript, temporaryFolder } from '../fixtures/spawn.js'
import { canBuildGelfd, Gelfd } from '../peers/graylog/gelfd.js'
import { ownJournald } from '../peers/journald/shared-journald.js'
import { writeConfig } from './application.js'
import { builtPackage, SINKS, type Sink } from './sinks.js'

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !holds(); await pause(20)) {
    if (Date.now() > deadline) throw new Error(`Expected ${holds} within ${PATIENCE_MS} ms.`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function openSinks(test: TestContext): Promise<readonly Sink[]> {
  const sinks: Sink[] = []
  for (const open of Object.values(SINKS)) {
    const sink = await open(test)
    if (sink !== undefined) sinks.push(sink)
  }
  return sinks
}

for (const worker of ['thread', 'process'] as const) {
  describe(`how adapters are that run in a writer ${worker}`, () => {
    it('is in inspect() of the application, and each change reaches its hook', async (test) => {
      if (!canBuildGelfd(test)) return
      const journald = await ownJournald(test)
      if (journald === undefined) return
      const folder = temporaryFolder(test)
      const port = await freePort()
      const { hook, of } = collectDiagnostics()
      const runtime = createRuntime({
        service: 'shop',
        queue: { worker, spoolDir: folder, stopTimeoutMs: PATIENCE_MS },
        adapters: [
          fileAdapter({ path: join(folder, 'app.log') }),
          journaldAdapter({ path: journald.path }),
          graylogAdapter({ host: '127.0.0.1', port, retryMaxMs: 200 }),
        ],
        diagnosticHook: hook,
      })
      test.after(() => runtime.shutdown())
      const healthOf = (name: string) => runtime.inspect().lanes[name]?.health

      runtime.get('app').info('event', { n: 1 })
      await until(() => runtime.inspect().lanes['graylog']?.state === 'down' && healthOf('graylog')?.state === 'down')
      await until(() => healthOf('journald')?.state === 'ok' && healthOf('file')?.state === 'ok')

      const lane = runtime.inspect().lanes['graylog']
      assert.match(lane?.reason ?? '', /ECONNREFUSED/)
      assert.match(lane?.health?.reason ?? '', /ECONNREFUSED/)
      assert.equal(lane?.health?.details?.['address'], `tcp://127.0.0.1:${port}`)
      assert.equal(healthOf('journald')?.details?.['client'], 'native')
      assert.equal(healthOf('journald')?.details?.['path'], journald.path)
      await Gelfd.start(test, '-tcp', `127.0.0.1:${port}`)
      await until(() => runtime.inspect().lanes['graylog']?.state === 'ok' && healthOf('graylog')?.state === 'ok')
      await until(() => of('adapter_health').length >= 3)
      assert.deepEqual(
        of('adapter_health').map(({ adapter, from, to }) => [adapter, from, to]),
        [
          ['graylog', 'ok', 'degraded'],
          ['graylog', 'degraded', 'down'],
          ['graylog', 'down', 'ok'],
        ],
      )
      await runtime.shutdown()
    })

    it('is told when a write succeeds and something else is wrong: messages wait in a spool', async (test) => {
      const folder = temporaryFolder(test)
      const port = await freePort()
      const { hook, of } = collectDiagnostics()
      const runtime = createRuntime({
        service: 'shop',
        queue: { worker, spoolDir: folder },
        adapters: [graylogAdapter({ host: '127.0.0.1', port, spool: { dir: join(folder, 'spool'), afterMs: 1 } })],
        diagnosticHook: hook,
      })
      test.after(() => runtime.shutdown())

      runtime.get('app').info('event', { n: 1 })
      await until(() => of('adapter_health').length > 0)

      const [told] = of('adapter_health')
      assert.deepEqual([told?.adapter, told?.from, told?.to], ['graylog', 'ok', 'degraded'])
      await until(() => runtime.inspect().lanes['graylog']?.health?.state === 'degraded')
      assert.equal(runtime.inspect().lanes['graylog']?.state, 'ok')
      assert.equal(runtime.report().adapters['graylog']?.delivered, 1)
      await runtime.shutdown()
    })
  })
}

describe('checkAdapters', () => {
  it('tries every sink, and names the cure of each that fails', async (test) => {
    const folder = temporaryFolder(test)
    const sinks = await openSinks(test)
    if (sinks.length < Object.keys(SINKS).length) return
    const port = await freePort()
    const missing: readonly Sink[] = [
      { head: '', adapter: `graylogAdapter({ name: 'refused', host: '127.0.0.1', port: ${port} })`, arrivals: () => [] },
      { head: '', adapter: `journaldAdapter({ name: 'absent', path: '${folder}/no-socket' })`, arrivals: () => [] },
      {
        head: `import { eventlogAdapter } from ${builtPackage('eventlog')}`,
        adapter: `eventlogAdapter({ name: 'windows', source: 'shop' })`,
        arrivals: () => [],
      },
    ]
    const config = writeConfig([...sinks, ...missing], { worker: 'process', folder })
    const source = `
      import { checkAdapters } from ${builtPackage('holdfast')}
      import config from '${config}'
      console.log(JSON.stringify(await checkAdapters(config, { timeoutMs: ${PATIENCE_MS} })))`

    const { code, stdout, stderr } = await ended(startScript(source))

    assert.equal(code, 0, stderr)
    const checks = JSON.parse(stdout) as readonly AdapterCheck[]
    const expected = [
      ...Object.keys(SINKS).map((name) => `${name} accepted`),
      'refused failed',
      'absent failed',
      'windows failed',
    ]
    assert.deepEqual(
      checks.map(({ name, state }) => `${name} ${state}`),
      expected,
    )
    assert.deepEqual(
      checks.slice(-3).map(({ error }) => error?.code),
      ['ECONNREFUSED', 'JOURNALD_ABSENT', 'UNSUPPORTED_PLATFORM'],
    )
    for (const { name, cure } of checks.slice(-3)) assert.notEqual(cure, null, name)
    test.diagnostic(stderr)
    assert.match(stderr, /^adapter +reachable +accepted +latency +state\n/)
    for (const name of Object.keys(SINKS)) assert.match(stderr, new RegExp(`^${name} +yes +yes +[\\d.]+ ms +accepted$`, 'm'))
  })
})
