import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { faultyFs } from '../fixtures/faulty-fs/faulty-fs.js'
import { cleanEnv, type Ended, ended, HOLDFAST, startScript, temporaryFolder } from '../fixtures/spawn.js'

const CODES = ['EMFILE', 'ENOSPC', 'EACCES', 'EIO', 'ENOENT'] as const
/** All that the runtime and the file adapter ask of a file system, but for closing. */
const CALLS =
  'open read write stat lstat fstat statfs readdir rename link symlink unlink rm rmdir mkdir chmod fchmod readFile writeFile ftruncate fdatasync'

interface Orders {
  readonly worker: 'local' | 'process'
  readonly ending: 'return' | 'throw' | 'SIGTERM' | 'recover'
}

interface Told {
  readonly accepted: number
  readonly upkeep: readonly { readonly what: string; readonly code: string }[]
}

/** An application whose file system begins to fail, and whose writer is killed then. It ends as it is told, and says what it saw. */
const application = (folder: string, { worker, ending }: Orders): string => `
  import { spawn } from 'node:child_process'
  import { once } from 'node:events'
  import { rmSync, writeFileSync } from 'node:fs'
  import { Worker } from 'node:worker_threads'
  import { fileAdapter, init } from '${HOLDFAST}'
  const flag = ${JSON.stringify(join(folder, 'failing'))}
  const upkeep = []
  let failed
  const failure = new Promise((resolve) => { failed = resolve })
  const runtime = init({
    service: 'upkeep',
    queue: { worker: '${worker}', spoolDir: ${JSON.stringify(join(folder, 'state'))} },
    lastWords: { budgetMs: 100 },
    adapters: [fileAdapter({ path: ${JSON.stringify(join(folder, 'logs/app.log'))}, retryMinMs: 20, retryMaxMs: 50 })],
    diagnosticHook: (name, payload) => {
      if (name === 'upkeep_failed') upkeep.push(payload)
      if (name === '${worker === 'local' ? 'queue_worker_error' : 'upkeep_failed'}') failed()
      if (name === 'writer_gone' && payload.last_words !== '') failed()
    },
  })
  const log = runtime.get('app')
  let accepted = 0
  const logTen = () => { for (let i = 0; i < 10; i++) if (log.info('event', { n: accepted + 1 }) === 'accepted') accepted++ }
  const say = () => writeFileSync(${JSON.stringify(join(folder, 'told'))}, JSON.stringify({ accepted, upkeep }))
  logTen()
  await runtime.flush()
  const { pid } = runtime.inspect().writer
  writeFileSync(flag, '')
  if (pid > 0) process.kill(pid, 'SIGKILL')
  logTen()
  // listeners of their ends
  await once(spawn(process.execPath, ['--eval', 'process.exit(2)']), 'exit')
  await once(new Worker('', { eval: true }), 'exit')
  // the timers of the runtime keep no process alive
  const alive = setInterval(() => undefined, 1000)
  await failure
  clearInterval(alive)
  logTen()
  runtime.inspect()
  if ('${ending}' !== 'throw') process.exitCode = 3
  if ('${ending}' === 'recover') {
    rmSync(flag)
    logTen()
    const { timedOut } = await runtime.shutdown({ timeoutMs: 30_000 })
    if (timedOut) process.exitCode = 4
  }
  say()
  if ('${ending}' === 'throw') setTimeout(() => { throw new Error('its own') })
  if ('${ending}' === 'SIGTERM') {
    process.kill(process.pid, 'SIGTERM')
    setInterval(() => undefined, 1000)
  }
`

async function run(
  test: TestContext,
  orders: Orders,
  code: string,
): Promise<{ folder: string; end: Ended; told: Told; hits: number }> {
  const folder = temporaryFolder(test)
  const rule = {
    call: CALLS.split(' '),
    path: `^${folder}/(state|logs)(/|$)`,
    whileThere: join(folder, 'failing'),
    fault: 'before',
    code,
  } as const
  const faults = faultyFs(join(folder, 'hits'), [rule], false)
  const args = [...faults.args, '--input-type=module', '--eval', application(folder, orders)]
  const end = await ended(spawn(process.execPath, args, { env: cleanEnv(faults.env), stdio: ['ignore', 'pipe', 'pipe'] }))
  assert.ok(existsSync(join(folder, 'told')), JSON.stringify(end))
  const told = JSON.parse(readFileSync(join(folder, 'told'), 'utf8')) as Told
  return { folder, end, told, hits: faults.hits().length }
}

function numbers(folder: string): readonly number[] {
  const path = join(folder, 'logs/app.log')
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  const events = lines.map((line) => JSON.parse(line) as { readonly extra?: { readonly n?: number } })
  return events.map(({ extra }) => extra?.n ?? 0).filter((n) => n > 0)
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

describe('an application whose files fail while nobody calls the logger', () => {
  for (const code of CODES) {
    it(`goes on after ${code} in the supervision of its writer, and delivers everything when it is over`, async (test) => {
      const { folder, end, told, hits } = await run(test, { worker: 'process', ending: 'recover' }, code)

      assert.deepEqual([end.code, end.stderr], [3, ''])
      assert.ok(hits > 0)
      assert.deepEqual(numbers(folder), upTo(told.accepted))
      assert.equal(told.accepted, 40)
    })
  }

  for (const code of ['EMFILE', 'EACCES']) {
    it(`ends by its own error and no other under ${code}, and the next start delivers what was accepted`, async (test) => {
      const { folder, end, told, hits } = await run(test, { worker: 'process', ending: 'throw' }, code)

      assert.equal(end.code, 1)
      assert.match(end.stderr, /Error: its own/)
      assert.ok(!end.stderr.includes(code), end.stderr)
      assert.ok(hits > 0)
      await startAgain(folder)
      assert.deepEqual(numbers(folder), upTo(told.accepted))
      assert.equal(told.accepted, 30)
    })
  }

  it('ends with its own exit code, and the next start delivers what was accepted', async (test) => {
    const { folder, end, told } = await run(test, { worker: 'process', ending: 'return' }, 'EMFILE')

    assert.deepEqual([end.code, end.stderr], [3, ''])
    await startAgain(folder)
    assert.deepEqual(numbers(folder), upTo(told.accepted))
  })
})

describe('an application that writes for itself while its files fail', () => {
  const endings = { return: [3, null], throw: [1, null], SIGTERM: [null, 'SIGTERM'] } as const
  for (const [index, code] of CODES.entries()) {
    // each code meets one way to end: they have nothing to do with each other
    const ending = (['return', 'throw', 'SIGTERM'] as const)[index % 3] ?? 'return'
    it(`ends by ${ending} as it would without a logger under ${code}`, async (test) => {
      const { end, hits } = await run(test, { worker: 'local', ending }, code)

      assert.deepEqual([end.code, end.signal], endings[ending])
      assert.equal(end.stderr.includes('    at '), ending === 'throw', end.stderr)
      assert.ok(hits > 0)
    })
  }
})

/** Recovers the run of before. */
async function startAgain(folder: string): Promise<void> {
  const { code, stderr } = await ended(
    startScript(`
      import { fileAdapter, init } from '${HOLDFAST}'
      const runtime = init({
        service: 'upkeep',
        queue: { worker: 'process', spoolDir: ${JSON.stringify(join(folder, 'state'))} },
        adapters: [fileAdapter({ path: ${JSON.stringify(join(folder, 'logs/app.log'))} })],
        diagnosticHook: () => undefined,
      })
      runtime.get('app').info('started again')
      await runtime.shutdown({ timeoutMs: 30_000 })`),
  )
  assert.deepEqual([code, stderr], [0, ''])
  // what was left is delivered beside the new run, by a writer that outlives its application
  const runs = join(folder, 'state/upkeep')
  while (readdirSync(runs).some((name) => !name.startsWith('.'))) await pause(20)
}
