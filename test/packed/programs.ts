/** Small applications that a user would write first; each ends with code 0. */

const BODY = `
const log = get('worker')
bind({ requestId: 'req-18' }, () => {
  log.info('started', { chunk: 3 })
  log.error('failed', new RangeError('too large'))
})
`

/** Logs two events to logs/app.log. */
export const ESM = `import { bind, fileAdapter, get, init, shutdown } from 'holdfast'
init({ service: 'blank', adapters: [fileAdapter({ path: 'logs/app.log' })] })
${BODY}
await shutdown()
`

export const COMMONJS = `const { bind, fileAdapter, get, init, shutdown } = require('holdfast')
init({ service: 'blank', adapters: [fileAdapter({ path: 'logs/app.log' })] })
${BODY}
shutdown()
`

/** CommonJS, where `require` of ES modules is out of reach. */
export const LATER = `import('holdfast').then(({ bind, fileAdapter, get, init, shutdown }) => {
init({ service: 'blank', adapters: [fileAdapter({ path: 'logs/app.log' })] })
${BODY}
return shutdown()
})
`

/** The same with a writer elsewhere; prints what \`inspect\` says about it. */
export function withWriter(worker: 'thread' | 'process'): string {
  return `import { bind, fileAdapter, flush, get, init, inspect, shutdown } from 'holdfast'
init({ service: 'blank', queue: { worker: '${worker}' }, adapters: [fileAdapter({ path: 'logs/app.log' })] })
${BODY}
await flush()
console.log(JSON.stringify(inspect().writer))
await shutdown()
`
}

/** Logs an event with an error to stdout, as a container does. */
export const CONSOLE = `import { consoleAdapter, get, init } from 'holdfast'
init({ service: 'blank', adapters: [consoleAdapter({ stream: 'stdout', format: 'json' })] })
get('worker').info('started', { chunk: 3 })
get('worker').error('failed', new RangeError('too large', { cause: new Error('disk full') }))
`

/** For each compiler mode: what a typed application uses. */
export const TYPED = `import { type Logger, type RuntimeConfig, type Adapter, bind, check, consoleAdapter, createRuntime, defineAdapter, dump, fileAdapter, get, init } from 'holdfast'
import { get as libraryGet } from '@holdfast/api'

const sink: Adapter = { name: 'sink', write: (batch) => void batch.map(({ json, event }) => [json, event.message]) }
const config: RuntimeConfig = { service: 'blank', adapters: [consoleAdapter({ level: 'warning' }), fileAdapter({ dir: 'logs' }), sink] }
const log: Logger = get('worker')
export function start(): void {
  init(config, { replace: true })
  createRuntime(config).get('other').debug('x')
  try {
    bind({ requestId: 'r' }, () => log.info('started', { chunk: 3 }))
  } catch (error) {
    log.error('failed', error)
  }
  libraryGet('library').with({ a: 1 }).warning('w')
}
export const mine = defineAdapter<{ readonly name?: string; readonly path?: string }>({ name: 'mine', options: { path: check.text }, create: ({ name }) => ({ name, write: () => undefined }) })
export const page: Promise<unknown> = dump({ format: 'html_table', path: 'dump.html' })
`

/** Ends with a failure when a class or the slot of the runtime is there twice. */
export const CLASSES = `import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import * as front from 'holdfast'
import * as core from '@holdfast/core'
import * as api from '@holdfast/api'
import * as testing from 'holdfast/testing'

const required = createRequire(import.meta.url)('holdfast')
assert.equal(front.ConfigError, core.ConfigError)
assert.equal(required.ConfigError, core.ConfigError)
assert.equal(front.get, api.get)
using()

function using() {
  const logs = testing.captureLogs()
  required.get('worker').info('started')
  assert.deepEqual(logs.messages, ['started'])
  logs.stop()
}
assert.throws(() => front.fileAdapter({ nonsense: 1 }), core.ConfigError)
`

/** Makes each adapter that needs no options as a writer elsewhere does: from the module that its recipe names. */
export const FACTORIES = `import assert from 'node:assert/strict'
for (const name of process.argv.slice(2)) {
  const entry = await import(name)
  for (const [factory, make] of Object.entries(entry)) {
    if (!factory.endsWith('Adapter') || typeof make !== 'function' || /^[A-Z]/.test(factory)) continue
    const recipe = make(factory === 'graylogAdapter' ? { host: 'localhost' } : {})
    if (recipe.module === undefined) continue
    const again = (await import(recipe.module))[recipe.factory](recipe.options)
    assert.equal(again.name, recipe.name)
    // a name would be looked for beside the writer, which depends on no adapter
    assert.ok(recipe.module.startsWith('file:'), recipe.module)
    console.log(factory + ': made again')
  }
}
`
