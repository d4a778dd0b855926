import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { PATIENCE_MS } from './fixtures/patience.js'
import { ended, HOLDFAST, startScript, temporaryFolder } from './fixtures/spawn.js'

const MODES = ['local', 'thread', 'process'] as const

/** Moves its own log file away, as logrotate does, sends SIGHUP to itself, and goes on. */
const ROTATED = `
  import { renameSync } from 'node:fs'
  const rotate = async (runtime, path) => {
    runtime.get('app').info('before')
    await runtime.flush({ timeoutMs: ${PATIENCE_MS} })
    renameSync(path, path + '.1')
    process.kill(process.pid, 'SIGHUP')
    // what would end it has come by then: the kernel hands a signal over at once, Node in the next turns of its loop
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
    runtime.get('app').info('after')
    await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
  }`

describe('SIGHUP with reopenOnSighup', () => {
  for (const worker of MODES) {
    it(`opens the file anew and ends nothing, with a ${worker} writer`, async (test) => {
      const dir = temporaryFolder(test)
      const { code, signal, stderr } = await ended(
        startScript(`
          import { fileAdapter, init } from '${HOLDFAST}'
          ${ROTATED}
          const path = ${JSON.stringify(join(dir, 'app.log'))}
          const runtime = init({
            service: 'hangup',
            queue: { worker: '${worker}', spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
            adapters: [fileAdapter({ path, reopenOnSighup: true })],
          })
          await rotate(runtime, path)`),
      )

      assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
      assert.deepEqual(messages(join(dir, 'app.log.1')), ['before'])
      assert.deepEqual(messages(join(dir, 'app.log')), ['after'])
    })

    it(`ends the process where no adapter asked for it, with a ${worker} writer`, async (test) => {
      const dir = temporaryFolder(test)
      const { signal } = await ended(
        startScript(`
          import { fileAdapter, init } from '${HOLDFAST}'
          init({
            service: 'hangup',
            queue: { worker: '${worker}', spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
            adapters: [fileAdapter({ path: ${JSON.stringify(join(dir, 'app.log'))} })],
          })
          process.kill(process.pid, 'SIGHUP')
          setInterval(() => {}, 1000)`),
      )

      assert.equal(signal, 'SIGHUP')
    })
  }

  it('does the same in a process that has joined the tree', async (test) => {
    const dir = temporaryFolder(test)
    const child = `
      import { init } from '${HOLDFAST}'
      ${ROTATED}
      await rotate(init({ join: 'required' }), ${JSON.stringify(join(dir, 'app.log'))})`
    const { code, stdout, stderr } = await ended(
      startScript(`
        import { spawn } from 'node:child_process'
        import { once } from 'node:events'
        import { fileAdapter, init } from '${HOLDFAST}'
        const runtime = init({
          service: 'hangup',
          queue: { worker: 'process', spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
          adapters: [fileAdapter({ path: ${JSON.stringify(join(dir, 'app.log'))}, reopenOnSighup: true })],
        })
        const child = spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child)}], { stdio: 'inherit' })
        console.log(JSON.stringify(await once(child, 'exit')))
        await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })`),
    )

    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '[0,null]\n', stderr: '' })
    const visible = readdirSync(dir).filter((name) => !name.startsWith('.'))
    assert.deepEqual(visible.sort(), ['app.log', 'app.log.1', 'spool'])
    assert.deepEqual([...messages(join(dir, 'app.log.1')), ...messages(join(dir, 'app.log'))], ['before', 'after'])
  })
})

function messages(path: string): readonly string[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => (JSON.parse(line) as { readonly message: string }).message)
}
