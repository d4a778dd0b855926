import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WorkspaceFixture } from './workspace-fixture.js'

const CHECK = `import('./scripts/check-imports.mjs')
  .then(({ checkImports }) => console.log(checkImports()))
  .catch((error) => { console.log(error.output); process.exitCode = 1 })`

const BREACHES: Readonly<Record<string, { readonly files: Readonly<Record<string, string>>; readonly said: RegExp }>> = {
  'an adapter that imports another': {
    files: source('file', "import { a } from '@holdfast/console'"),
    said: /may not import @holdfast\/console/,
  },
  'a type import against the direction': {
    files: source('api', "import type { a } from '@holdfast/core'"),
    said: /may not import @holdfast\/core/,
  },
  "a package's inside": { files: source('file', "import '@holdfast/core/dist/ring.js'"), said: /reaches inside @holdfast\/core/ },
  "another package's folder": { files: source('file', "import '../../core/src/index.js'"), said: /leaves packages\/file\/src/ },
  'a dependency that is not declared': {
    files: source('file', "const a = await import('lodash')"),
    said: /`lodash` is not declared/,
  },
  'a built-in module without its prefix': { files: source('core', "import fs from 'fs'"), said: /expected `node:fs`, got `fs`/ },
  'files that import each other': {
    files: { ...source('core', "export { b } from './b.js'"), 'packages/core/src/b.ts': "import type { a } from './index.js'" },
    said: /cycle: packages\/core\/src\/(\w+)\.ts → packages\/core\/src\/(?!\1)\w+\.ts → packages\/core\/src\/\1\.ts/,
  },
  'a package without a rule': { files: { 'packages/other/package.json': '{}' }, said: /packages\/other: has no rule/ },
  'a package without modules': {
    files: { 'packages/format/package.json': '{ "name": "@holdfast/format" }' },
    said: /format\/src: expected modules, got none/,
  },
}

for (const [title, { files, said }] of Object.entries(BREACHES)) {
  test(`the import rules refuse ${title}`, () => {
    using workspace = withPackages(files)

    const { exitCode, text } = workspace.run(['-e', CHECK])

    assert.equal(exitCode, 1, text)
    assert.match(text, said)
  })
}

test('imports in comments, strings and templates do not count', () => {
  using workspace = withPackages(
    source(
      'file',
      [
        "// import 'a'",
        '/** import "b" */',
        "const c = `\nimport 'c'\n`",
        "const d = /['\"`]/ // import 'd'",
        "import '@holdfast/core'",
      ].join('\n'),
    ),
  )

  const { exitCode, text } = workspace.run(['-e', CHECK])

  assert.equal(exitCode, 0, text)
})

function source(name: string, code: string): Readonly<Record<string, string>> {
  return { [`packages/${name}/src/index.ts`]: code }
}

function withPackages(files: Readonly<Record<string, string>>): WorkspaceFixture {
  return new WorkspaceFixture({
    ...manifest('api'),
    ...manifest('core', 'api'),
    ...manifest('console', 'core'),
    ...manifest('file', 'core', 'console'),
    ...files,
  })
}

function manifest(name: string, ...dependencies: readonly string[]): Readonly<Record<string, string>> {
  const declared = Object.fromEntries(dependencies.map((dependency) => [`@holdfast/${dependency}`, 'workspace:*']))
  const text = JSON.stringify({ name: `@holdfast/${name}`, exports: { '.': './dist/index.js' }, dependencies: declared })
  return { [`packages/${name}/package.json`]: text, ...source(name, 'export {}') }
}
