import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fencesOf } from '../docs/fences.js'
import { readPage } from '../docs/pages.js'
import { installed } from './expect.js'
import { PNPM } from './managers.js'
import { TYPED } from './programs.js'
import { Project } from './project.js'

const project = Project.install(PNPM, { holdfast: '*', '@holdfast/api': '*', '@types/node': '20.19.25' })
const OPTIONS = [
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  'false',
  '--exactOptionalPropertyTypes',
  '--target',
  'es2022',
  '--types',
  'node',
]

/** What docs/installing.md shows for CommonJS under `node16`. */
const NODE16_COMMONJS =
  fencesOf(readPage('docs/installing.md')).find(({ text }) => text.startsWith('// start.cts\n'))?.text ?? 'missing'

/** The kinds of files that a project under each setting can have. */
const KINDS = [
  { module: 'nodenext', files: { 'next.mts': TYPED, 'next.cts': TYPED } },
  { module: 'node16', files: { 'node16.mts': TYPED, 'node16.cts': NODE16_COMMONJS } },
  { module: 'esnext', files: { 'bundled.ts': TYPED }, options: ['--moduleResolution', 'bundler'] },
]

describe('the declarations of packed packages', () => {
  for (const { module, files, options = [] } of KINDS) {
    it(`compile under \`${['module', module, ...options].join(' ').replaceAll('--', '')}\` with every library checked`, (test) => {
      const app = installed(test, project)
      if (app === undefined) return
      app.write(files)

      assert.equal(app.compile([...OPTIONS, '--module', module, ...options, ...Object.keys(files)]), '')
    })
  }

  it('are refused to a CommonJS file under node16, whose rules are older than `require` of ES modules', (test) => {
    const app = installed(test, project)
    if (app === undefined) return
    app.write({ 'old.cts': TYPED })

    assert.match(app.compile([...OPTIONS, '--module', 'node16', 'old.cts']), /error TS1479/)
  })
})
