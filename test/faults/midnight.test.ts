import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { cleanEnv, ended, HOLDFAST, temporaryFolder } from '../fixtures/spawn.js'
import { hasTools } from '../fixtures/tools.js'

interface Line {
  readonly timestamp: string
  readonly extra: { readonly n: number }
}

/** Logs until the local day has changed and 20 events more. */
const SCRIPT = (dir: string): string => `
  import { init, get, shutdown, fileAdapter } from '${HOLDFAST}'
  init({ service: 'test', adapters: [fileAdapter({ dir: ${JSON.stringify(dir)}, prefix: 'app', rotate: { every: process.argv[1] } })] })
  const log = get('app')
  const period = () => process.argv[1] === 'day' ? new Date().getDate() : new Date().getHours()
  const first = period()
  let n = 0
  // a start that takes longer than what is left of the period would wait for the next one
  while (period() === first && n < 5000) { log.info('event', { n: ++n }); await new Promise((resolve) => setTimeout(resolve, 5)) }
  for (let i = 0; i < 20; i++) log.info('event', { n: ++n })
  const report = await shutdown()
  console.log(n, report.adapters.file.delivered)`

describe('midnight', () => {
  for (const [name, zone, start, every, before, after] of [
    ['of an ordinary day', 'Europe/Vienna', '2026-11-20 23:59:55', 'day', '2026-11-20', '2026-11-21'],
    ['before the clocks go forward', 'Europe/Vienna', '2026-03-28 23:59:55', 'day', '2026-03-28', '2026-03-29'],
    ['after the clocks went back', 'Europe/Vienna', '2026-10-25 23:59:55', 'day', '2026-10-25', '2026-10-26'],
    ['where it does not exist', 'America/Santiago', '2026-09-05 23:59:55', 'day', '2026-09-05', '2026-09-06'],
    ['of the hour that is skipped', 'Europe/Vienna', '2026-03-29 01:59:55', 'hour', '2026-03-29', '2026-03-29'],
  ] as const) {
    it(`${name} begins a new file, and every event is in the file of its day`, async (test) => {
      if (!hasTools(test, ['faketime', '-f', '@2026-11-20 23:59:59', process.execPath, '-e', '0'])) return
      const dir = temporaryFolder(test)

      const child = spawn(
        'faketime',
        ['-f', `@${start}`, process.execPath, '--input-type=module', '--eval', SCRIPT(dir), every],
        {
          env: { ...cleanEnv(), TZ: zone },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      const { code, stdout, stderr } = await ended(child)

      assert.equal(code, 0, stderr)
      const [count, delivered] = stdout.trim().split(' ').map(Number)
      assert.equal(delivered, count)
      const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
        .filter((path) => /_\d\d-\d\d-\d\d\.log$/.test(path))
        .sort()
      assert.equal(files.length, 2, files.join())
      assert.deepEqual(
        files.map((path) => path.slice(0, 10)),
        [before, after],
      )
      const all = files.map((path) =>
        readFileSync(join(dir, path), 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Line),
      )
      assert.deepEqual(
        all.flat().map(({ extra }) => extra.n),
        Array.from({ length: count ?? 0 }, (_, i) => i + 1),
      )
      const periods = all.map((lines) => new Set(lines.map(({ timestamp }) => local(timestamp, zone, every))))
      assert.deepEqual(
        periods.map(({ size }) => size),
        [1, 1],
        periods.map((each) => [...each].join()).join(' | '),
      )
    })
  }
})

/** The local day or hour of a moment. */
function local(timestamp: string, timeZone: string, every: 'day' | 'hour'): string {
  const hour = every === 'hour' ? ({ hour: '2-digit' } as const) : {}
  return new Date(timestamp).toLocaleString('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', ...hour })
}
