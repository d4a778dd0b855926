import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fencesOf } from '../docs/fences.js'
import { readPage } from '../docs/pages.js'
import { ROOT } from './archives.js'
import { assertDone, installed } from './expect.js'
import { NPM } from './managers.js'
import { CONSOLE } from './programs.js'
import { Project } from './project.js'

const project = Project.install(NPM, { holdfast: '*', 'pino-pretty': '13.2.0' })

describe('the commands of docs/installing.md', () => {
  it('pick errors with jq', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    if (app.run('jq', ['--version']).code !== 0) return test.skip('needs jq')
    app.write({ 'app.js': CONSOLE })

    const { stdout } = assertDone(app.run('sh', ['-c', shown('jq')]))

    assert.equal(stdout, 'too large\n')
  })

  it('show lines with pino-pretty, levels and errors as ours are', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'app.js': CONSOLE })

    // what npm has to say of itself is none of our business
    const { stdout } = assertDone(app.run('sh', ['-c', shown('pino-pretty')], { npm_config_offline: 'true' }), /.*/s)

    assert.match(stdout, /INFO: started\n\s+logger: "worker"\n\s+extra: \{\s+"chunk": 3/)
    assert.match(stdout, /ERROR: failed\n.*"type": "RangeError".*"stack":\s+RangeError: too large\n.*disk full/s)
  })

  it('show lines with lnav, one event each, levels and loggers as ours are', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    const home = { HOME: app.folder, XDG_CONFIG_HOME: join(app.folder, '.config'), TERM: 'dumb' }
    if (app.run('lnav', ['-V'], home).code !== 0) return test.skip('needs lnav')
    app.write({ 'app.js': CONSOLE })
    copyFileSync(join(ROOT, 'docs/examples/holdfast.lnav.json'), join(app.folder, 'holdfast.lnav.json'))
    app.write({ 'app.log': app.node(['app.js']).stdout })

    const { stdout } = assertDone(app.run('sh', ['-c', shown('lnav')], home), /.*/s)

    assert.match(stdout, /log_level,logger,log_body\ninfo,worker,started\nerror,worker,failed\n/)
  })
})

/** The commands of the page that use a program. */
function shown(program: string): string {
  return fencesOf(readPage('docs/installing.md')).find(({ text }) => text.includes(`${program} -`))?.text ?? 'exit 1'
}
