import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { makeDirectories } from '../dist/make-directories.js'

function folder(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  test.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

describe('makeDirectories', () => {
  it('makes a directory and those above it, with the mode that was asked for', (test) => {
    const path = join(folder(test), 'a/b/c')

    makeDirectories(path, 0o700)

    assert.equal(statSync(path).mode & 0o777, 0o700)
    assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
  })

  it('is content with what is there, also through a link', (test) => {
    const path = folder(test)
    mkdirSync(join(path, 'real'))
    symlinkSync('real', join(path, 'link'))

    makeDirectories(path)
    makeDirectories(join(path, 'link/below'))

    assert.ok(statSync(join(path, 'real/below')).isDirectory())
  })

  it('says that a file is in the way', (test) => {
    const path = join(folder(test), 'file')
    writeFileSync(path, '')

    assert.throws(() => makeDirectories(path), { code: 'EEXIST' })
    assert.throws(() => makeDirectories(join(path, 'below')), { code: 'ENOTDIR' })
  })

  it('comes back where nothing can be made, and says why', { skip: process.platform !== 'linux' }, () => {
    for (const path of ['/proc/nope', '/proc/nope/a/b'])
      assert.throws(() => makeDirectories(path), {
        code: 'ENOENT',
        message: /`\/proc\/nope` cannot be made, although `\/proc` is there/,
      })
  })
})
