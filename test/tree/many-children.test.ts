import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askRoot, numbersByChild, program, readLog, runsLeft, treeFolder, upTo } from './fixtures/tree.js'

const CHILDREN = 200
const AT_ONCE = 8
/** On a machine that is too busy for all of them, no more are started after this time. */
const START_MS = 60_000
const EVENTS = 25

interface Leaks {
  readonly own: readonly [before: number, after: number]
  readonly writer: readonly [before: number, after: number]
  readonly started: number
  readonly rings: number
  readonly parked: number
  readonly maps: number
}

describe('hundreds of children, every fourth of them killed', () => {
  it('leave no file, process or descriptor behind, and all that they said is in one file, in order', async (test) => {
    const folder = treeFolder(test)
    const source = `
      const { run, pid } = runtime.inspect().writer
      const descriptors = (id) => readdirSync('/proc/' + id + '/fd').length
      const ENDINGS = ['shutdown', 'exit', 'kill', 'shutdown']
      let next = 1
      let start = 0
      const work = async () => {
        for (let name = next; name <= ${CHILDREN} && performance.now() < start + ${START_MS}; name = next) {
          next++
          await end(spawn(process.execPath, [${JSON.stringify(program('child'))}, String(name), '${EVENTS}', ENDINGS[name % 4]], { stdio: 'ignore' }))
        }
      }
      log.info('first', {})
      await runtime.flush()
      const before = [descriptors('self'), descriptors(pid)]
      start = performance.now()
      await Promise.all(Array.from({ length: ${AT_ONCE} }, work))
      const seconds = (performance.now() - start) / 1000
      await until(() => readdirSync(run + '/rings').length === 1)
      const after = [descriptors('self'), descriptors(pid)]
      const maps = readFileSync('/proc/' + pid + '/maps', 'utf8').split('\\n').filter((line) => line.includes('.ring')).length
      const parked = readdirSync(run + '/free').length
      const rings = readdirSync(run + '/rings').length
      await runtime.shutdown()
      process.stdout.write(JSON.stringify({ own: [before[0], after[0]], writer: [before[1], after[1]], started: next - 1, rings, parked, maps, seconds }))`

    const leaks = await askRoot<Leaks & { readonly seconds: number }>(folder, source)

    test.diagnostic(`${leaks.started} children in ${leaks.seconds.toFixed(0)} s; ${JSON.stringify(leaks)}`)
    assert.ok(leaks.own[1] <= leaks.own[0] + 1, `descriptors of the root: ${leaks.own}`)
    assert.ok(leaks.writer[1] <= leaks.writer[0] + AT_ONCE, `descriptors of the writer: ${leaks.writer}`)
    // rings are used again: no more of them than were needed at once, with some for those that were not buried yet
    assert.ok(leaks.parked <= 4 * AT_ONCE, `${leaks.parked} parked rings`)
    assert.ok(leaks.maps <= 4 * AT_ONCE + 1, `${leaks.maps} mapped rings`)
    assert.deepEqual(runsLeft(folder), [])
    const expected = upTo(leaks.started).map((child) => [String(child), upTo(EVENTS)] as const)
    assert.deepEqual(numbersByChild(readLog(folder)), Object.fromEntries(expected))
  })
})
