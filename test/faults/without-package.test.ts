import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { cleanEnv, ended, temporaryFolder } from '../fixtures/spawn.js'

const PACKAGES = join(import.meta.dirname, '../../../packages')
const OWN = ['api', 'core', 'format', 'console', 'file', 'dump'] as const
/** Of which packages the others are. */
const OTHERS = { 'fast-redact': 'core', koffi: 'core', kleur: 'format', 'get-east-asian-width': 'format' } as const

/** The built packages as they are installed, in a folder that can be moved away. */
function install(folder: string): string {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@holdfast'), { recursive: true })
  const copy = (name: string, to: string): void => {
    for (const part of ['package.json', 'dist']) cpSync(join(PACKAGES, name, part), join(to, part), { recursive: true })
  }
  for (const name of OWN) copy(name, join(modules, '@holdfast', name))
  copy('holdfast', join(modules, 'holdfast'))
  for (const [name, owner] of Object.entries(OTHERS))
    symlinkSync(realpathSync(join(PACKAGES, owner, 'node_modules', name)), join(modules, name))
  return modules
}

describe('an application whose installation is replaced while it runs, and that has used up its descriptors', () => {
  it('needs nothing of the old one when its writer is killed: everything accepted is delivered', {
    skip: process.platform === 'win32',
  }, async (test) => {
    const folder = temporaryFolder(test)
    const modules = install(folder)
    const script = `
      import { closeSync, openSync, renameSync } from 'node:fs'
      const { fileAdapter, init } = await import(${JSON.stringify(pathToFileURL(join(modules, 'holdfast/dist/index.js')).href)})
      let starved
      const isStarved = new Promise((resolve) => { starved = resolve })
      const runtime = init({
        service: 'moved',
        queue: { worker: 'process', spoolDir: ${JSON.stringify(join(folder, 'state'))} },
        adapters: [fileAdapter({ path: ${JSON.stringify(join(folder, 'logs/app.log'))}, rotate: { maxBytes: 5000 }, compress: 'gzip' })],
        diagnosticHook: (name) => { if (name === 'upkeep_failed') starved() },
      })
      const log = runtime.get('app')
      let accepted = 0
      const logTen = () => { for (let i = 0; i < 10; i++) if (log.info('event', new Error('with a stack')) === 'accepted') accepted++ }
      logTen()
      await runtime.flush({ timeoutMs: 30_000 })
      renameSync(${JSON.stringify(modules)}, ${JSON.stringify(join(folder, 'away'))})
      const taken = []
      try { for (;;) taken.push(openSync('/dev/null', 'r')) } catch {}
      process.kill(runtime.inspect().writer.pid, 'SIGKILL')
      logTen()
      const alive = setInterval(() => undefined, 1000)
      await isStarved
      clearInterval(alive)
      logTen()
      for (const fd of taken) closeSync(fd)
      logTen()
      // until the runtime has seen that there is no program to start any more, and writes itself
      const { timedOut } = await runtime.flush({ timeoutMs: 60_000 })
      const { adapters } = await runtime.shutdown({ timeoutMs: 30_000 })
      console.log(JSON.stringify({ accepted, timedOut, delivered: adapters.file.delivered }))`

    const shell = spawn('/bin/sh', ['-c', 'ulimit -n 256; exec "$0" --input-type=module --eval "$1"', process.execPath, script], {
      env: cleanEnv(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { code, stdout, stderr } = await ended(shell)

    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(JSON.parse(stdout), { accepted: 40, timedOut: false, delivered: 40 })
  })
})
