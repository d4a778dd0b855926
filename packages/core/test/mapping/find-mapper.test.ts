import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type FoundMapper, findMapper, searchMapper } from '../../dist/mapping/find-mapper.js'
import { bindKoffi } from '../../dist/mapping/koffi-libc.js'
import type { Libc } from '../../dist/mapping/libc.js'
import { knownSystem } from '../../dist/mapping/system.js'
import { FakeLibc } from './fixtures/fake-libc.js'
import { isAvailable, WAYS } from './fixtures/mappers.js'
import { distUrl, hasTool, runScript, temporaryFolder } from './fixtures/processes.js'

const LINUX = knownSystem('linux', 'x64')
const ANSWER = 'console.log(JSON.stringify({ way: mapper?.way, reasons }))'

interface Answer {
  readonly way?: string
  readonly reasons?: readonly string[]
}

/** What another process found, and what it said on stderr. */
function found(script: { readonly handoff?: string; readonly flags?: readonly string[] }): Answer & { readonly stderr: string } {
  const { stdout, stderr } = runScript({ source: ANSWER, ...script })
  return { ...(JSON.parse(stdout) as Answer), stderr }
}

function reasonsOf(found: FoundMapper): readonly string[] {
  assert.ok('reasons' in found, 'expected no mapper')
  return found.reasons
}

describe('findMapper', () => {
  it('finds the same mapper at each call, koffi first', (test) => {
    if (!isAvailable(test, 'koffi')) return

    assert.equal(findMapper(), findMapper())
    assert.equal(findMapper().mapper?.way, 'koffi')
  })

  for (const way of WAYS) {
    it(`takes ${way} alone when HOLDFAST_TREE_HANDOFF asks for it, and says nothing`, (test) => {
      if (!isAvailable(test, way)) return

      assert.deepEqual(found({ handoff: way }), { way, stderr: '' })
    })
  }

  it('finds nothing under HOLDFAST_TREE_HANDOFF=spool, and names a value that it does not know', () => {
    assert.deepEqual(reasonsOf(searchMapper('spool')), ['`HOLDFAST_TREE_HANDOFF` is spool'])
    assert.deepEqual(reasonsOf(searchMapper('mmap')), ['expected `HOLDFAST_TREE_HANDOFF` to be koffi, ffi or spool, got `mmap`'])
  })

  it('gives the reason on systems whose numbers it does not know', () => {
    assert.deepEqual(reasonsOf(searchMapper(undefined, undefined, knownSystem('win32', 'x64'))), [
      'expected Linux or macOS, got win32',
    ])
    assert.deepEqual(reasonsOf(searchMapper(undefined, undefined, knownSystem('linux', 'arm'))), [
      'expected a processor of 64 bits, got arm',
    ])
    assert.equal(typeof knownSystem('darwin', 'arm64'), 'object')
  })

  it('gives a reason for each way, and tries the next, when a runtime refuses views or copies', () => {
    class Refusing extends FakeLibc {
      override view(): ArrayBuffer {
        throw new Error('This runtime does not support external buffers')
      }
    }
    const binders = { koffi: (): Libc => new Refusing(), ffi: (): Libc => new FakeLibc() }

    assert.deepEqual(reasonsOf(searchMapper(undefined, binders, LINUX)), [
      'koffi: This runtime does not support external buffers',
      'ffi: expected a runtime with external buffers, got copies',
    ])
  })

  it('does not take a koffi whose functions it does not know', () => {
    assert.ok(typeof LINUX === 'object')

    assert.throws(() => bindKoffi({ load: () => undefined }, LINUX), /expected koffi 3\.3\.4/)
  })

  it('gives the reason where addons are disabled', () => {
    const { reasons } = found({ handoff: 'koffi', flags: ['--no-addons'] })

    assert.deepEqual(reasons, ['koffi: ERR_DLOPEN_DISABLED: Cannot load native addon because loading addons is disabled.'])
  })

  it('gives the reasons under the permission model without grants', (test) => {
    const flag = ['--permission', '--experimental-permission'].find((name) => process.allowedNodeEnvironmentFlags.has(name))
    if (flag === undefined) return test.skip('this Node has no permission model')

    const { reasons, way } = found({ flags: [flag, '--allow-fs-read=*'] })

    assert.equal(way, undefined)
    assert.deepEqual(
      reasons?.map((reason) => reason.split(':', 2).join()),
      ['koffi, ERR_DLOPEN_DISABLED', isBuiltin('node:ffi') ? 'ffi, ERR_ACCESS_DENIED' : 'ffi, expected a Node.js with node'],
    )
  })

  it('finds koffi when the last thing that was looked at is a pipe', (test) => {
    if (!isAvailable(test, 'koffi') || !hasTool(test, 'mkfifo', '--version')) return
    const pipe = join(temporaryFolder(test), 'pipe')
    spawnSync('mkfifo', [pipe])
    const source = `
      import { createRequire } from 'node:module'
      import { statSync } from 'node:fs'
      import { requireNearby } from ${distUrl('../require-nearby')}
      // fills what Node knows of the folders above
      createRequire(${distUrl('../require-nearby')}).resolve('./index.js')
      statSync(${JSON.stringify(pipe)})
      requireNearby('koffi')
      console.log('found')`

    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' })

    assert.deepEqual({ stdout, stderr }, { stdout: 'found\n', stderr: '' })
  })

  it('works where code may not be made from strings', (test) => {
    if (!isAvailable(test, 'koffi')) return

    assert.deepEqual(found({ flags: ['--disallow-code-generation-from-strings'] }), { way: 'koffi', stderr: '' })
  })
})

describe('koffi', () => {
  /** This room without what stands beside it, so that koffi is not found from there, and an application that uses it. */
  function isolated(test: TestContext): { folder: string; koffi: string; run: (script: string, cwd?: string) => Answer } {
    const folder = realpathSync(temporaryFolder(test))
    for (const part of ['mapping', 'require-nearby.js'])
      cpSync(fileURLToPath(new URL(`../../dist/${part}`, import.meta.url)), join(folder, 'lib', part), { recursive: true })
    writeFileSync(join(folder, 'lib', 'package.json'), '{ "type": "module" }')
    const source = `import { findMapper } from ${JSON.stringify(pathToFileURL(join(folder, 'lib', 'mapping', 'find-mapper.js')).href)}
      const { mapper, reasons } = findMapper()
      ${ANSWER}`
    mkdirSync(join(folder, 'app', 'bin'), { recursive: true })
    writeFileSync(join(folder, 'app', 'bin', 'main.mjs'), source)
    const koffi = dirname(createRequire(import.meta.url).resolve('koffi'))
    const run = (script: string, cwd = folder): Answer => {
      const args = script === '' ? ['--input-type=module', '--eval', source] : [script]
      const env = { ...process.env, HOLDFAST_TREE_HANDOFF: 'koffi' }
      return JSON.parse(spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' }).stdout) as Answer
    }
    return { folder, koffi, run }
  }

  const MISSING = { reasons: ['koffi: not installed; `npm install koffi`'] }

  it('that is not installed is a reason with the cure', (test) => {
    const { folder, run } = isolated(test)

    assert.deepEqual(run(join(folder, 'app/bin/main.mjs')), MISSING)
  })

  it('is found where only the application depends on it, also through a link to its script', (test) => {
    if (!isAvailable(test, 'koffi')) return
    const { folder, koffi, run } = isolated(test)
    mkdirSync(join(folder, 'app', 'node_modules'))
    symlinkSync(koffi, join(folder, 'app', 'node_modules', 'koffi'))
    symlinkSync(join(folder, 'app/bin/main.mjs'), join(folder, 'link.mjs'))

    assert.deepEqual(run(join(folder, 'app/bin/main.mjs')), { way: 'koffi' })
    assert.deepEqual(run(join(folder, 'link.mjs')), { way: 'koffi' })
  })

  it('is taken from the working directory only when no script was named', (test) => {
    if (!isAvailable(test, 'koffi')) return
    const { folder, koffi, run } = isolated(test)
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(join(elsewhere, 'node_modules'), { recursive: true })
    symlinkSync(koffi, join(elsewhere, 'node_modules', 'koffi'))

    assert.deepEqual(run(join(folder, 'app/bin/main.mjs'), elsewhere), MISSING)
    assert.deepEqual(run('', elsewhere), { way: 'koffi' })
  })

  it('without its native part is a reason of its own', (test) => {
    const { folder, run } = isolated(test)
    const room = join(folder, 'app', 'node_modules', 'koffi')
    mkdirSync(room, { recursive: true })
    writeFileSync(join(room, 'index.js'), 'throw new Error("Cannot find the native Koffi module; did you bundle it correctly?")')

    assert.deepEqual(run(join(folder, 'app/bin/main.mjs')), {
      reasons: ['koffi: Cannot find the native Koffi module; did you bundle it correctly?'],
    })
  })
})
