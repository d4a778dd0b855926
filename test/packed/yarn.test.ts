import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertDone, assertLogged, installed } from './expect.js'
import { YARN } from './managers.js'
import { COMMONJS, ESM, LATER, withWriter } from './programs.js'
import { Project } from './project.js'
import { UNLESS_ALL } from './unless-all.js'

const project = UNLESS_ALL ? undefined : Project.install(YARN, { holdfast: '*' })
const PNP = ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs']
/** Node asks the hooks of Plug'n'Play also for `require` of ES modules from here on. */
const CAN_REQUIRE = Number(process.versions.node.split('.')[0]) >= 22
const QUIET = { NODE_NO_WARNINGS: '1' }

describe("packed packages installed by yarn with Plug'n'Play", { skip: UNLESS_ALL }, () => {
  it('work as ES modules', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'esm.mjs': ESM })

    assertDone(app.node([...PNP, 'esm.mjs'], QUIET))

    assertLogged(app)
  })

  it('are no modules that `require` reaches, and the error is that of Node', {
    skip: CAN_REQUIRE ? 'a newer Node' : false,
  }, (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'common.cjs': COMMONJS })

    const { code, stderr } = app.node([...PNP, 'common.cjs'], QUIET)

    assert.equal(code, 1)
    assert.match(stderr, /ERR_MODULE_NOT_FOUND/)
  })

  it('work by `import()` in CommonJS', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'later.cjs': LATER })

    assertDone(app.node([...PNP, 'later.cjs'], QUIET))

    assertLogged(app)
  })

  for (const worker of ['thread', 'process'] as const) {
    it(`say so when their writer ${worker} cannot start from an archive, and write by themselves`, (test) => {
      const app = installed(test, project)
      if (app === undefined) return
      app.write({ 'writer.mjs': withWriter(worker) })

      assertDone(app.node([...PNP, 'writer.mjs'], QUIET), /^holdfast: writer_unavailable /m)

      assertLogged(app)
    })
  }
})
