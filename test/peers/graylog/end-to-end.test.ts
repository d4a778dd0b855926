import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { graylogAdapter } from '@holdfast/graylog'
import { collectDiagnostics } from '@holdfast/testkit'
import { createRuntime, fileAdapter } from 'holdfast'
import { Blackhole } from '../../fixtures/blackhole.js'
import { ended, HOLDFAST, startScript, temporaryFolder } from '../../fixtures/spawn.js'
import { canBuildGelfd, Gelfd } from './gelfd.js'

const GRAYLOG = pathToFileURL(join(import.meta.dirname, '../../../../packages/graylog/dist/index.js')).href
const COUNT = 3000

/** A program that logs to a port, with `end` as its last line. */
function program(port: number, end: string): string {
  return `
    import { get, init, shutdown } from '${HOLDFAST}'
    import { graylogAdapter } from '${GRAYLOG}'
    init({ service: 'shop', adapters: [graylogAdapter({ host: '127.0.0.1', port: ${port} })] })
    const log = get('worker')
    for (let index = 1; index <= ${COUNT}; index++) {
      log.info('record ' + index, { index })
      if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    ${end}`
}

function seqsOf(gelfd: Gelfd): readonly unknown[] {
  return gelfd.messages.map(({ extra }) => extra['_index'])
}

const RANGE: readonly number[] = Array.from({ length: COUNT }, (_, index) => index + 1)

describe('from log.info to the server', () => {
  for (const [name, end] of [
    ['shuts down', 'await shutdown()'],
    ['just ends', ''],
  ] as const) {
    it(`everything arrives, in order and once, when the program ${name}`, async (test) => {
      if (!canBuildGelfd(test)) return
      const gelfd = await Gelfd.start(test, '-tcp', '127.0.0.1:0')

      const { code, stderr } = await ended(startScript(program(gelfd.port('tcp'), end)))

      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      await gelfd.settled()
      assert.deepEqual(seqsOf(gelfd), RANGE)
    })
  }

  it('a server that comes late gets everything, and its adapter tells how it was', async (test) => {
    if (!canBuildGelfd(test)) return
    const port = await freePort()
    const { hook, of } = collectDiagnostics()
    const runtime = createRuntime({
      service: 'shop',
      adapters: [graylogAdapter({ host: '127.0.0.1', port, retryMaxMs: 200 })],
      queue: { maxEvents: 10_000 },
      diagnosticHook: hook,
    })
    test.after(() => runtime.shutdown())
    const log = runtime.get('worker')

    for (const index of RANGE) log.info(`record ${index}`, { index })
    await until(() => runtime.inspect().lanes['graylog']?.state === 'down')
    const gelfd = await Gelfd.start(test, '-tcp', `127.0.0.1:${port}`)
    await gelfd.received(COUNT)

    assert.deepEqual(seqsOf(gelfd), RANGE)
    await until(() => runtime.inspect().lanes['graylog']?.state === 'ok')
    assert.deepEqual(
      of('adapter_health').map(({ to }) => to),
      ['degraded', 'down', 'ok'],
    )
    assert.match(of('adapter_health')[0]?.reason ?? '', /ECONNREFUSED/)
  })

  it('a server that never answers delays neither the file beside it nor the calls', async (test) => {
    const hole = await Blackhole.open()
    test.after(() => hole.close())
    const path = join(temporaryFolder(test), 'app.log')
    const millisecondsWith = async (port: number | undefined): Promise<number> => {
      const runtime = createRuntime({
        service: 'shop',
        adapters: [fileAdapter({ path }), ...(port === undefined ? [] : [graylogAdapter({ host: '127.0.0.1', port })])],
        diagnosticHook: () => undefined,
      })
      const log = runtime.get('worker')
      const start = performance.now()
      for (const index of RANGE) log.info(`record ${index}`, { index })
      const spent = performance.now() - start
      await runtime.shutdown({ timeoutMs: 100 })
      return spent
    }
    await millisecondsWith(undefined)

    const alone = await millisecondsWith(undefined)
    const beside = await millisecondsWith(hole.port)

    const lines = readFileSync(path, 'utf8').split('\n').length - 1
    test.diagnostic(`${COUNT} calls: ${alone.toFixed(0)} ms alone, ${beside.toFixed(0)} ms beside a Graylog that never answers`)
    assert.equal(lines, 3 * COUNT)
    // the lane's time-out is 10 s: one call that waited for it would show
    assert.ok(beside < alone * 5 + 5000, `${beside} ms beside, ${alone} ms alone`)
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
