import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Told } from './fixtures/telling-child.js'
import { type Answer, numbersInAll, TELLERS } from './fixtures/told.js'
import { askRoot, numbersByChild, program, readLog, runRoot, treeFolder, upTo } from './fixtures/tree.js'

const COUNT = 50

describe('a tree whose writer has ended because a lane is down, while its root lives on', () => {
  it('gets its writer again from the next child, and the file has what the child logged', async (test) => {
    const folder = treeFolder(test, { adapters: 'bad.deadAdapter()', queue: 'stopTimeoutMs: 300' })
    const source = `
      ${TELLERS}
      const { pid } = runtime.inspect().writer
      log.info('from the root', { child: 'root', n: 1 })
      await runtime.shutdown()
      await until(() => !existsSync('/proc/' + pid))
      say(await tell({}, { HOLDFAST_JOIN: 'required' }))`

    const told = await askRoot<Answer>(folder, source)

    assert.deepEqual([told.mode, told.results, told.thrown], ['process', { accepted: COUNT + 1 }, ''])
    const { file, dead } = told.report.adapters
    assert.deepEqual([file?.delivered, dead?.delivered, dead?.pending], [COUNT + 1, 0, COUNT + 1])
    assert.deepEqual(numbersByChild(readLog(folder)), { root: [1], a: upTo(COUNT + 1) })
  })
})

describe('a lane whose recipe holds a secret, under a writer that a child has started', () => {
  it('has its events when the application is started again, and the file has them at once', async (test) => {
    const adapters = `bad.keyedAdapter({ path: 'keyed.out', key: 'k3y-0f-the-t3st' })`
    const folder = treeFolder(test, { adapters, queue: 'stopTimeoutMs: 500' })
    const source = `
      ${TELLERS}
      const { pid } = runtime.inspect().writer
      process.kill(pid, 'SIGSTOP')
      spawn(process.execPath, [${JSON.stringify(program('telling'))}, '{"mark":"logged"}'], { env: handed, stdio: ['pipe', 'inherit', 'inherit'] })
      // held up, so that it does not replace the writer meanwhile
      while (!existsSync('logged')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      process.kill(pid, 'SIGKILL')
      process.kill(process.pid, 'SIGKILL')`

    const { stdout } = await runRoot(folder, source)
    const { report } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Told
    const [inFile, isKeyed] = [numbersInAll(folder), existsSync(join(folder.path, 'keyed.out'))]
    await runRoot(folder, 'await runtime.flush({ timeoutMs: 20_000 }); await runtime.shutdown()')

    assert.deepEqual([inFile, isKeyed], [upTo(COUNT + 1), false])
    assert.deepEqual([report.adapters['file']?.delivered, report.adapters['keyed']?.pending], [COUNT + 1, COUNT + 1])
    assert.deepEqual(numbersByChild(readLog({ log: join(folder.path, 'keyed.out') }))['a'], upTo(COUNT + 1))
    assert.deepEqual(numbersInAll(folder), upTo(COUNT + 1))
  })
})
