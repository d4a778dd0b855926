import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { askRoot, numbersByChild, readLog, runRoot, runsLeft, type TreeFolder, treeFolder, upTo } from './fixtures/tree.js'

const COUNT = 500
const LOG = `for (let n = 1; n <= ${COUNT}; n++) log.info('beside a lane in trouble', { child: 'root', n })`
/** Every event is in the file, and it is known whose fault it was. */
const ALL_THERE = `
  await until(() => lines() >= ${COUNT})
  await until(() => runtime.inspect().lanes.troubled.state !== 'ok' && runtime.inspect().lanes.troubled.state !== 'starting')`
const TELL = `
  const told = diagnostics.filter(({ lane, adapter, to }) => lane === 'troubled' || (adapter === 'troubled' && to === undefined))
  process.stdout.write(JSON.stringify({ told, state: runtime.inspect().lanes.troubled.state }))`

interface Told {
  readonly told: readonly { readonly name: string; readonly operation?: string }[]
  readonly state: string
}

function folderFor(test: TestContext, how: string, order: 'first' | 'last' = 'last'): TreeFolder {
  const troubled = `bad.troubledAdapter('${how}')`
  return treeFolder(test, { [order === 'last' ? 'adapters' : 'adaptersBefore']: troubled, queue: 'stopTimeoutMs: 500' })
}

function wasBuiltInApplication({ path }: TreeFolder): boolean {
  return existsSync(join(path, 'built-in-the-application'))
}

const TROUBLES: readonly (readonly [how: string, told: string, operation?: string])[] = [
  ['import-hangs', 'writer_hung'],
  ['import-waits', 'adapter_error', 'import'],
  ['create-hangs', 'writer_hung'],
  ['create-promises', 'queue_worker_error'],
  ['create-aborts', 'writer_gone'],
  ['write-aborts', 'writer_gone'],
  ['write-exits', 'writer_gone'],
  ['timer-throws', 'writer_gone'],
  ['timer-rejects', 'writer_gone'],
  ['timer-exits', 'writer_gone'],
  ['timer-aborts', 'writer_gone'],
]

describe('a lane whose adapter does its writer harm costs the others nothing, and the application is told whose fault it was', () => {
  for (const [how, name, operation] of TROUBLES)
    it(how.replace('-', ': '), async (test) => {
      const folder = folderFor(test, how, 'first')

      const { told } = await askRoot<Told>(folder, `${LOG}${ALL_THERE}\nawait runtime.shutdown()${TELL}`)

      assert.deepEqual([told[0]?.name, told[0]?.operation], [name, operation])
      assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(COUNT) })
      assert.equal(wasBuiltInApplication(folder), false)
    })
})

describe('a lane that has ended a writer', () => {
  it('is known to the next start of the service: it is the last to be tried', async (test) => {
    const folder = folderFor(test, 'create-aborts', 'first')
    await runRoot(folder, `${LOG}${ALL_THERE}\nawait runtime.shutdown()`)
    // its pause is long: a busy machine takes its time to start
    const record = join(folder.spool, 'tree', '.lanes', 'troubled.json')
    const known = JSON.parse(readFileSync(record, 'utf8')) as object
    writeFileSync(record, JSON.stringify({ ...known, until: Date.now() + 3_600_000 }))

    const source = `
      ${LOG}
      await until(() => lines() >= ${2 * COUNT})
      process.stdout.write(JSON.stringify({ restarts: runtime.inspect().writer.restarts, state: runtime.inspect().lanes.troubled.state }))`
    const { restarts, state } = await askRoot<{ readonly restarts: number; readonly state: string }>(folder, source)

    assert.deepEqual({ restarts, state }, { restarts: 0, state: 'quarantined' })
  })

  it('is not run by the application when there can be no other writer; the others are', async (test) => {
    const folder = folderFor(test, 'write-aborts')
    const source = `
      ${LOG}
      await until(() => lines() >= ${COUNT} && diagnostics.some(({ lane }) => lane === 'troubled'))
      process.execPath = '/there/is/no/such/program'
      await until(() => runtime.inspect().lanes.troubled.state === 'quarantined')
      process.kill(runtime.inspect().writer.pid, 'SIGKILL')
      await until(() => diagnostics.some(({ name, reason }) => name === 'writer_unavailable'))
      log.info('in the application', { child: 'root', n: ${COUNT + 1} })
      await until(() => lines() >= ${COUNT + 1})
      const { state, pending } = (await runtime.shutdown()).adapters.troubled
      process.stdout.write(JSON.stringify({ state, pending }))`

    const { pending } = await askRoot<{ readonly pending: number }>(folder, source)

    assert.equal(pending, COUNT + 1)
    assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(COUNT + 1) })
    assert.equal(wasBuiltInApplication(folder), false)
    assert.equal(runsLeft(folder).filter((name) => name !== '.lanes').length, 1)
  })
})

describe('a writer that everybody has left, with an adapter that never comes back', () => {
  it('from its end: everything is delivered, the writer ends, and nothing is left but a mark', async (test) => {
    const folder = folderFor(test, 'close-hangs')

    // which waits until the writer has ended
    await runRoot(folder, `${LOG}\nawait until(() => lines() >= ${COUNT})\nawait runtime.shutdown()`)

    assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(COUNT) })
    assert.deepEqual(readdirSync(join(folder.spool, 'tree', '.lanes')), ['troubled.json'])
    const [run = ''] = runsLeft(folder).filter((name) => name !== '.lanes')
    assert.deepEqual(
      [...readdirSync(join(folder.spool, 'tree', run, 'rings')), ...readdirSync(join(folder.spool, 'tree', run, 'free'))],
      [],
    )
  })

  it('from a write: it ends, and the next start delivers what it had left', async (test) => {
    const folder = folderFor(test, 'write-hangs', 'first')
    await runRoot(folder, `${LOG}\nprocess.kill(process.pid, 'SIGKILL')`)

    await runRoot(folder, `await until(() => lines() > ${COUNT})\nawait runtime.shutdown()`)

    assert.deepEqual(numbersByChild(readLog(folder)), { root: upTo(COUNT) })
  })
})
