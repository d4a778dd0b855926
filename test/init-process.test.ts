import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { install } from './fixtures/installation.js'
import { answer, ended, HOLDFAST, startScript, temporaryFolder } from './fixtures/spawn.js'

const API = pathToFileURL(createRequire(import.meta.url).resolve('@holdfast/api')).href
const REGISTER = HOLDFAST.replace(/index\.js$/, 'register.js')

interface Names {
  readonly service: string
  readonly environment: string
}

const TELL_NAMES = `
  import { init } from '${HOLDFAST}'
  const { service, environment } = init()
  console.log(JSON.stringify({ service, environment }))`

describe('init without a configuration', () => {
  const ROWS: readonly (readonly [title: string, env: NodeJS.ProcessEnv, names: Names])[] = [
    ['package.json and the default', {}, { service: 'shop', environment: 'development' }],
    ['LOG_SERVICE and NODE_ENV', { LOG_SERVICE: 'log', NODE_ENV: 'test' }, { service: 'log', environment: 'test' }],
    ['OTEL_SERVICE_NAME', { OTEL_SERVICE_NAME: 'otel' }, { service: 'otel', environment: 'development' }],
    [
      'LOG_ names before others',
      { LOG_SERVICE: 'log', OTEL_SERVICE_NAME: 'otel', LOG_ENVIRONMENT: 'prod', NODE_ENV: 'test' },
      { service: 'log', environment: 'prod' },
    ],
    [
      'HOLDFAST_ names before all',
      { HOLDFAST_SERVICE: 'own', LOG_SERVICE: 'log', HOLDFAST_ENVIRONMENT: 'qa', LOG_ENVIRONMENT: 'prod' },
      { service: 'own', environment: 'qa' },
    ],
  ]
  for (const [title, env, names] of ROWS) {
    it(`is named by ${title}`, async (test) => {
      const folder = temporaryFolder(test)
      writeFileSync(join(folder, 'package.json'), '{"name":"shop"}')
      mkdirSync(join(folder, 'src'))

      const found = await answer<Names>(TELL_NAMES, { cwd: join(folder, 'src'), env: { NODE_ENV: undefined, ...env } })

      assert.deepEqual(found, names)
    })
  }

  it('writes to the console, on stderr', async (test) => {
    const child = startScript(`import { init, get } from '${HOLDFAST}'; init(); get('app').info('hello')`, {
      cwd: temporaryFolder(test),
    })

    const { stdout, stderr, code } = await ended(child)

    assert.deepEqual([code, stdout], [0, ''])
    assert.equal(JSON.parse(stderr).message, 'hello')
  })
})

describe('a process that never calls init', () => {
  it('is silent with the api alone, and everything still runs', async () => {
    const found = await answer<unknown[]>(`
      import { get, bind } from '${API}'
      const log = get('lib').child({ a: 1 })
      const results = bind({ jobId: 'j' }, { level: 'debug' }, () => [log.info('x'), log.error(new Error('x')), log.isEnabled('error'), log.level])
      console.log(JSON.stringify(results))`)

    assert.deepEqual(found, ['below_level', 'below_level', false, 'off'])
  })
})

describe('other ways to start', () => {
  it('initialises by node --import before the application runs', async (test) => {
    const folder = temporaryFolder(test)
    const app = join(folder, 'app.mjs')
    writeFileSync(app, `import { get } from '${API}'; get('app').info('hello')`)
    const source = `
      import { spawnSync } from 'node:child_process'
      const { stderr, status } = spawnSync(process.execPath, ['--import', '${REGISTER}', ${JSON.stringify(app)}], { encoding: 'utf8' })
      console.log(JSON.stringify({ stderr, status }))`

    const { stderr, status } = await answer<{ stderr: string; status: number }>(source, {
      env: { LOG_SERVICE: 'registered', LOG_LEVEL: 'info' },
    })

    assert.equal(status, 0)
    const { message, context } = JSON.parse(stderr) as { message: string; context: Names }
    assert.deepEqual([message, context.service], ['hello', 'registered'])
  })

  it('can be required from CommonJS', async (test) => {
    const folder = temporaryFolder(test)
    install(folder)
    const app = join(folder, 'app.cjs')
    writeFileSync(
      app,
      `const { init, get, shutdown, fileAdapter } = require('holdfast')
       init({ service: 'cjs', adapters: [fileAdapter({ path: 'app.log' })] })
       get('app').info('hello')
       shutdown().then(({ emitted }) => console.log(JSON.stringify(emitted)))`,
    )

    const emitted = await answer<number>(`await import(${JSON.stringify(pathToFileURL(app).href)})`, { cwd: folder })

    assert.equal(emitted, 1)
    assert.equal(JSON.parse(readFileSync(join(folder, 'app.log'), 'utf8')).message, 'hello')
  })
})

describe('two installed copies of the package', () => {
  it('meet in one runtime', async (test) => {
    const folder = temporaryFolder(test)
    const [a, b] = ['a', 'b'].map((name) => install(join(folder, name)))
    const path = join(folder, 'app.log')

    const found = await answer<Record<string, unknown>>(`
      const a = await import('${a}')
      const b = await import('${b}')
      const config = (service) => ({ service, diagnosticHook: undefined, adapters: [a.fileAdapter({ path: ${JSON.stringify(path)} })] })
      const early = b.bind({ requestId: 'r' }, () => {
        b.get('early').info('before init')
        return b.bindFunction(() => b.get('late').info('bound before init'))
      })
      const runtime = b.bind({ jobId: 'j' }, () => {
        const made = a.init(config('one'))
        a.get('a').info('inside')
        return made
      })
      a.bind({ userId: 'u' }, () => b.get('b').info('across'))
      early()
      let error
      try { b.init(config('two')) } catch (thrown) { error = thrown.code }
      const same = b.init(config('one')) === runtime && b.init() === runtime
      const { emitted } = await b.shutdown()
      console.log(JSON.stringify({ differ: a.get !== b.get, same, error, emitted }))`)

    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    assert.deepEqual(found, { differ: true, same: true, error: 'HOLDFAST_CONFIG', emitted: 4 })
    assert.deepEqual(
      lines.map((line) => {
        const { logger, context } = JSON.parse(line)
        return [logger, context.request_id ?? context.job_id ?? context.user_id]
      }),
      [
        ['early', 'r'],
        ['a', 'j'],
        ['b', 'u'],
        ['late', 'r'],
      ],
    )
  })

  it('understand the errors of each other’s adapters', async (test) => {
    const folder = temporaryFolder(test)
    const [a, b] = ['a', 'b'].map((name) => install(join(folder, name)))

    const found = await answer<unknown>(`
      const a = await import('${a}')
      const b = await import('${b}')
      const adapter = {
        name: 'theirs',
        write() {},
        writeSync(batch) {
          if (batch.some(({ json }) => json.includes('poison'))) throw new b.AdapterError('Never.', { retryable: false })
        },
      }
      const runtime = a.createRuntime({ adapters: [adapter], diagnosticHook() {}, queue: { spoolDir: ${JSON.stringify(folder)} } })
      runtime.get('app').info('poison')
      console.log(JSON.stringify(runtime.report().adapters.theirs.dropped))`)

    assert.deepEqual(found, { unprocessable: 1 })
  })
})
