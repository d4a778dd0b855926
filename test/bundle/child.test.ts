import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { cleanEnv, ended, HOLDFAST, temporaryFolder } from '../fixtures/spawn.js'
import { bundleTexts, FORMATS } from './application.js'

/** Starts the program that it is given, and waits for its end. */
const PARENT = `
  import { once } from 'node:events'
  import { fork } from 'node:child_process'
  import { consoleAdapter, fileAdapter, init, shutdown } from '${HOLDFAST}'
  const [, , program, path] = process.argv
  init({ service: 'parent', queue: { worker: 'process' }, adapters: [consoleAdapter(), fileAdapter({ path })] })
  await once(fork(program), 'exit')
  await shutdown()
`
const CHILD = `
  import { get, init, inspect, shutdown } from 'holdfast'
  init()
  get('child').info('here', { mode: inspect().writer.mode })
  shutdown()
`

describe('a child in one file', () => {
  for (const format of FORMATS)
    it(`logs into the tree of its parent (${format})`, async (test) => {
      const folder = temporaryFolder(test)
      const file = join(folder, 'app.log')
      const parent = join(folder, 'parent.mjs')
      writeFileSync(parent, PARENT)
      const outfile = join(folder, `child.${format === 'esm' ? 'mjs' : 'cjs'}`)
      const child = await bundleTexts({ 'input.js': CHILD }, { outfile, format })
      const env = cleanEnv({ XDG_STATE_HOME: join(folder, 'state') })

      const { code, stderr } = await ended(spawn(process.execPath, [parent, child, file], { cwd: folder, env }))

      assert.equal(code, 0, stderr)
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
      assert.equal(lines.length, 1)
      const event = JSON.parse(lines[0] ?? '') as { context: { service: string }; extra: { mode: string } }
      assert.equal(event.context.service, 'parent')
      assert.equal(event.extra.mode, 'process')
      // the console of the child shows it, too
      assert.match(stderr, /"message":"here"/)
    })
})
