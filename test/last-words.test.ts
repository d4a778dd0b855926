import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Ended, ended, HOLDFAST, said, startScript, temporaryFolder } from './fixtures/spawn.js'

const require = createRequire(import.meta.url)
const SIGNAL_EXIT_3 = pathToFileURL(require.resolve('signal-exit-3')).href
const SIGNAL_EXIT_4 = pathToFileURL(require.resolve('signal-exit-4')).href

/** Runs a script that logs to a file by the tick, and gives back how it ended and the messages in the file. */
async function run(
  test: TestContext,
  body: string,
  signal?: NodeJS.Signals,
): Promise<Ended & { readonly messages: readonly string[] }> {
  const path = join(temporaryFolder(test), 'app.log')
  const child = startScript(`
    import { init, get, fileAdapter } from '${HOLDFAST}'
    init({ service: 'test', adapters: [fileAdapter({ path: ${JSON.stringify(path)} })], queue: { commit: 'tick' } })
    const log = get('app')
    ${body}`)
  const end = ended(child)
  if (signal !== undefined) {
    await said(child, 'ready')
    child.kill(signal)
  }
  const result = await end
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return { ...result, messages: lines.map((line) => (JSON.parse(line) as { message: string }).message) }
}

describe('last words', () => {
  it('writes the last tick when the process calls exit, and leaves the code alone', async (test) => {
    const { code, messages } = await run(test, `log.info('one'); log.info('two'); process.exit(7)`)

    assert.equal(code, 7)
    assert.deepEqual(messages, ['one', 'two'])
  })

  it('writes the last tick when an exception goes uncaught', async (test) => {
    const { code, messages, stderr } = await run(test, `setImmediate(() => { log.info('one'); throw new Error('boom') })`)

    assert.equal(code, 1)
    assert.deepEqual(messages, ['one'])
    assert.match(stderr, /boom/)
  })

  it('writes the last tick when a promise is rejected and nobody cares', async (test) => {
    const { code, messages } = await run(test, `log.info('one'); Promise.reject(new Error('boom'))`)

    assert.equal(code, 1)
    assert.deepEqual(messages, ['one'])
  })

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`dies of ${signal} as it would without a logger, with everything written`, async (test) => {
      const {
        code,
        signal: died,
        messages,
      } = await run(
        test,
        `setInterval(() => {}, 1000)
         process.once('newListener', () => {})
         log.info('one')
         setTimeout(() => { process.stdout.write('ready'); log.info('two') }, 20)`,
        signal,
      )

      assert.equal(code, null)
      assert.equal(died, signal)
      assert.deepEqual(messages, ['one', 'two'])
    })
  }

  it('lets the application shut down for as long as it takes when it listens itself, and goes on logging', async (test) => {
    const { code, messages } = await run(
      test,
      `process.on('SIGTERM', () => {
         log.info('closing')
         setTimeout(() => { log.info('closed'); process.exit(3) }, 1200)
       })
       setInterval(() => {}, 1000)
       log.info('one')
       process.stdout.write('ready')`,
      'SIGTERM',
    )

    assert.equal(code, 3)
    assert.deepEqual(messages, ['one', 'closing', 'closed'])
  })

  for (const [name, href] of [
    ['3', SIGNAL_EXIT_3],
    ['4', SIGNAL_EXIT_4],
  ] as const) {
    for (const order of ['before', 'after'] as const) {
      it(`dies once and runs the callbacks of signal-exit ${name} that was loaded ${order} it`, async (test) => {
        const path = join(temporaryFolder(test), 'app.log')
        const load = `const module = await import('${href}'); const onExit = module.onExit ?? module.default
          onExit((code, signal) => { process.stdout.write('callback:' + signal) })`
        const start = `const { init, get, fileAdapter } = await import('${HOLDFAST}')
          init({ service: 'test', adapters: [fileAdapter({ path: ${JSON.stringify(path)} })], queue: { commit: 'tick' } })`
        const child = startScript(`${order === 'before' ? load : start}\n${order === 'before' ? start : load}
          get('app').info('one')
          setInterval(() => {}, 1000)
          process.stdout.write('ready')`)
        const end = ended(child)
        await said(child, 'ready')
        child.kill('SIGTERM')

        const { signal, stdout } = await end

        assert.equal(signal, 'SIGTERM')
        assert.equal(stdout.match(/callback:SIGTERM/g)?.length, 1)
        assert.match(readFileSync(path, 'utf8'), /"message":"one"/)
      })
    }
  }

  it('does not make a blocked loop immune for longer than the block', async (test) => {
    const { signal, messages } = await run(
      test,
      `log.info('one')
       setImmediate(() => {
         process.stdout.write('ready')
         const end = Date.now() + 600
         while (Date.now() < end);
         log.info('two')
       })
       setInterval(() => {}, 1000)`,
      'SIGTERM',
    )

    assert.equal(signal, 'SIGTERM')
    assert.deepEqual(messages, ['one', 'two'])
  })

  it('keeps the loop for an adapter that can only write asynchronously, and tells what it could not deliver', async () => {
    const script = (delayMs: number, stopTimeoutMs: number): string => `
      import { init, get } from '${HOLDFAST}'
      const slow = { name: 'slow', write: (batch) => new Promise((resolve) => setTimeout(() => { process.stdout.write(String(batch.length)); resolve() }, ${delayMs}).unref()) }
      init({ service: 'test', adapters: [slow], queue: { stopTimeoutMs: ${stopTimeoutMs} } })
      get('app').info('one'); get('app').info('two')`

    const patient = await ended(startScript(script(50, 2000)))
    const hurried = await ended(startScript(script(60_000, 100)))

    assert.equal(patient.stdout, '2')
    assert.equal(patient.stderr, '')
    assert.equal(hurried.code, 0)
    assert.match(hurried.stderr, /2 events for slow were not delivered/)
  })

  it('says nothing when init was never called, unless something severe was logged', async () => {
    const quiet = await ended(startScript(`import { get } from '${HOLDFAST}'; get('lib').warning('careful')`))
    const severe = await ended(
      startScript(`import { get } from '${HOLDFAST}'; get('lib').error('broken'); get('lib').critical('worse')`),
    )

    assert.equal(quiet.stderr, '')
    assert.match(severe.stderr, /^holdfast: init\(\) was never called; lib: "broken" \(and 1 more at ERROR or above\)\n$/)
  })
})
