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

/** What the application waits for before its run is removed. */
const MOMENTS = {
  made: '',
  running: `while (runtime.inspect().writer.state === 'starting') await new Promise((resolve) => setTimeout(resolve, 1))`,
  delivered: 'await runtime.flush({ timeoutMs: 30_000 })',
} as const
const HAND_OFFS = { 'that is mapped where it can be': '', 'that is a spool': 'spool' } as const

interface Scene {
  readonly step: string
  readonly moment: keyof typeof MOMENTS
  readonly handOff: string
}

/** Logs 20 events, half of them after `step` was done to the run, and shuts down when it was told that the run is gone. */
async function run(test: TestContext, { step, moment, handOff }: Scene): Promise<Told & { readonly lines: number }> {
  const folder = temporaryFolder(test)
  const path = join(folder, 'app.log')
  const script = `
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
    ${MOMENTS[moment]}
    const { run, pid } = runtime.inspect().writer
    ${step}
    logTen()
    const alive = setInterval(() => undefined, 1000)
    await isGone
    clearInterval(alive)
    const { durability } = runtime.inspect().writer
    const { adapters } = await runtime.shutdown({ timeoutMs: 30_000 })
    const { delivered, pending } = adapters.file
    console.log(JSON.stringify({ delivered, pending, durability, diagnostics: [...new Set(diagnostics)].sort() }))`
  const told = await answer<Told>(script, { env: { HOLDFAST_TREE_HANDOFF: handOff } })
  return { ...told, lines: readFileSync(path, 'utf8').trimEnd().split('\n').length }
}

const REMOVALS = {
  'the directory': 'rmSync(run, { recursive: true })',
  'the folder of its rings': `rmSync(run + '/rings', { recursive: true })`,
} as const

for (const [way, handOff] of Object.entries(HAND_OFFS))
  describe(`a run directory that somebody removes while the application runs, with a hand-off ${way}`, () => {
    it('is told as removed, and the writer, which has its files open, goes on', async (test) => {
      const told = await run(test, { step: REMOVALS['the directory'], moment: 'delivered', handOff })

      assert.deepEqual(told, { delivered: 20, pending: 0, lines: 20, durability: 'memory', diagnostics: ['run_directory_gone'] })
    })

    for (const [what, removal] of Object.entries(REMOVALS)) {
      it(`leaves the application to write what is in its memory when ${what} is gone and the writer was killed`, async (test) => {
        const told = await run(test, { step: `${removal}; process.kill(pid, 'SIGKILL')`, moment: 'delivered', handOff })

        assert.deepEqual([told.delivered, told.pending, told.lines, told.durability], [20, 0, 20, 'memory'])
        assert.deepEqual(told.diagnostics, ['run_directory_gone', 'writer_gone', 'writer_unavailable'])
      })

      for (const moment of ['made', 'running'] as const)
        it(`loses nothing when ${what} is removed as soon as the ${moment === 'made' ? 'runtime is made' : 'writer runs'}`, async (test) => {
          const told = await run(test, { step: removal, moment, handOff })

          assert.deepEqual([told.delivered, told.pending, told.lines, told.durability], [20, 0, 20, 'memory'])
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
