import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { writersEnd } from '../crash/outside/writer-processes.js'
import { faultyFs } from '../fixtures/faulty-fs/faulty-fs.js'
import type { FaultRule } from '../fixtures/faulty-fs/rules.js'
import { cleanEnv, ended, HOLDFAST, temporaryFolder } from '../fixtures/spawn.js'

const EVENTS = 200
const WRITER_END_MS = 60_000
/** About eight rotations. */
const MAX_BYTES = 8000
const STRANGERS = { 'app.log.1': 'of somebody else', 'app.2026-99-99T10-00-00.log': 'no moment of a clock', 'notes.txt': 'notes' }

const APP = `import { init, get, shutdown, fileAdapter } from '${HOLDFAST}'
const [folder, worker] = process.argv.slice(1)
init({
  service: 'injected', ring: { maxBytes: 4 * 1024 * 1024 },
  adapters: [fileAdapter({ path: folder + '/logs/app.log', name: 'file', rotate: { maxBytes: ${MAX_BYTES} }, compress: 'gzip', retryMinMs: 1, retryMaxMs: 5 })],
  queue: { worker, spoolDir: folder + '/spool' },
})
let accepted = 0
for (let n = 1; n <= ${EVENTS}; n++) {
  if (get('app').info('event', { n }) === 'accepted') accepted++
  if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
}
const report = await shutdown({ timeoutMs: 20000 })
process.stdout.write(JSON.stringify({ accepted, delivered: report.adapters.file.delivered, dropped: report.adapters.file.dropped }))`

interface Outcome {
  readonly answer: { readonly accepted: number; readonly delivered: number; readonly dropped: object }
  readonly numbers: readonly number[]
  readonly strangers: object
  readonly hits: number
}

async function run(test: TestContext, worker: string, rules: readonly FaultRule[]): Promise<Outcome> {
  const folder = temporaryFolder(test)
  mkdirSync(join(folder, 'logs'))
  for (const [name, content] of Object.entries(STRANGERS)) writeFileSync(join(folder, 'logs', name), content)
  const faults = faultyFs(join(folder, 'hits'), rules)
  const child = spawn(process.execPath, [...faults.args, '--input-type=module', '--eval', APP, folder, worker], {
    env: cleanEnv(faults.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  const { code, signal, stdout, stderr } = await ended(child)
  assert.equal(code, 0, `${signal} ${stderr}`)
  // it goes on compressing when the application has ended
  if (worker === 'process') assert.ok(await writersEnd(folder, WRITER_END_MS), 'its writer did not end')
  const read = (name: string): string => readFileSync(join(folder, 'logs', name), 'utf8')
  return {
    answer: JSON.parse(stdout) as Outcome['answer'],
    numbers: linesIn(join(folder, 'logs')),
    strangers: Object.fromEntries(Object.keys(STRANGERS).map((name) => [name, read(name)])),
    hits: faults.hits().length,
  }
}

/** The number of each event in the files; a plain file that has a compressed copy holds the same. */
function linesIn(logs: string): readonly number[] {
  const names = readdirSync(logs).filter((name) => !Object.hasOwn(STRANGERS, name) && !name.includes('.tmp-'))
  return names
    .filter((name) => !names.includes(`${name}.gz`))
    .flatMap((name) => {
      const bytes = readFileSync(join(logs, name))
      const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
      return text.split('\n').slice(0, -1)
    })
    .map((line) => (JSON.parse(line) as { extra: { n: number } }).extra.n)
    .sort((a, b) => a - b)
}

const LOGS = '/logs/app'
const FAILURES = ['before', 'after', 'twice'] as const
/** What of the log's folder fails, and how. */
const ROWS: readonly (readonly [
  title: string,
  call: string | readonly string[],
  path: string,
  faults: readonly FaultRule['fault'][],
])[] = [
  ['renaming the log', 'renameSync', `${LOGS}\\.log -> `, FAILURES],
  ['renaming anything', 'rename', LOGS, FAILURES],
  ['opening the log anew', 'openSync', `${LOGS}\\.log$`, FAILURES],
  ['making a finished name', 'openSync', `${LOGS}\\.2`, FAILURES],
  ['removing', 'unlink', LOGS, FAILURES],
  ['writing', 'writeSync', `${LOGS}\\.log$`, ['before', 'after', 'short']],
]

/** A writer process needs longer, and has the same adapter: it gets the rows in which it differs. */
const WORKERS = { local: ROWS, process: ROWS.filter(([title]) => ['renaming the log', 'writing'].includes(title)) }

describe('a file system that does not do what was asked of a log', () => {
  for (const [worker, rows] of Object.entries(WORKERS)) {
    for (const [title, call, path, faults] of rows) {
      for (const fault of faults) {
        it(`loses, doubles and touches nothing: ${title}, ${fault}, ${worker}`, async (test) => {
          // in every process: the first log is opened by the first call, so the second is the first rotation
          const { answer, numbers, strangers, hits } = await run(test, worker, [{ call, path, fault, nth: [2, 3] }])

          assert.ok(hits > 0, 'nothing was hit')
          assert.deepEqual(
            numbers,
            Array.from({ length: EVENTS }, (_, i) => i + 1),
          )
          assert.deepEqual(answer, { accepted: EVENTS, delivered: EVENTS, dropped: {} })
          assert.deepEqual(strangers, STRANGERS)
        })
      }
    }
  }
})
