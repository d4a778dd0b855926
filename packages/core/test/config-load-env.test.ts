import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { ConfigError } from '../dist/config/config-error.js'
import { loadEnv } from '../dist/config/load-env.js'

describe('loadEnv', () => {
  let root = ''

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-env-')))
    mkdirSync(join(root, 'project/packages/app/src'), { recursive: true })
    delete process.env['HF_TEST_A']
    delete process.env['HF_TEST_B']
  })

  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  function write(file: string, text = ''): string {
    const path = join(root, file)
    writeFileSync(path, text)
    return path
  }

  it('sets what the nearest .env says, and tells names but no values', () => {
    write('project/package.json', '{}')
    const path = write('project/.env', '# comment\nHF_TEST_A="a b"\nexport HF_TEST_B=c\n')

    const loaded = loadEnv({ from: join(root, 'project/packages/app/src') })

    assert.deepEqual(loaded, { path, names: ['HF_TEST_A', 'HF_TEST_B'] })
    assert.equal(process.env['HF_TEST_A'], 'a b')
    assert.equal(process.env['HF_TEST_B'], 'c')
  })

  it('lets variables that are set win, unless told otherwise', () => {
    process.env['HF_TEST_A'] = 'kept'
    const path = write('project/.env', 'HF_TEST_A=new\n')

    assert.deepEqual(loadEnv({ path }).names, [])
    assert.equal(process.env['HF_TEST_A'], 'kept')
    assert.deepEqual(loadEnv({ path, override: true }).names, ['HF_TEST_A'])
    assert.equal(process.env['HF_TEST_A'], 'new')
  })

  it('does not look above the repository', () => {
    mkdirSync(join(root, 'project/.git'))
    write('.env', 'HF_TEST_A=1\n')
    write('package.json', '{}')

    assert.deepEqual(loadEnv({ from: join(root, 'project/packages/app') }), { path: undefined, names: [] })
  })

  it('does not look above the topmost package.json where there is no repository', () => {
    write('.env', 'HF_TEST_A=1\n')
    write('project/package.json', '{}')
    write('project/packages/app/package.json', '{}')

    assert.equal(loadEnv({ from: join(root, 'project/packages/app/src') }).path, undefined)
  })

  it('looks beside itself only when nothing says what the project is', () => {
    write('.env', 'HF_TEST_A=1\n')

    assert.equal(loadEnv({ from: join(root, 'project') }).path, undefined)
    assert.equal(loadEnv({ from: root }).path, join(root, '.env'))
  })

  it('refuses a start that is not there, and a path that is not there', () => {
    assert.throws(() => loadEnv({ from: join(root, 'nope') }), ConfigError)
    assert.throws(() => loadEnv({ path: root }), /Expected `loadEnv\(\{ path \}\)` to be a file/)
  })
})
