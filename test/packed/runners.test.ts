import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fencesOf } from '../docs/fences.js'
import { readPage } from '../docs/pages.js'
import { installed } from './expect.js'
import { NPM } from './managers.js'
import { type Outcome, Project } from './project.js'
import { UNLESS_ALL } from './unless-all.js'

const project = UNLESS_ALL
  ? undefined
  : Project.install(NPM, { holdfast: '*', jest: '30.5.2', '@swc/jest': '0.2.39', '@swc/core': '1.16.22', vitest: '4.1.12' })

const BODY = `
const log = get('orders')

describe('fifty tests at the same time', () => {
  for (let n = 0; n < 50; n++) {
    it.concurrent('test ' + n, async () => {
      const logs = captureLogs()
      for (let step = 0; step < 5; step++) {
        log.info('step', { n })
        await new Promise((resolve) => setTimeout(resolve, step))
      }
      logs.stop()
      expect(logs.records.map(({ extra }) => extra.n)).toEqual([n, n, n, n, n])
    })
  }
})

it('has a file adapter and a writer', async () => {
  init({ service: 'tested', adapters: [fileAdapter({ path: 'logs/tested.log' })] })
  log.info('written')
  const report = await shutdown()
  expect(report.timedOut).toBe(false)
})
`
const IMPORTS = `import { fileAdapter, get, init, shutdown } from 'holdfast'\nimport { captureLogs } from 'holdfast/testing'\n`
const REQUIRES = `const { fileAdapter, get, init, shutdown } = require('holdfast')\nconst { captureLogs } = require('holdfast/testing')\n`

describe('packed packages under test runners', { skip: UNLESS_ALL }, () => {
  it('work in Vitest, fifty tests at the same time', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'vitest/a.test.mjs': `import { describe, expect, it } from 'vitest'\n${IMPORTS}${BODY}` })

    const outcome = app.node(['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', 'vitest/'])

    assertPassed(outcome)
  })

  it('work in Jest with CommonJS and the transform that docs/testing.md shows', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'jest/a.test.cjs': `${REQUIRES}${BODY}`, 'jest/jest.config.cjs': shown('jest.config.cjs') })

    assertPassed(
      app.node([
        'node_modules/jest/bin/jest.js',
        '--rootDir',
        'jest',
        '--json',
        '--testRegex',
        'test\\.cjs$',
        '--config',
        'jest/jest.config.cjs',
      ]),
    )
  })

  it('work in Jest with ES modules', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'jest-esm/a.test.mjs': `${IMPORTS}${BODY}`, 'jest-esm/jest.config.mjs': 'export default { transform: {} }' })

    const options = ['--rootDir', 'jest-esm', '--json', '--testRegex', 'test\\.mjs$', '--config', 'jest-esm/jest.config.mjs']
    assertPassed(app.node(['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...options]))
  })
})

function assertPassed({ stdout, stderr }: Outcome): void {
  const json = stdout.slice(Math.max(0, stdout.indexOf('{')))
  assert.ok(json.trimEnd().endsWith('}'), `${stdout}${stderr}`)
  const { numPassedTests, numFailedTests } = JSON.parse(json) as { numPassedTests: number; numFailedTests: number }
  assert.deepEqual([numPassedTests, numFailedTests], [51, 0], json)
}

/** A file that the page shows. */
function shown(name: string): string {
  return fencesOf(readPage('docs/testing.md')).find(({ text }) => text.startsWith(`// ${name}\n`))?.text ?? ''
}
