import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import type { LogEvent } from 'holdfast'
import { install } from '../fixtures/installation.js'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { cleanEnv, temporaryFolder } from '../fixtures/spawn.js'

const API = join(import.meta.dirname, '../../../packages/api')

/** A library that logs when it is loaded, when it is used, and around a callback of its user. */
const LIBRARY = `
import { bind, get } from '@holdfast/api'
const log = get('report-client')
log.info('loaded', { copy: COPY })
export function fetchReport(id, callback = () => undefined) {
  return bind({ requestId: id }, () => {
    log.debug('detail')
    const result = log.info('fetched', { copy: COPY })
    callback()
    return result
  })
}
export function fail() {
  return log.error('could not fetch', new Error('offline'))
}
export const isEnabled = () => log.isEnabled('critical')
`
const COMMONJS = LIBRARY.replace('import { bind, get } from', 'const { bind, get } = require(')
  .replace("'@holdfast/api'", "'@holdfast/api')")
  .replaceAll('export function', 'exports.fetchReport = exports.fetchReport ?? fetchReport; function')
  .replace('export const isEnabled =', 'exports.isEnabled =')

/** A folder with an application, and libraries that each have a copy of `@holdfast/api` of their own. */
function application(test: TestContext, options: { readonly hasHoldfast: boolean }): string {
  const folder = temporaryFolder(test)
  if (options.hasHoldfast) install(folder)
  addLibrary(folder, 'report-client', '0.1.0', LIBRARY)
  return folder
}

function addLibrary(folder: string, name: string, apiVersion: string, source: string, type = 'module'): void {
  const home = join(folder, 'node_modules', name)
  const api = join(home, 'node_modules/@holdfast/api')
  mkdirSync(dirname(api), { recursive: true })
  cpSync(join(API, 'dist'), join(api, 'dist'), { recursive: true })
  const manifest = JSON.parse(readFileSync(join(API, 'package.json'), 'utf8')) as object
  writeFileSync(join(api, 'package.json'), JSON.stringify({ ...manifest, version: apiVersion }))
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name, version: '1.0.0', type, main: 'index.js' }))
  writeFileSync(join(home, 'index.js'), source.replaceAll('COPY', JSON.stringify(`${name} ${apiVersion}`)))
}

interface Ran {
  readonly events: readonly LogEvent[]
  /** What the application itself wrote. */
  readonly said: string
  readonly stderr: string
}

function run(folder: string, source: string): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: folder,
    env: cleanEnv({ LOG_PRESET: 'container' }),
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  })
  assert.equal(status, 0, stderr)
  const lines = stdout.split('\n').filter((line) => line !== '')
  const isEvent = (line: string): boolean => line.startsWith('{"v":1')
  return {
    events: lines.filter(isEvent).map((line) => JSON.parse(line) as LogEvent),
    said: lines.filter((line) => !isEvent(line)).join('\n'),
    stderr,
  }
}

function messages({ events }: Ran): readonly string[] {
  return events.map(({ message, context, extra }) => `${message} ${context.request_id ?? '-'} ${extra?.['copy']}`)
}

describe('a library that depends on @holdfast/api alone', () => {
  it('is silent in an application that does not use Holdfast, whatever it logs', (test) => {
    const folder = application(test, { hasHoldfast: false })
    const ran = run(
      folder,
      "import * as lib from 'report-client'; console.log(lib.fetchReport('r'), lib.fail(), lib.isEnabled())",
    )

    assert.deepEqual(ran, { events: [], said: 'below_level below_level false', stderr: '' })
  })

  it('is silent in an application that never calls init, but for one line when something was severe', (test) => {
    const folder = application(test, { hasHoldfast: true })
    const source = "import 'holdfast'; import * as lib from 'report-client'; lib.fetchReport('r')"

    assert.deepEqual(run(folder, source), { events: [], said: '', stderr: '' })
    assert.deepEqual(run(folder, `${source}; lib.fail(); lib.fail()`), {
      events: [],
      said: '',
      stderr: 'holdfast: init() was never called; report-client: "could not fetch" (and 1 more at ERROR or above)\n',
    })
  })

  it('is heard as soon as the application calls init, with what it logged before', (test) => {
    const folder = application(test, { hasHoldfast: true })
    const ran = run(
      folder,
      "import { init } from 'holdfast'; import * as lib from 'report-client'; init({ service: 'shop' }); lib.fetchReport('r')",
    )

    assert.deepEqual(messages(ran), ['loaded - report-client 0.1.0', 'fetched r report-client 0.1.0'])
    assert.ok(ran.events.every(({ context, logger }) => context.service === 'shop' && logger === 'report-client'))
  })

  it('is heard when it was loaded before Holdfast was, from then on', (test) => {
    const folder = application(test, { hasHoldfast: true })
    const ran = run(
      folder,
      "const lib = await import('report-client'); const { init } = await import('holdfast'); init(); lib.fetchReport('r')",
    )

    assert.deepEqual(messages(ran), ['fetched r report-client 0.1.0'])
  })

  it('keeps to the levels that the application sets for its name', (test) => {
    const folder = application(test, { hasHoldfast: true })
    const source =
      "import { init } from 'holdfast'; import * as lib from 'report-client'; init({ levels: { 'report-client': LEVEL } }); lib.fetchReport('r')"

    assert.deepEqual(messages(run(folder, source.replace('LEVEL', "'warn'"))), [])
    assert.equal(run(folder, source.replace('LEVEL', "'debug'")).events.length, 3)
  })
})

describe('several copies of @holdfast/api in one process', () => {
  it('meet in one runtime, also in other versions and in CommonJS, and share contexts', (test) => {
    const folder = application(test, { hasHoldfast: true })
    addLibrary(folder, 'second', '0.2.0', LIBRARY)
    addLibrary(folder, 'third', '0.9.1', COMMONJS, 'commonjs')
    const ran = run(
      folder,
      `import { bind, init } from 'holdfast'
       import { createRequire } from 'node:module'
       import * as first from 'report-client'
       import * as second from 'second'
       const third = createRequire(process.cwd() + '/app.js')('third')
       init({ service: 'shop', level: 'info' })
       bind({ tenant: 'acme' }, () => first.fetchReport('outer', () => { second.fetchReport(undefined); third.fetchReport('inner') }))`,
    )

    assert.deepEqual(messages(ran), [
      'loaded - report-client 0.1.0',
      'loaded - second 0.2.0',
      'loaded - third 0.9.1',
      'fetched outer report-client 0.1.0',
      'fetched outer second 0.2.0',
      'fetched inner third 0.9.1',
    ])
    assert.ok(ran.events.slice(3).every(({ context }) => context.extra?.['tenant'] === 'acme'))
    assert.equal(new Set(ran.events.map(({ origin }) => origin)).size, 1)
    assert.deepEqual(
      ran.events.map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6],
    )
  })

  it('stay silent, and work, where the slot holds a protocol that they do not know', (test) => {
    const folder = application(test, { hasHoldfast: false })
    const ran = run(
      folder,
      `globalThis[Symbol.for('holdfast.runtime')] = { protocol: 2, port: { anything: true } }
       const lib = await import('report-client')
       console.log(lib.fetchReport('r'), lib.isEnabled())`,
    )

    assert.deepEqual(ran, { events: [], said: 'below_level false', stderr: '' })
  })
})

describe('@holdfast/api', () => {
  it('depends on nothing and is below 3 kB, compressed', (test) => {
    const manifest = JSON.parse(readFileSync(join(API, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>
    const outfile = join(temporaryFolder(test), 'api.js')
    buildSync({ entryPoints: [join(API, 'dist/index.js')], bundle: true, minify: true, format: 'esm', outfile })
    const bytes = gzipSync(readFileSync(outfile)).length
    rmSync(outfile)

    assert.equal(manifest['dependencies'], undefined)
    assert.ok(bytes < 3072, `${bytes} bytes`)
  })
})
