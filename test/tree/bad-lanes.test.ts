import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askRoot, numbersByChild, readLog, runRoot, treeFolder, upTo } from './fixtures/tree.js'

const COUNT = 2_000
const LOG = `for (let n = 1; n <= ${COUNT}; n++) log.info('beside a bad lane', { child: 'root', n })`

describe('a lane whose adapter never comes back', () => {
  it('costs the file nothing but the start of another writer, which leaves that lane alone', async (test) => {
    const folder = treeFolder(test, { adapters: 'bad.hangingAdapter()', queue: 'stopTimeoutMs: 1000' })
    const source = `
      const { pid } = runtime.inspect().writer
      ${LOG}
      await until(() => diagnostics.some(({ name }) => name === 'writer_hung'))
      await until(() => runtime.inspect().writer.pid !== pid && runtime.inspect().lanes.hanging.state === 'quarantined')
      await until(() => lines() >= ${COUNT})
      const hung = diagnostics.filter(({ name }) => name === 'writer_hung')
      const { restarts } = runtime.inspect().writer
      await runtime.shutdown()
      process.stdout.write(JSON.stringify({ lanes: hung.map(({ lane }) => lane), restarts }))`

    const { lanes, restarts } = await askRoot<{ readonly lanes: readonly string[]; readonly restarts: number }>(folder, source)

    assert.deepEqual({ lanes, restarts }, { lanes: ['hanging'], restarts: 1 })
    assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(COUNT) })
  })
})

describe('a writer that everybody has left', () => {
  it('does not call an adapter again that never came back: nobody would end it', async (test) => {
    // it stays for longer than the adapter is left alone
    const folder = treeFolder(test, { adapters: 'bad.hangingAdapter()', queue: 'stopTimeoutMs: 8000' })
    const source = `
      ${LOG}
      await until(() => runtime.inspect().lanes.hanging.state === 'quarantined')
      process.exit(0)`

    const { code } = await runRoot(folder, source)

    assert.equal(code, 0)
    assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(COUNT) })
  })
})

describe('a lane whose destination never answers', () => {
  it('neither holds up the file nor keeps the writer busy', async (test) => {
    const folder = treeFolder(test, { adapters: 'bad.blackholeAdapter({ timeoutMs: 300 })', queue: 'stopTimeoutMs: 500' })
    const source = `
      ${LOG}
      await until(() => lines() >= ${COUNT})
      const { pid } = runtime.inspect().writer
      const ticks = () => readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, t) => sum + Number(t), 0)
      await pause(300)
      const before = ticks()
      await pause(1000)
      const used = ticks() - before
      const { restarts } = runtime.inspect().writer
      await runtime.shutdown()
      process.stdout.write(JSON.stringify({ used, restarts }))`

    const { used, restarts } = await askRoot<{ readonly used: number; readonly restarts: number }>(folder, source)

    assert.equal(restarts, 0)
    // hundredths of a second in one second: a writer that polls without a pause has all of them, unless the machine is busy elsewhere
    test.diagnostic(`${used} % of a processor`)
    assert.ok(used < 40, `${used} % of a processor`)
    assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(COUNT) })
  })
})
