import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { build } from 'esbuild'
import { assertDone, assertLogged, installed, writerOf } from './expect.js'
import { NPM } from './managers.js'
import { CLASSES, COMMONJS, CONSOLE, ESM, withWriter } from './programs.js'
import { Project } from './project.js'

const project = Project.install(NPM, { holdfast: '*', '@holdfast/api': '*', '@holdfast/core': '*' })

describe('packed packages installed by npm', () => {
  it('work as ES modules', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'esm.mjs': ESM })

    assertDone(app.node(['esm.mjs']))

    assertLogged(app)
  })

  it('work by `require`', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'common.cjs': COMMONJS })

    assertDone(app.node(['common.cjs']))

    assertLogged(app)
  })

  it('initialise by `--import holdfast/register`', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'plain.mjs': "import { get } from '@holdfast/api'\nget('library').info('heard')\n" })

    const { stdout } = assertDone(app.node(['--import', 'holdfast/register', 'plain.mjs'], { LOG_PRESET: 'container' }))

    assert.equal((JSON.parse(stdout) as { message: string }).message, 'heard')
  })

  it('have each class once, whatever entry it comes from', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'classes.mjs': CLASSES })

    assertDone(app.node(['classes.mjs']))
  })

  it('have their writer thread beside them', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'writer.mjs': withWriter('thread') })

    const { mode, state } = writerOf(assertDone(app.node(['writer.mjs'])))

    assert.deepEqual({ mode, state }, { mode: 'thread', state: 'running' })
    assertLogged(app)
  })

  it('have their writer process beside them, with a spool where koffi is not installed', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'writer.mjs': withWriter('process') })

    // Node 26 maps files without koffi
    const { mode, state, handOff } = writerOf(
      assertDone(app.node(['writer.mjs']), /^$|hand_off_degraded.*npm install koffi.*\n$/),
    )

    assert.deepEqual({ mode, state }, { mode: 'process', state: 'running' })
    assert.match(handOff, /^(spool|ffi)$/)
    assertLogged(app)
  })

  for (const format of ['esm', 'cjs'] as const) {
    it(`can be bundled by esbuild as ${format}, source maps and all`, async (test) => {
      const app = installed(test, project)
      if (app === undefined) return
      app.write({ 'app.mjs': ESM.replace('await shutdown()', 'shutdown()') })
      const outfile = join(app.folder, `out/app.${format === 'esm' ? 'mjs' : 'cjs'}`)
      const { warnings } = await build({
        entryPoints: [join(app.folder, 'app.mjs')],
        absWorkingDir: app.folder,
        bundle: true,
        sourcemap: true,
        platform: 'node',
        target: 'node20',
        format,
        outfile,
        logLevel: 'silent',
        logOverride: { 'empty-import-meta': 'silent' },
      })

      assertDone(app.node([outfile]))

      assert.deepEqual(warnings, [])
      assertLogged(app)
    })
  }

  it('print lines that jq reads, also one with an error', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'console.mjs': CONSOLE })
    if (app.run('jq', ['--version']).code !== 0) return test.skip('needs jq')

    const { stdout } = assertDone(app.run('sh', ['-c', 'node console.mjs | jq -c "[.level, .message, .error.cause.message]"']))

    assert.deepEqual(stdout.trimEnd().split('\n'), ['["INFO","started",null]', '["ERROR","failed","disk full"]'])
  })
})
