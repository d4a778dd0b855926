import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ConfigError, defineAdapter } from '@holdfast/core'
import { createRuntime, fileAdapter } from 'holdfast'
import { ended, startScript, temporaryFolder } from '../fixtures/spawn.js'
import { applicationHead, upTo, writeConfig } from './application.js'
import { builtPackage, SINKS, settledArrivals } from './sinks.js'

const COUNT = 200

function adapterOf(module: string) {
  return defineAdapter({ name: 'elsewhere', module, options: {}, create: ({ name }) => ({ name, write: () => undefined }) })()
}

for (const worker of ['thread', 'process'] as const) {
  describe(`an adapter whose module a writer ${worker} cannot import`, () => {
    it('is refused by init when it is a package that is not found from there', (test) => {
      const queue = { worker, spoolDir: temporaryFolder(test) }

      assert.throws(
        () => createRuntime({ service: 'shop', queue, adapters: [adapterOf('no-such-package')] }),
        (error: unknown) => {
          assert.ok(error instanceof ConfigError)
          assert.match(error.message, /adapters\[0\].*`no-such-package`, which is not found.*module: import\.meta\.url/s)
          return true
        },
      )
    })

    it('costs its own lane only', async (test) => {
      const folder = temporaryFolder(test)
      const missing = pathToFileURL(join(folder, 'missing.mjs')).href
      const runtime = createRuntime({
        service: 'shop',
        queue: { worker, spoolDir: join(folder, 'runs') },
        adapters: [fileAdapter({ path: join(folder, 'app.log') }), adapterOf(missing)],
        diagnosticHook: () => undefined,
      })
      const log = runtime.get('app')

      for (let n = 1; n <= COUNT; n++) log.info('event', { n })
      while (runtime.inspect().lanes['elsewhere']?.reason === '') await pause(20)
      while ((runtime.report().adapters['file']?.delivered ?? 0) < COUNT) await pause(20)

      const { lanes, writer } = runtime.inspect()
      assert.match(lanes['elsewhere']?.reason ?? '', /missing\.mjs/)
      assert.deepEqual([writer.state, writer.restarts], ['running', 0])
      assert.equal(runtime.report().adapters['elsewhere']?.pending, COUNT)
      await runtime.shutdown({ timeoutMs: 1000 })
    })

    it('is taken from the configuration module, which the writer imports too', async (test) => {
      const folder = temporaryFolder(test)
      const file = await SINKS['file']?.(test)
      assert.ok(file !== undefined)
      const { head, adapter, arrivals } = file
      const named = {
        head: `${head}\nimport { defineAdapter } from ${builtPackage('core')}
          const create = () => ${adapter}.create()
          const hiddenAdapter = defineAdapter({ name: 'file', module: 'no-such-package', create })`,
        adapter: 'hiddenAdapter()',
        arrivals,
      }
      const source = `${applicationHead(writeConfig([named], { worker, folder }))}
        for (let n = 1; n <= ${COUNT}; n++) say(n)
        await shutdown()`

      const { code, stderr } = await ended(startScript(source))

      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      assert.deepEqual(
        (await settledArrivals(named, COUNT)).map(({ n }) => n),
        upTo(COUNT),
      )
    })
  })
}
