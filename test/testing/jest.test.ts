import { describe, it } from 'node:test'
import { transformSync } from 'esbuild'
import { fencesOf } from '../docs/fences.js'
import { readPage } from '../docs/pages.js'
import { PeerProject } from '../fixtures/peer-project.js'
import { assertAsExpected, COMMONJS, ESM, run } from './runner.js'

const peers = PeerProject.install({ jest: '30.5.2', '@swc/jest': '0.2.39', '@swc/core': '1.16.22' })

/** Jest loads ES modules with `require` from here on. */
const CAN_JEST_REQUIRE = /^v(2[5-9]|24\.(9|\d\d))\b/.test(process.version)

const USING = `import { get } from 'holdfast'
import { captureLogs } from 'holdfast/testing'

it('ends with the block', () => {
  using logs = captureLogs()
  get().info('inside')
  expect(logs.messages).toEqual(['inside'])
})`

describe('captureLogs under Jest', () => {
  const OPTIONS = ['--json', '--no-cache', '--testRegex', 'test\\.[cm]?[jt]s$']

  it('works in ES modules', (test) => {
    const files = { 'a.test.js': ESM, 'b.test.js': ESM, 'jest.config.js': 'export default { transform: {} }' }
    const summary = run(peers, test, 'jest/bin/jest.js', OPTIONS, files, ['--experimental-vm-modules'])
    if (summary === undefined) return

    assertAsExpected(summary, 2)
  })

  it('works in CommonJS with the transform that docs/testing.md shows', (test) => {
    // the block of `using` as compilers of TypeScript write it
    const { code } = transformSync(USING, { loader: 'ts', format: 'cjs', target: 'es2022' })
    const files = { 'a.test.cjs': COMMONJS, 'b.test.cjs': COMMONJS, 'using.test.cjs': code }
    const summary = run(peers, test, 'jest/bin/jest.js', OPTIONS, { ...files, 'jest.config.cjs': shown('jest.config.cjs') })
    if (summary === undefined) return

    assertAsExpected(summary, 2, 1)
  })

  it('works in CommonJS without a transform on Node 24.9 and later', {
    skip: CAN_JEST_REQUIRE ? false : 'an older Node',
  }, (test) => {
    const files = { 'a.test.cjs': COMMONJS, 'jest.config.cjs': 'module.exports = { transform: {} }' }
    const summary = run(peers, test, 'jest/bin/jest.js', OPTIONS, files, ['--experimental-vm-modules'])
    if (summary === undefined) return

    assertAsExpected(summary, 1)
  })
})

/** A file that the page shows. */
function shown(name: string): string {
  return fencesOf(readPage('docs/testing.md')).find(({ text }) => text.startsWith(`// ${name}\n`))?.text ?? ''
}
