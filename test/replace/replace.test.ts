import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { cleanEnv, ended, HOLDFAST, said, startScript, temporaryFolder } from '../fixtures/spawn.js'
import type { ReplaceAnswer, ReplaceOrders } from './root.js'

const ROOT = fileURLToPath(new URL('./root.js', import.meta.url))
const LOOK_MS = 20

interface Found {
  readonly names: readonly string[]
  /** `root:7`, as often as it is in the files. */
  readonly events: readonly string[]
}

async function replace(test: TestContext, orders: Omit<ReplaceOrders, 'folder'>): Promise<ReplaceAnswer & Found> {
  const folder = temporaryFolder(test)
  const child = spawn(process.execPath, [ROOT, JSON.stringify({ ...orders, folder })], {
    env: cleanEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { code, stdout, stderr } = await ended(child)
  assert.equal(code, 0, stderr)
  await writersEnd(join(folder, 'runs', 'shop'))
  return { ...(JSON.parse(stdout) as ReplaceAnswer), ...read(join(folder, 'logs')) }
}

/** A run is there as long as its writer is; beside it stands what outlives runs, under hidden names. */
async function writersEnd(runs: string): Promise<void> {
  while (existsSync(runs) && readdirSync(runs).some((name) => !name.startsWith('.'))) await pause(LOOK_MS)
}

function read(folder: string): Found {
  const names = readdirSync(folder).filter((name) => !name.includes('.gz.tmp-'))
  const events = names
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name))
      const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
      const lines = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { extra?: { who?: string; n?: number } })
      return lines.flatMap(({ extra }) => (extra?.who === undefined ? [] : [`${extra.who}:${extra.n}`]))
    })
  return { names, events }
}

function expected({ root, child }: ReplaceAnswer): readonly string[] {
  const of = (who: string, count: number): readonly string[] => Array.from({ length: count }, (_, i) => `${who}:${i + 1}`)
  return [...of('root', root), ...of('child', child)].sort()
}

describe('a configuration that is replaced while it rotates and compresses', () => {
  it('loses and doubles nothing while a child goes on in the first tree, and waits for nobody who does', async (test) => {
    const found = await replace(test, { worker: 'process', replaces: 4, everyMs: 250, perConfig: 60, hasChild: true })

    assert.deepEqual([...found.events].sort(), expected(found))
    // the last tree had written everything while the child still wrote
    assert.equal(found.pending, 0)
    assert.ok(found.child > 0)
    assert.ok(
      found.reasons.every((reason) => reason === '' || /app\.log` is written by .*; lines go to `.*app\.\d\.log`/.test(reason)),
    )
    assert.deepEqual(
      found.names.filter((name) => /^app\.\d+\.log$/.test(name) || name.startsWith('.')),
      [],
    )
  })

  for (const [worker, replaces] of [
    ['local', 20],
    ['process', 20],
    // each starts a thread in the one process, which a busy machine has no room for
    ['thread', 5],
  ] as const) {
    it(`loses and doubles nothing ${replaces} times, 45 ms apart: ${worker}`, async (test) => {
      const found = await replace(test, { worker, replaces, everyMs: 45, perConfig: 5, hasChild: false })

      assert.deepEqual([...found.events].sort(), expected(found))
      assert.deepEqual(
        found.names.filter((name) => /^app\.\d+\.log$/.test(name) || name.startsWith('.')),
        [],
      )
    })
  }

  it('has the file in the tick of its replacement, where the application writes itself', async (test) => {
    const found = await replace(test, { worker: 'local', replaces: 20, everyMs: 0, perConfig: 5, hasChild: false })

    assert.deepEqual(found.reasons, [])
    assert.deepEqual(found.events.length, found.root)
  })
})

describe('two services with one path', () => {
  it('write two files, and the second one comes home when the first one was killed', async (test) => {
    const folder = temporaryFolder(test)
    const path = join(folder, 'app.log')
    const start = (service: string): ReturnType<typeof startScript> =>
      startScript(`
        import { createRuntime, fileAdapter } from '${HOLDFAST}'
        const runtime = createRuntime({ service: '${service}', adapters: [fileAdapter({ path: ${JSON.stringify(path)} })] })
        let n = 0
        setInterval(() => runtime.get('app').info('event', { who: '${service}', n: ++n }), 10)
        setTimeout(() => process.stdout.write('ready'), 30)`)
    const first = start('one')
    await said(first, 'ready')
    const second = start('two')
    await said(second, 'ready')
    const of = (name: string, service: string): boolean =>
      existsSync(join(folder, name)) && readFileSync(join(folder, name), 'utf8').includes(`"who":"${service}"`)
    while (!of('app.2.log', 'two')) await pause(LOOK_MS)
    assert.ok(!of('app.log', 'two'))

    first.kill('SIGKILL')
    while (!of('app.log', 'two')) await pause(LOOK_MS)
    second.kill('SIGKILL')
    await ended(second)

    assert.ok(!existsSync(join(folder, 'app.2.log')))
    const { events } = read(folder)
    assert.equal(new Set(events).size, events.length)
  })

  it('leave no lock when they end by themselves, without a shutdown', async (test) => {
    const folder = temporaryFolder(test)
    for (const ending of ['', 'process.exit(0)', "throw new Error('planned')"])
      await ended(
        startScript(`
          import { init, fileAdapter } from '${HOLDFAST}'
          init({ adapters: [fileAdapter({ path: ${JSON.stringify(join(folder, 'app.log'))} })] }).get('app').info('event')
          ${ending}`),
      )

    assert.deepEqual(readdirSync(folder), ['app.log'])
  })
})
