import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { answer, HOLDFAST, temporaryFolder } from '../fixtures/spawn.js'

interface Told {
  readonly delivered: number
  readonly pending: number
  readonly durability: string
  readonly diagnostics: readonly string[]
}

/** Logs 20 events, half of them after `step` was done to the run, and shuts down when all of it is said to be delivered. */
async function run(test: TestContext, step: string): Promise<Told & { readonly lines: number }> {
  const folder = temporaryFolder(test)
  const path = join(folder, 'app.log')
  const told = await answer<Told>(`
    import { rmSync } from 'node:fs'
    import { createRuntime, fileAdapter } from '${HOLDFAST}'
    const diagnostics = []
    let gone
    const isGone = new Promise((resolve) => { gone = resolve })
    const runtime = createRuntime({
      service: 'removed',
      queue: { worker: 'process', spoolDir: ${JSON.stringify(join(folder, 'state'))} },
      adapters: [fileAdapter({ path: ${JSON.stringify(path)} })],
      diagnosticHook: (name) => {
        if (name !== 'hand_off_degraded') diagnostics.push(name)
        if (name === 'run_directory_gone') gone()
      },
    })
    const log = runtime.get('app')
    const logTen = () => { for (let i = 0; i < 10; i++) log.info('event') }
    logTen()
    await runtime.flush({ timeoutMs: 30_000 })
    const { run, pid, handOff } = runtime.inspect().writer
    ${step}
    logTen()
    const alive = setInterval(() => undefined, 1000)
    await isGone
    clearInterval(alive)
    const { durability } = runtime.inspect().writer
    const { adapters } = await runtime.shutdown({ timeoutMs: 30_000 })
    const { delivered, pending } = adapters.file
    console.log(JSON.stringify({ delivered, pending, durability, diagnostics: [...new Set(diagnostics)].sort() }))`)
  return { ...told, lines: readFileSync(path, 'utf8').trimEnd().split('\n').length }
}

describe('a run directory that somebody removes while the application runs', () => {
  it('is told as removed, and the writer, which has its files open, goes on', async (test) => {
    const told = await run(test, 'rmSync(run, { recursive: true })')

    assert.deepEqual(told, { delivered: 20, pending: 0, lines: 20, durability: 'memory', diagnostics: ['run_directory_gone'] })
  })

  const removals = {
    'the directory': 'rmSync(run, { recursive: true })',
    'its rings alone': `rmSync(run + '/rings', { recursive: true })`,
  }
  for (const [what, removal] of Object.entries(removals)) {
    it(`leaves the application to write what is in its memory when ${what} is gone and the writer was killed`, async (test) => {
      const told = await run(test, `${removal}; process.kill(pid, 'SIGKILL')`)

      assert.deepEqual([told.delivered, told.pending, told.lines, told.durability], [20, 0, 20, 'memory'])
      assert.deepEqual(told.diagnostics, ['run_directory_gone', 'writer_gone', 'writer_unavailable'])
    })
  }
})

describe('a process that starts and ends the runtime again and again', () => {
  it('maps one ring for all of them, and none that was deleted', { skip: process.platform !== 'linux' }, async (test) => {
    const folder = temporaryFolder(test)
    const told = await answer<{
      readonly maps: readonly string[]
      readonly delivered: number
      readonly handOffs: readonly string[]
    }>(`
      import { readFileSync } from 'node:fs'
      import { createRuntime, fileAdapter } from '${HOLDFAST}'
      let delivered = 0
      const handOffs = new Set()
      for (let i = 0; i < 12; i++) {
        const runtime = createRuntime({
          service: 'cycles',
          queue: { worker: 'process', spoolDir: ${JSON.stringify(join(folder, 'state'))} },
          adapters: [fileAdapter({ path: ${JSON.stringify(join(folder, 'app.log'))} })],
          diagnosticHook: () => undefined,
        })
        handOffs.add(runtime.inspect().writer.handOff)
        runtime.get('app').info('event')
        delivered += (await runtime.shutdown({ timeoutMs: 30_000 })).adapters.file.delivered
      }
      const maps = readFileSync('/proc/self/maps', 'utf8').split('\\n').filter((line) => line.includes('.ring'))
      console.log(JSON.stringify({ maps, delivered, handOffs: [...handOffs] }))`)

    assert.equal(told.delivered, 12)
    // where nothing is mapped, nothing is left behind
    assert.equal(told.maps.length, told.handOffs.includes('spool') ? 0 : 1)
    assert.ok(!told.maps.join('\n').includes('(deleted)'), told.maps.join('\n'))
  })
})
