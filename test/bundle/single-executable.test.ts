import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { cleanEnv, type Ended, ended, temporaryFolder } from '../fixtures/spawn.js'
import { APPLICATION, bundleApplication, bundleTexts, holdsEveryEvent } from './application.js'

/** Node looks here for a program that was put into its binary (https://nodejs.org/api/single-executable-applications.html). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
const require = createRequire(import.meta.url)
const POSTJECT = require.resolve('postject/dist/cli.js')

describe('a single executable', () => {
  it('says what to do for a writer elsewhere and writes itself, unless it finds the packages', async (test) => {
    if (!canBeExecutable(test)) return
    const folder = temporaryFolder(test)
    const outside = await bundleApplication(folder, { format: 'cjs', packages: 'outside' })
    const executable = makeExecutable(folder, await bundleEither(folder))
    const run = async (env: NodeJS.ProcessEnv): Promise<Ended> => {
      const child = spawn(executable, { env: cleanEnv({ XDG_STATE_HOME: join(folder, 'state'), ...env }) })
      return ended(child)
    }
    const file = (name: string): string => join(folder, `${name}.log`)

    const process_ = await run({ MODE: 'process', FILE: file('process') })
    const thread = await run({ MODE: 'thread', FILE: file('thread') })
    const killed = await run({ MODE: 'process', FILE: file('killed'), END: 'SIGKILL' })
    const processOutside = await run({ MODE: 'process', FILE: file('process-outside'), SCRIPT: outside })
    const threadOutside = await run({ MODE: 'thread', FILE: file('thread-outside'), SCRIPT: outside })

    for (const { code, stdout, stderr } of [process_, thread, processOutside]) {
      assert.equal(code, 0, stderr)
      assert.deepEqual(JSON.parse(stdout), { mode: 'local', timedOut: false })
    }
    assert.match(process_.stderr, /writer_unavailable .*a single executable runs no other program.*start it with `node`/)
    assert.match(thread.stderr, /writer_unavailable .*--external:holdfast/)
    assert.match(processOutside.stderr, /writer_unavailable .*set `queue.worker` to 'thread'/)
    assert.equal(killed.signal, 'SIGKILL')
    assert.deepEqual(JSON.parse(threadOutside.stdout), { mode: 'thread', timedOut: false })
    assert.equal(threadOutside.stderr, '')
    for (const name of ['process', 'thread', 'killed', 'process-outside', 'thread-outside'])
      assert.ok(holdsEveryEvent(file(name)), name)
  })
})

/** Runs what is in the bundle, or a script beside the executable. */
function bundleEither(folder: string): Promise<string> {
  const text = `
    import { createRequire } from 'node:module'
    if (process.env.SCRIPT === undefined) require('./application.js')
    else createRequire(process.execPath)(process.env.SCRIPT)`
  const files = { 'input.js': text, 'application.js': APPLICATION }
  return bundleTexts(files, { outfile: join(folder, 'either.cjs'), format: 'cjs' })
}

function makeExecutable(folder: string, main: string): string {
  const blob = join(folder, 'either.blob')
  const config = join(folder, 'either.json')
  const executable = join(folder, 'application')
  writeFileSync(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true }))
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'pipe' })
  copyFileSync(process.execPath, executable)
  execFileSync(process.execPath, [POSTJECT, executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE], { stdio: 'pipe' })
  return executable
}

function canBeExecutable(test: TestContext): boolean {
  if (process.platform === 'linux' && readFileSync(process.execPath).includes(`${FUSE}:0`)) return true
  test.skip('this Node cannot be made a single executable: it has no place for a program')
  return false
}
