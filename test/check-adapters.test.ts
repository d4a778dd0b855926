import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Adapter, AdapterRecipe, LaneOptions, LogEvent } from '@holdfast/api'
import { AdapterError, ConfigError, installedRuntime } from '@holdfast/core'
import { eventlogAdapter } from '@holdfast/eventlog'
import { FailingAdapter, MemoryAdapter, StallingAdapter } from '@holdfast/testkit'
import { type AdapterCheck, checkAdapters, fileAdapter, init, type RuntimeConfig, shutdown } from 'holdfast'
import { ended, HOLDFAST, startScript, temporaryFolder } from './fixtures/spawn.js'

const QUIET = { print: false, timeoutMs: 200 } as const

function recipeOf(create: () => Adapter, lane: LaneOptions = {}, name = create().name): AdapterRecipe {
  return { kind: 'recipe', name, options: {}, place: 'application', lane, create }
}

async function checkOne(adapter: AdapterRecipe | Adapter, config: RuntimeConfig = {}): Promise<AdapterCheck> {
  const [result] = await checkAdapters({ env: false, ...config, adapters: [adapter] }, QUIET)
  assert.ok(result !== undefined)
  return result
}

function failing(error: Error): AdapterRecipe {
  const write = (): never => {
    throw error
  }
  return recipeOf(() => ({ name: 'failing', write }))
}

describe('checkAdapters', () => {
  it('sends one event to each adapter, made as the configuration makes them, and says who accepted it', async () => {
    const adapters = [new MemoryAdapter({ name: 'first' }), new MemoryAdapter({ name: 'second' })]

    const checks = await checkAdapters(
      { env: false, service: 'encoder', context: { tenant: 'acme' }, level: 'error', adapters },
      QUIET,
    )

    assert.deepEqual(
      checks.map(({ name, state, reachable, error, cure }) => ({ name, state, reachable, error, cure })),
      ['first', 'second'].map((name) => ({ name, state: 'accepted', reachable: true, error: null, cure: null })),
    )
    for (const { lines } of adapters) {
      assert.equal(lines.length, 1)
      const { logger, context } = JSON.parse(lines[0] ?? '') as LogEvent
      assert.deepEqual([logger, context.service, context.extra], ['holdfast.check', 'encoder', { tenant: 'acme' }])
    }
    assert.ok(checks.every(({ latencyMs }) => latencyMs !== null && latencyMs >= 0))
  })

  it('writes to a file as `init` would, and closes it', async (test) => {
    const path = join(temporaryFolder(test), 'app.log')

    const result = await checkOne(fileAdapter({ path }))

    assert.deepEqual([result.state, result.health?.state], ['accepted', 'ok'])
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 2)
  })

  it('gives up on a destination that does not answer, and delays no other', async () => {
    const stalled = new StallingAdapter({ name: 'stalled' })
    const memory = new MemoryAdapter({ name: 'memory' })

    const [first, second] = await checkAdapters({ env: false, adapters: [recipeOf(() => stalled), memory] }, QUIET)

    assert.deepEqual(
      [first?.state, first?.reachable, first?.latencyMs, first?.error],
      ['timed_out', false, null, { code: 'TIMED_OUT', message: 'No answer within 200 ms.' }],
    )
    assert.match(first?.cure ?? '', /firewall/)
    assert.equal(second?.state, 'accepted')
    assert.ok((second?.latencyMs ?? 200) < 200)
  })

  it('names code, message and cure of a server that refuses the connection', async () => {
    const port = await freePort()
    const write = () =>
      new Promise<void>((resolve, reject) => {
        createConnection({ port, host: '127.0.0.1' }).once('connect', resolve).once('error', reject)
      })

    const { state, error, cure } = await checkOne(recipeOf(() => ({ name: 'tcp', write })))

    assert.deepEqual([state, error?.code], ['failed', 'ECONNREFUSED'])
    assert.match(error?.message ?? '', new RegExp(String(port)))
    assert.match(cure ?? '', /Start the server/)
  })

  it('tells a refusal for good from a failure that may pass', async () => {
    const rejected = await checkOne(failing(new AdapterError('No such index.', { retryable: false, code: 'NO_INDEX' })))
    const failed = await checkOne(failing(new AdapterError('Busy.', { code: 'BUSY' })))

    assert.deepEqual([rejected.state, rejected.reachable], ['rejected', true])
    assert.deepEqual([failed.state, failed.reachable, failed.cure], ['failed', false, null])
  })

  it('finds the cure of a wrapped error', async () => {
    const cause = Object.assign(new Error('connect'), { code: 'CERT_HAS_EXPIRED' })

    const { error, cure } = await checkOne(failing(new AdapterError('Cannot connect.', { code: 'GELF_FAILED', cause })))

    assert.equal(error?.code, 'GELF_FAILED')
    assert.match(cure ?? '', /certificate/)
  })

  it('takes the cure that an error or a health has', async () => {
    const own = await checkOne(failing(Object.assign(new AdapterError('Nothing there.'), { cure: 'Run `npm install koffi`.' })))
    const details = { cure: 'Register it.' }
    const healthy: Adapter = { name: 'healthy', write: () => undefined, health: () => ({ state: 'ok', details }) }

    assert.equal(own.cure, 'Run `npm install koffi`.')
    assert.deepEqual([(await checkOne(healthy)).cure, (await checkOne(healthy)).state], ['Register it.', 'accepted'])
  })

  it('is not thrown off by an adapter that cannot be built, or whose methods throw', async () => {
    const bad = (): never => {
      throw new Error('broken')
    }
    const ends: Adapter = { name: 'ends', write: () => undefined, flush: bad, close: bad, health: bad }

    const unbuilt = await checkOne(recipeOf(bad, {}, 'unbuilt'))
    const ending = await checkOne(recipeOf(() => ends))

    assert.deepEqual([unbuilt.state, unbuilt.error, unbuilt.health], ['failed', { code: 'Error', message: 'broken' }, null])
    assert.deepEqual([ending.state, ending.error?.message, ending.health?.state], ['accepted', 'broken', 'degraded'])
  })

  it('closes what it built, also after a failure, and leaves alone what it was given', async () => {
    const closed: string[] = []
    const spy = (name: string, adapter: Adapter): Adapter => ({
      name,
      write: (batch, signal) => adapter.write(batch, signal),
      close: () => void closed.push(name),
    })

    await checkOne(recipeOf(() => spy('built', new MemoryAdapter())))
    await checkOne(recipeOf(() => spy('failing', new FailingAdapter())))
    await checkOne(spy('given', new MemoryAdapter()))

    assert.deepEqual(closed, ['built', 'failing'])
  })

  it('sends nothing to an adapter whose level is off', async () => {
    const memory = new MemoryAdapter()

    const { state, reachable } = await checkOne(recipeOf(() => memory, { level: 'off' }))

    assert.deepEqual([state, reachable, memory.lines], ['off', false, []])
  })

  it('refuses a configuration that `init` refuses, before it builds anything', async (test) => {
    const path = join(temporaryFolder(test), 'app.log')
    const adapters = [fileAdapter({ path }), fileAdapter({ path, name: 'again' }), {} as Adapter]

    await assert.rejects(checkAdapters({ env: false, adapters }, QUIET), ConfigError)
    await assert.rejects(checkAdapters({ env: false, adapters: [] }, { timeoutMs: -1 }), ConfigError)

    assert.equal(existsSync(path), false)
  })

  it('does not touch the installed runtime', async () => {
    const memory = new MemoryAdapter({ sync: true })
    const runtime = init({ env: false, lastWords: { signals: false, exit: false }, adapters: [memory] })

    await checkAdapters({ env: false, adapters: [new MemoryAdapter({ name: 'other' })] }, QUIET)

    assert.equal(installedRuntime(), runtime)
    assert.deepEqual([runtime.isClosed, memory.lines], [false, []])
    await shutdown()
  })

  it('says what the Event Log needs where there is none, and that it is off with `platform: skip`', async (test) => {
    if (process.platform === 'win32') return test.skip('this system has an Event Log')

    const required = await checkOne(eventlogAdapter())
    const skipped = await checkOne(eventlogAdapter({ platform: 'skip' }))

    assert.deepEqual([required.state, required.error?.code, skipped.state], ['failed', 'UNSUPPORTED_PLATFORM', 'off'])
    assert.match(required.cure ?? '', /platform: 'skip'/)
  })
})

describe('the table of checkAdapters', () => {
  it('is aligned, with what is wrong and the cure below each adapter', async () => {
    let table = ''
    const adapters = [
      new MemoryAdapter({ name: 'memory' }),
      failing(Object.assign(new Error('No \u001b[31mroom\nleft'), { code: 'ENOSPC' })),
      recipeOf(() => new MemoryAdapter(), { level: 'off' }, 'quiet'),
    ]

    const write = (text: string): void => {
      table += text
    }
    await checkAdapters({ env: false, adapters }, { write })

    assert.equal(
      table.replace(/ *\d+\.\d ms/g, (cell) => '0.0 ms'.padStart(cell.length)),
      `adapter  reachable  accepted  latency  state
memory   yes        yes        0.0 ms  accepted
failing  no         no         0.0 ms  failed
         No \\x1b[31mroom\\nleft (ENOSPC)
         → Make room on the disk.
quiet    -          -               -  off
         Its level is \`off\` here: nothing reaches it.
`,
    )
  })

  it('goes to stderr, and variables count as they do in `init`', async (test) => {
    const folder = temporaryFolder(test)
    const source = `
      import { checkAdapters, fileAdapter } from ${JSON.stringify(HOLDFAST)}
      const checks = await checkAdapters({ adapters: [fileAdapter({ path: 'never.log' })] })
      console.log(JSON.stringify(checks))`

    const { code, stdout, stderr } = await ended(startScript(source, { cwd: folder, env: { HOLDFAST_FILE_DIR: 'moved' } }))

    assert.equal(code, 0, stderr)
    assert.match(stderr, /^adapter +reachable +accepted +latency +state\nfile +yes +yes +\d+\.\d ms +accepted\n$/)
    assert.deepEqual([existsSync(join(folder, 'never.log')), existsSync(join(folder, 'moved'))], [false, true])
    assert.equal((JSON.parse(stdout) as AdapterCheck[])[0]?.state, 'accepted')
  })

  it('names the variable that is wrong', async () => {
    const source = `
      import { checkAdapters, fileAdapter } from ${JSON.stringify(HOLDFAST)}
      await checkAdapters({ adapters: [fileAdapter()] }).catch((error) => console.log(error.message))`

    const { stdout } = await ended(startScript(source, { env: { LOG_FILE_LEVEL: 'loud' } }))

    assert.match(stdout, /^Expected `LOG_FILE_LEVEL` to be a level name, got `loud`/)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
