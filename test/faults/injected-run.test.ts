import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { faultyFs } from '../fixtures/faulty-fs/faulty-fs.js'
import type { FaultRule } from '../fixtures/faulty-fs/rules.js'
import { cleanEnv, ended, temporaryFolder } from '../fixtures/spawn.js'

const PACKAGES = pathToFileURL(join(import.meta.dirname, '../../../packages/')).href

/** Runs a script whose last word is its answer, in a folder of its own, on a file system that fails. */
async function run(test: TestContext, rule: FaultRule, script: string): Promise<unknown> {
  const folder = temporaryFolder(test)
  const faults = faultyFs(join(temporaryFolder(test), 'hits'), [rule])
  const source = `import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
    const dir = process.argv[1]
    const from = (path) => import('${PACKAGES}' + path)
    const attempt = async (step) => { try { return await step() } catch (error) { return error.code ?? error.message } }
    process.stdout.write(JSON.stringify(await (async () => { ${script} })()))`
  const child = spawn(process.execPath, [...faults.args, '--input-type=module', '--eval', source, folder], {
    env: cleanEnv(faults.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  const { code, stdout, stderr } = await ended(child)
  assert.equal(code, 0, stderr)
  assert.ok(faults.hits().length > 0, 'nothing was hit')
  return JSON.parse(stdout)
}

describe('the lock of a writer, on a file system that fails', () => {
  const script = `const { acquireWriter, currentWriter } = await from('core/dist/tree/writer-lock.js')
    const first = await attempt(() => acquireWriter(dir, 0))
    return [first?.epoch ?? first, acquireWriter(dir, 0)?.epoch ?? null, currentWriter(dir).epoch, readdirSync(dir).filter((name) => !name.startsWith('.'))]`

  for (const fault of ['after', 'twice'] as const) {
    it(`is held by who has linked it, whatever was reported: ${fault}`, async (test) => {
      assert.deepEqual(await run(test, { call: 'linkSync', nth: 1, fault }, script), [1, null, 1, ['writer.1']])
    })
  }

  it('is free for the next attempt when it was not linked', async (test) => {
    assert.deepEqual(await run(test, { call: 'linkSync', nth: 1, fault: 'before' }, script), ['EIO', 1, 1, ['writer.1']])
  })

  it('is given back by who cannot see whether it has it', async (test) => {
    const rule: FaultRule = { call: 'readdirSync', nth: 2, fault: 'before', code: 'EMFILE' }

    assert.deepEqual(await run(test, rule, script), ['EMFILE', 1, 1, ['writer.1']])
  })

  for (const fault of ['before', 'after'] as const) {
    it(`is held though what was made for it cannot be removed: ${fault}`, async (test) => {
      assert.deepEqual(await run(test, { call: 'rmSync', path: '/\\.writer-', fault }, script), [1, null, 1, ['writer.1']])
    })
  }
})

describe('the directory of a run, on a file system that fails', () => {
  for (const fault of ['after', 'twice'] as const) {
    for (const [nth, what] of [
      [1, 'its facts'],
      [2, 'itself'],
    ] as const) {
      it(`is where it was wanted when ${what} was renamed, whatever was reported: ${fault}`, async (test) => {
        const answer = await run(
          test,
          { call: 'renameSync', nth, fault },
          `const { createRunDirectory, removeRunDirectory } = await from('core/dist/tree/run-directory.js')
           chmodSync(dir, 0o700)
           const run = createRunDirectory({ service: 's', wireVersion: 1, spoolDir: dir })
           run.pulse?.stop()
           const names = readdirSync(dir + '/s')
           return [run.isTemporary, run.path === dir + '/s/' + names[0], names.length, existsSync(run.path + '/run.json')]`,
        )

        assert.deepEqual(answer, [false, true, 1, true])
      })
    }

    it(`is gone when it was renamed to be removed: ${fault}`, async (test) => {
      const answer = await run(
        test,
        { call: 'renameSync', path: '-> .*\\.old-', fault },
        `const { removeRunDirectory } = await from('core/dist/tree/run-directory.js')
         mkdirSync(dir + '/s/run', { recursive: true }); removeRunDirectory(dir + '/s/run'); return readdirSync(dir + '/s')`,
      )

      assert.deepEqual(answer, [])
    })

    it(`has the ring that was linked into it: ${fault}`, async (test) => {
      const answer = await run(
        test,
        { call: 'linkSync', fault },
        `const { takeRingFile } = await from('core/dist/host/ring-files.js')
         for (const room of ['rings', 'free']) mkdirSync(dir + '/' + room)
         return [takeRingFile(dir, 'origin', { segments: 4, segmentBytes: 65536 }, undefined) === dir + '/rings/origin.ring', readdirSync(dir + '/rings')]`,
      )

      assert.deepEqual(answer, [true, ['origin.ring']])
    })
  }
})

describe('a dump, on a file system that fails', () => {
  for (const fault of ['after', 'twice'] as const) {
    it(`is there when its file was renamed, whatever was reported: ${fault}`, async (test) => {
      const answer = await run(
        test,
        { call: 'renameSync', fault },
        `const { TemporaryFile } = await from('dump/dist/write/temporary-file.js')
         const file = new TemporaryFile(dir + '/dump.txt', 0o600); file.write(Buffer.from('text')); file.commit()
         return [readFileSync(dir + '/dump.txt', 'utf8'), readdirSync(dir)]`,
      )

      assert.deepEqual(answer, ['text', ['dump.txt']])
    })
  }

  it('leaves what was there when it could not be renamed', async (test) => {
    const answer = await run(
      test,
      { call: 'renameSync', fault: 'before' },
      `const { TemporaryFile } = await from('dump/dist/write/temporary-file.js')
       writeFileSync(dir + '/dump.txt', 'before')
       const file = new TemporaryFile(dir + '/dump.txt', 0o600); file.write(Buffer.from('text'))
       const code = await attempt(() => file.commit()); file.abandon()
       return [code, readFileSync(dir + '/dump.txt', 'utf8'), readdirSync(dir)]`,
    )

    assert.deepEqual(answer, ['HOLDFAST_DUMP_WRITE', 'before', ['dump.txt']])
  })
})

describe('the spool of Graylog, on a file system that fails', () => {
  /** Two lives: the second one may fail to open at first, and then has to find what the first has put there. */
  const script = `const { Spool } = await from('graylog/dist/spool/spool.js')
    const { systemClock } = await from('core/dist/clock.js')
    const settings = { dir: dir + '/spool', maxBytes: 1e6, fsync: false }
    const open = async () => { for (let n = 0; n < 3; n++) { const spool = await attempt(() => Spool.open(settings, systemClock)); if (typeof spool !== 'string') return spool } }
    const all = ['one', 'two', 'three', 'four']
    const first = await open()
    for (let n = 0; n < 3; n++) if ((await attempt(() => first.append(all))) === undefined) break
    await attempt(() => first.close())
    const second = await open()
    const found = []
    for (let n = 0; n < 8; n++) {
      const taken = await attempt(() => second.take(12))
      if (taken === undefined) break
      if (typeof taken === 'string') continue
      found.push(...taken.messages); await attempt(() => second.acknowledge(taken))
    }
    return [...new Set(found)].sort()`

  const cells: readonly (readonly [call: string, path: string, faults: readonly FaultRule['fault'][]])[] = [
    ['promises.readFile', '\\.spool$', ['before', 'short']],
    ['promises.writeFile', '/owner$', ['before', 'after', 'short']],
    ['promises.rename', 'position', ['before', 'after', 'twice']],
    ['promises.rm', '\\.spool$', ['before', 'after', 'twice']],
    ['promises.open', '\\.spool$', ['before', 'after', 'twice']],
    ['FileHandle.write', '\\.spool$', ['before', 'after', 'short']],
  ]
  for (const [call, path, faults] of cells) {
    for (const fault of faults) {
      it(`keeps every message: ${call} ${path}, ${fault}`, async (test) => {
        assert.deepEqual(await run(test, { call, path, fault, nth: 1 }, script), ['four', 'one', 'three', 'two'])
      })
    }
  }
})
