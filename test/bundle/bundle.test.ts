import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { cleanEnv, type Ended, ended, temporaryFolder } from '../fixtures/spawn.js'
import { bundleApplication, FORMATS, holdsEveryEvent, MODES } from './application.js'

const FAST_REDACT = join(import.meta.dirname, '../../../packages/core/node_modules/fast-redact')

function run(program: string, folder: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const state = join(folder, 'state')
  return ended(
    spawn(process.execPath, [program], { cwd: folder, env: cleanEnv({ FILE: 'app.log', XDG_STATE_HOME: state, ...env }) }),
  )
}

for (const format of FORMATS) {
  describe(`a bundle in ${format === 'esm' ? 'ECMAScript modules' : 'CommonJS'}`, () => {
    const folders = { bundled: '', outside: '' }
    const programs = { bundled: '', outside: '' }
    before(async () => {
      for (const packages of ['bundled', 'outside'] as const) {
        folders[packages] = mkdtempSync(join(tmpdir(), 'holdfast-bundle-'))
        programs[packages] = await bundleApplication(folders[packages], { format, packages })
      }
    })
    after(() => {
      for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true })
    })

    for (const mode of MODES) {
      it(`with the packages beside it has its writer in a ${mode}`, async (test) => {
        const folder = temporaryFolder(test)

        const { code, stdout, stderr } = await run(programs.outside, folder, { MODE: mode })

        assert.equal(code, 0, stderr)
        assert.deepEqual(JSON.parse(stdout), { mode, timedOut: false })
        assert.doesNotMatch(stderr, /writer_/)
        assert.ok(holdsEveryEvent(join(folder, 'app.log')))
      })

      it(`that holds the packages says what to do for a writer in a ${mode}, and writes itself`, async (test) => {
        const folder = temporaryFolder(test)

        const { code, stdout, stderr } = await run(programs.bundled, folder, { MODE: mode })

        assert.equal(code, 0, stderr)
        assert.deepEqual(JSON.parse(stdout), { mode: 'local', timedOut: false })
        assert.match(stderr, /^holdfast: writer_unavailable .*--external:holdfast --external:@holdfast\/\*.*\n$/)
        assert.ok(holdsEveryEvent(join(folder, 'app.log')))
      })

      it(`that writes itself in the place of a ${mode} loses nothing by SIGKILL`, async (test) => {
        const folder = temporaryFolder(test)

        const { signal } = await run(programs.bundled, folder, { MODE: mode, END: 'SIGKILL' })

        assert.equal(signal, 'SIGKILL')
        assert.ok(holdsEveryEvent(join(folder, 'app.log')))
      })
    }

    it('without what `scrub.paths` needs says what to install, and finds it among the packages of the application', async (test) => {
      const folder = temporaryFolder(test)
      const env = { MODE: 'local', SCRUB_PATHS: 'extra.tenant' }

      const without = await run(programs.bundled, folder, env)
      const modules = join(dirname(programs.bundled), 'node_modules')
      mkdirSync(modules)
      symlinkSync(FAST_REDACT, join(modules, 'fast-redact'))
      const with_ = await run(programs.bundled, folder, env)

      assert.equal(without.code, 1)
      assert.match(without.stderr, /Expected the package `fast-redact`.*npm install fast-redact/)
      assert.equal(with_.code, 0, with_.stderr)
      assert.doesNotMatch(readFileSync(join(folder, 'app.log'), 'utf8'), /acme/)
    })
  })
}
