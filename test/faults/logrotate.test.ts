import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { writersEnd } from '../crash/outside/writer-processes.js'
import { cleanEnv, HOLDFAST, temporaryFolder } from '../fixtures/spawn.js'
import { hasTools } from '../fixtures/tools.js'

const ROTATIONS = 5
/** The application logs at least so many events between two rotations. */
const EVENTS = 300
const WRITER_END_MS = 60_000

/** Logs without end; each line on its input is an order, which it answers with the number of the last event when that is in the file. */
const APP = `import { createInterface } from 'node:readline'
import { flush, get, init, shutdown, fileAdapter } from '${HOLDFAST}'
const [folder, worker] = process.argv.slice(1)
init({
  service: 'rotated',
  adapters: [fileAdapter({ path: folder + '/logs/app.log', reopenOnSighup: true })],
  queue: { worker, spoolDir: folder + '/spool' },
})
let n = 0
let target = 0
let isBusy = true
const answers = []
createInterface({ input: process.stdin }).on('line', (order) => {
  if (order === 'pause') isBusy = false
  if (order.startsWith('log')) { isBusy = true; target = n + Number(order.slice(3)) }
  answers.push(order)
})
for (;;) {
  if (isBusy && get('app').info('event', { n: n + 1 }) === 'accepted') n++
  if (n % 10 === 0 || !isBusy) await new Promise((resolve) => setImmediate(resolve))
  if (answers.length === 0 || n < target) continue
  const order = answers.shift()
  if (order === 'end') break
  await flush()
  process.stdout.write(n + '\\n')
}
await shutdown({ timeoutMs: 30000 })
process.stdout.write(n + '\\n')
process.exit()`

class Application {
  readonly folder: string
  readonly child: ChildProcess
  readonly #worker: string
  readonly #lines: AsyncIterator<string>

  constructor(test: TestContext, worker: string) {
    this.#worker = worker
    this.folder = temporaryFolder(test)
    mkdirSync(join(this.folder, 'logs'), { mode: 0o700 })
    this.child = spawn(process.execPath, ['--input-type=module', '--eval', APP, this.folder, worker], {
      env: cleanEnv(),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    test.after(() => this.child.kill('SIGKILL'))
    this.#lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  }

  /** Gives an order; resolves with the number of the last event when it was carried out. */
  async order(order: string): Promise<number> {
    this.child.stdin?.write(`${order}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error(`The application has ended, with ${this.child.exitCode ?? this.child.signalCode}.`)
    return Number(value)
  }

  /** Ends it; resolves with the number of the last event when all of it has ended. */
  async end(): Promise<number> {
    const gone = once(this.child, 'exit')
    const last = await this.order('end')
    assert.deepEqual(await gone, [0, null])
    if (this.#worker === 'process') assert.ok(await writersEnd(this.folder, WRITER_END_MS), 'its writer did not end')
    return last
  }

  /** As the timer of the system does it. */
  async logrotate(directives: string): Promise<void> {
    const config = join(this.folder, 'logrotate.conf')
    writeFileSync(config, `"${this.folder}/logs/app.log" {\n  rotate 20\n  missingok\n  ${directives}\n}\n`, { mode: 0o600 })
    await promisify(execFile)('logrotate', ['--force', '--state', join(this.folder, 'state'), config])
  }

  /** What the files hold, the oldest first. */
  contents(): readonly string[] {
    const logs = join(this.folder, 'logs')
    const age = (name: string): number => Number(/\.log\.(\d+)/.exec(name)?.[1] ?? 0)
    return readdirSync(logs)
      .sort((a, b) => age(b) - age(a))
      .map((name) => readFileSync(join(logs, name)))
      .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString())
  }
}

function numbersIn(text: string): readonly number[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { extra: { n: number } }).extra.n)
}

const isMissing = (test: TestContext): boolean => !hasTools(test, ['logrotate', '--version'])

describe('the logrotate of the system', () => {
  for (const worker of ['local', 'thread', 'process']) {
    it(`with postrotate and SIGHUP costs no event and does not end the application, ${worker}`, async (test) => {
      if (isMissing(test)) return
      const app = new Application(test, worker)
      await app.order(`log ${EVENTS}`)

      for (let rotation = 0; rotation < ROTATIONS; rotation++) {
        await app.logrotate(`compress\n  delaycompress\n  postrotate\n    kill -HUP ${app.child.pid}\n  endscript`)
        await app.order(`log ${EVENTS}`)
      }
      const last = await app.end()

      const contents = app.contents()
      assert.deepEqual(
        contents.flatMap(numbersIn),
        Array.from({ length: last }, (_, i) => i + 1),
      )
      assert.ok(contents.length > ROTATIONS / 2, `${contents.length} files`)
    })

    it(`with copytruncate costs no event that is logged before it or after it, ${worker}`, async (test) => {
      if (isMissing(test)) return
      const app = new Application(test, worker)
      await app.order(`log ${EVENTS}`)

      for (let rotation = 0; rotation < ROTATIONS; rotation++) {
        await app.order('pause')
        await app.logrotate('copytruncate')
        await app.order(`log ${EVENTS}`)
      }
      const last = await app.end()

      assert.deepEqual(
        app.contents().flatMap(numbersIn),
        Array.from({ length: last }, (_, i) => i + 1),
      )
    })
  }

  it('with copytruncate under load may lose what is logged between its copy and its cut, and nothing else', async (test) => {
    if (isMissing(test)) return
    const app = new Application(test, 'local')
    await app.order(`log ${EVENTS}`)

    for (let rotation = 0; rotation < ROTATIONS; rotation++) {
      await app.logrotate('copytruncate')
      await app.order(`log ${EVENTS}`)
    }
    const last = await app.end()

    const contents = app.contents()
    // a copy may end within a line, which is lost then, too
    const parts = contents.map((text) => numbersIn(text.slice(0, text.lastIndexOf('\n') + 1)))
    for (const [index, numbers] of parts.entries()) {
      const first = numbers[0] ?? 0
      assert.ok(first > (parts[index - 1]?.at(-1) ?? 0), 'an event came twice, or too late')
      assert.deepEqual(
        numbers,
        Array.from(numbers, (_, i) => first + i),
      )
    }
    assert.equal(parts.at(-1)?.at(-1), last)
    assert.ok(contents.every((text) => !text.includes('\0')))
  })
})
