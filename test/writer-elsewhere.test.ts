import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { PATIENCE_MS } from './fixtures/patience.js'
import { answer, HOLDFAST, temporaryFolder } from './fixtures/spawn.js'

const BUDGET_MS = 20_000

describe('a writer elsewhere', () => {
  it('never holds up calls whose events no adapter wants, even when it is stopped', async (test) => {
    const dir = temporaryFolder(test)
    const { ms, full } = await answer<{ readonly ms: number; readonly full: boolean }>(`
      import { setTimeout as pause } from 'node:timers/promises'
      import { fileAdapter, init } from '${HOLDFAST}'
      const runtime = init({
        service: 'elsewhere',
        queue: { worker: 'process', putTimeoutMs: ${BUDGET_MS}, spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
        ring: { maxBytes: 2 << 20 },
        adapters: [fileAdapter({ path: ${JSON.stringify(join(dir, 'app.log'))}, level: 'warning' })],
        diagnosticHook: () => undefined,
      })
      const log = runtime.get('app')
      log.warning('up')
      while (runtime.inspect().writer.state !== 'running') await pause(10)
      const { pid } = runtime.inspect().writer
      process.kill(pid, 'SIGSTOP')
      const start = performance.now()
      let full = false
      for (let i = 0; i < 60_000 && !full; i++) full = log.info('for a dump only', { pad: 'x'.repeat(100) }) === 'queue_full'
      const ms = performance.now() - start
      process.kill(pid, 'SIGCONT')
      await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
      console.log(JSON.stringify({ ms, full }))`)

    assert.equal(full, true)
    assert.ok(ms < BUDGET_MS / 4, `${ms} ms`)
  })

  it('is handed events by the spool where a full disk would end a process that maps files', async (test) => {
    const dir = temporaryFolder(test)
    const found = await answer<{ readonly handOff: string; readonly reasons: readonly string[]; readonly delivered: number }>(`
      import fs from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      const real = fs.statfsSync
      fs.statfsSync = (path, options) => ({ ...real(path, options), type: 0x9123683e })
      syncBuiltinESMExports()
      const { fileAdapter, init } = await import('${HOLDFAST}')
      let reasons = []
      const runtime = init({
        service: 'elsewhere',
        queue: { worker: 'process', spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
        adapters: [fileAdapter({ path: ${JSON.stringify(join(dir, 'app.log'))} })],
        diagnosticHook: (name, payload) => { if (name === 'hand_off_degraded') reasons = payload.reasons },
      })
      runtime.get('app').info('stored')
      const { handOff } = runtime.inspect().writer
      const { adapters } = await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
      console.log(JSON.stringify({ handOff, reasons, delivered: adapters.file.delivered }))`)

    assert.deepEqual({ handOff: found.handOff, delivered: found.delivered }, { handOff: 'spool', delivered: 1 })
    assert.match(String(found.reasons), /btrfs|koffi/)
  })
})

describe('children of a root with a writer thread', () => {
  it('write files of their own', async (test) => {
    const dir = temporaryFolder(test)
    writeFileSync(
      join(dir, 'config.mjs'),
      `import { defineConfig, fileAdapter } from '${HOLDFAST}'
      const path = ${JSON.stringify(join(dir, 'logs/app.log'))}
      export default defineConfig({ service: 'elsewhere', queue: { worker: 'thread' }, adapters: [fileAdapter({ path })] })`,
    )
    const thread = `import('${HOLDFAST}').then(async ({ init }) => {
      const runtime = init()
      runtime.get('app').info('thread')
      await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
    })`
    const child = `
      import { once } from 'node:events'
      import { Worker } from 'node:worker_threads'
      import { init } from '${HOLDFAST}'
      const runtime = init()
      runtime.get('app').info('child')
      await once(new Worker(${JSON.stringify(thread)}, { eval: true }), 'exit')
      await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })`
    await answer(`
      import { spawn } from 'node:child_process'
      import { once } from 'node:events'
      import { pathToFileURL } from 'node:url'
      import { init } from '${HOLDFAST}'
      const runtime = init(pathToFileURL(${JSON.stringify(join(dir, 'config.mjs'))}))
      runtime.get('app').info('root')
      const child = spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child)}], { stdio: 'inherit' })
      await once(child, 'exit')
      await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
      console.log('true')`)

    const files = readdirSync(join(dir, 'logs')).map((name) => {
      const lines = readFileSync(join(dir, 'logs', name), 'utf8')
        .trimEnd()
        .split('\n')
      return [
        name.replace(/\d+/, '<pid>').replace(/-\d+/, '-<thread>'),
        ...lines.map((line) => (JSON.parse(line) as { message: string }).message),
      ]
    })

    assert.deepEqual(files.sort(), [
      ['app.<pid>-<thread>.log', 'thread'],
      ['app.<pid>.log', 'child'],
      ['app.log', 'root'],
    ])
  })
})

describe('children of a tree in which nothing can be mapped', () => {
  it('leave it to the root to say so', async (test) => {
    const dir = temporaryFolder(test)
    const child = `
      import { init } from '${HOLDFAST}'
      const runtime = init()
      const { mode, handOff } = runtime.inspect().writer
      await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
      console.log(mode, handOff)`
    const found = await answer<{ readonly names: readonly string[]; readonly stdout: string; readonly stderr: string }>(
      `
      import { spawn } from 'node:child_process'
      import { once } from 'node:events'
      import { fileAdapter, init } from '${HOLDFAST}'
      const names = []
      const runtime = init({
        service: 'elsewhere',
        queue: { worker: 'process', spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
        adapters: [fileAdapter({ path: ${JSON.stringify(join(dir, 'app.log'))} })],
        diagnosticHook: (name) => names.push(name),
      })
      const child = spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child)}])
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (data) => { stdout += data })
      child.stderr.on('data', (data) => { stderr += data })
      await once(child, 'close')
      await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
      console.log(JSON.stringify({ names, stdout, stderr }))`,
      { env: { HOLDFAST_TREE_HANDOFF: 'spool' } },
    )

    assert.deepEqual(found, { names: ['hand_off_degraded'], stdout: 'process spool\n', stderr: '' })
  })
})
