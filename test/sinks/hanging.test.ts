import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ended, startScript, temporaryFolder } from '../fixtures/spawn.js'
import { applicationHead, upTo, writeConfig } from './application.js'
import { builtPackage, SINKS, settledArrivals } from './sinks.js'

const BEFORE = 100
const COUNT = 500

/** What the application saw while an adapter of its writer hung. */
interface Seen {
  readonly hung: readonly { readonly lane: string }[]
  readonly whileHung: { readonly state: string; readonly reason: string }
  readonly fileBehindMs: number
  readonly after: { readonly state: string }
  readonly delivered: number
}

/** Configuration of an adapter that takes the whole loop with it as long as a file is there. */
function hanging(marker: string, out: string, how: string): { readonly head: string; readonly adapter: string } {
  const head = `
    import { appendFileSync as append, existsSync as exists } from 'node:fs'
    import { defineAdapter as define } from ${builtPackage('core')}
    const accept = (batch) => {
      if (exists(${JSON.stringify(marker)})) for (;;);
      append(${JSON.stringify(out)}, batch.map(({ event }) => event.extra.n + '\\n').join(''))
    }
    const hangingAdapter = define({ name: 'hanging', create: ({ name }) => ({ name, ${how} }) })`
  return { head, adapter: 'hangingAdapter()' }
}

describe('an adapter that never gives its thread back', () => {
  for (const worker of ['thread', 'process'] as const) {
    for (const [place, how] of [
      ['at once', 'write: (batch) => accept(batch)'],
      ['behind an await', 'write: async (batch) => { await null; await new Promise(setImmediate); accept(batch) }'],
    ] as const) {
      it(`costs its own lane only, and is tried again after its pause: ${place}, ${worker}`, async (test) => {
        const folder = temporaryFolder(test)
        const marker = join(folder, 'marker')
        const out = join(folder, 'out')
        const file = await SINKS['file']?.(test)
        assert.ok(file !== undefined)
        const config = writeConfig([file, { ...hanging(marker, out, how), arrivals: () => [] }], {
          worker,
          folder,
          more: 'diagnosticHook: (name, payload) => globalThis.told?.push([name, payload]),',
        })
        writeFileSync(marker, '')
        const source = `
          import { rmSync } from 'node:fs'
          globalThis.told = []
          ${applicationHead(config)}
          const lane = (name) => runtime.inspect().lanes[name]
          const until = async (holds) => { while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10)) }
          const tells = (wanted) => told.filter(([name]) => name === wanted).map(([, payload]) => payload)
          for (let n = 1; n <= ${BEFORE}; n++) say(n)
          await until(() => lane('hanging').state === 'quarantined' && lane('hanging').reason !== '')
          const whileHung = lane('hanging')
          for (let n = ${BEFORE + 1}; n <= ${COUNT}; n++) say(n)
          const start = performance.now()
          await until(() => runtime.report().adapters.file.delivered === ${COUNT})
          const fileBehindMs = performance.now() - start
          rmSync(${JSON.stringify(marker)})
          await until(() => runtime.report().adapters.hanging.delivered === ${COUNT} && lane('hanging').state === 'ok')
          const after = lane('hanging')
          const report = await shutdown()
          const { delivered } = report.adapters.hanging
          console.log(JSON.stringify({ hung: tells('writer_hung'), whileHung, fileBehindMs, after, delivered }))`

        const { code, stdout, stderr } = await ended(startScript(source))

        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
        const seen = JSON.parse(stdout) as Seen
        test.diagnostic(`the file was ${seen.fileBehindMs.toFixed(0)} ms behind`)
        assert.deepEqual(
          seen.hung.map(({ lane }) => lane),
          ['hanging'],
        )
        assert.match(seen.whileHung.reason, /its adapter hung; next attempt in \d+ s/)
        assert.deepEqual([seen.after.state, seen.delivered], ['ok', COUNT])
        assert.deepEqual(
          (await settledArrivals(file, COUNT)).map(({ n }) => n),
          upTo(COUNT),
        )
        assert.deepEqual(readFileSync(out, 'utf8').split('\n').slice(0, -1).map(Number), upTo(COUNT))
      })
    }
  }
})
