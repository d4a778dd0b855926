import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertDone, assertLogged, installed, writerOf } from './expect.js'
import { PNPM } from './managers.js'
import { COMMONJS, ESM, FACTORIES, withWriter } from './programs.js'
import { Project } from './project.js'

const ADAPTERS = ['console', 'file', 'journald', 'eventlog', 'graylog'].map((name) => `@holdfast/${name}`)
const project = Project.install(PNPM, {
  ...Object.fromEntries(['holdfast', ...ADAPTERS].map((name) => [name, '*'])),
  koffi: '3.3.4',
})

describe('packed packages installed by pnpm, each with nothing but what it depends on', () => {
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

  it('have their writer process beside them, over mapped files with the koffi of the application', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'writer.mjs': withWriter('process') })

    const { mode, state, handOff } = writerOf(assertDone(app.node(['writer.mjs'])))

    assert.deepEqual({ mode, state, handOff }, { mode: 'process', state: 'running', handOff: 'koffi' })
    assertLogged(app)
  })

  it('have adapters that a writer elsewhere can make from the module that their recipe names', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'factories.mjs': FACTORIES })

    const { stdout } = assertDone(app.node(['factories.mjs', ...ADAPTERS]))

    assert.match(stdout, /^fileAdapter: made again$/m)
  })
})
