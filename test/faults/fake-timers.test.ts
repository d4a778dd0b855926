import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ended, HOLDFAST, startScript, temporaryFolder } from '../fixtures/spawn.js'

/** Ways to replace time, as test runners do it: on the global object, and in the modules that hand the same functions out. */
const FAKES = {
  'all of it': `
    const never = () => ({ ref() {}, unref() {}, hasRef() {}, refresh() {} })
    for (const place of [globalThis, timers]) Object.assign(place, { setTimeout: never, setInterval: never, setImmediate: never, clearTimeout() {} })
    Object.defineProperty(perfHooks.performance, 'now', { configurable: true, value: () => 0 })
    Object.defineProperty(globalThis, 'performance', { configurable: true, value: { now: () => 0 } })
    globalThis.Date = class Date extends Date_ { static now() { return 0 } }
    syncBuiltinESMExports()`,
  'setTimeout alone': `globalThis.setTimeout = timers.setTimeout = () => 7`,
  'setImmediate alone': `globalThis.setImmediate = timers.setImmediate = () => ({})`,
  'performance, which is removed': `delete globalThis.performance`,
  'what node:test replaces': `mock.timers.enable()`,
} as const

const script = (folder: string, fake: string, when: 'before' | 'after'): string => `
  import timers from 'node:timers'
  import perfHooks from 'node:perf_hooks'
  import { readFileSync } from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  import { mock } from 'node:test'
  const Date_ = Date
  const start = Date.now()
  if ('${when}' === 'before') { ${fake} }
  const { createRuntime, fileAdapter } = await import('${HOLDFAST}')
  const seen = []
  const make = (worker) => createRuntime({
    service: 'fakes',
    queue: { worker, spoolDir: ${JSON.stringify(join(folder, 'state'))} },
    adapters: [fileAdapter({ path: ${JSON.stringify(folder)} + '/' + worker + '.log' })],
    diagnosticHook: (name) => { if (name !== 'hand_off_degraded') seen.push(name) },
  })
  const runtimes = ['local', 'thread', 'process'].map((worker) => [worker, make(worker)])
  if ('${when}' === 'after') { ${fake} }
  const told = {}
  for (const [worker, runtime] of runtimes) {
    const log = runtime.get('app')
    log.info('before a flush')
    const { timedOut } = await runtime.flush({ timeoutMs: 30_000 })
    log.info('before the end')
    const { adapters } = await runtime.shutdown({ timeoutMs: 30_000 })
    const lines = readFileSync(${JSON.stringify(folder)} + '/' + worker + '.log', 'utf8').trimEnd().split('\\n').map((line) => JSON.parse(line))
    told[worker] = [timedOut, adapters.file.delivered, lines.every(({ timestamp }) => Date_.parse(timestamp) >= start)]
  }
  process.stdout.write(JSON.stringify({ told, seen }))
  process.exit(0)`

describe('an application that replaces time in its tests', () => {
  for (const [what, fake] of Object.entries(FAKES)) {
    for (const when of ['after', 'before'] as const) {
      it(`changes nothing in any writer by ${what}, ${when} it loads the logger`, async (test) => {
        const { stdout, stderr } = await ended(startScript(script(temporaryFolder(test), fake, when)))

        const each = [false, 2, true]
        const told: unknown = JSON.parse(stdout === '' ? JSON.stringify(stderr) : stdout)
        assert.deepEqual(told, { told: { local: each, thread: each, process: each }, seen: [] })
      })
    }
  }
})
