import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Orders } from './fixtures/telling-child.js'
import { type Answer, assertKept, orders, ownLog, TELLERS } from './fixtures/told.js'
import { askRoot, numbersByChild, readLog, type TreeOptions, treeFolder, upTo } from './fixtures/tree.js'

const COUNT = 50

/** A child after something happened to what it was handed, and another one that has to join. */
function childAfter(before: string, of: Orders = {}): string {
  return `
    ${TELLERS}
    log.info('from the root', { child: 'root', n: 1 })
    await runtime.flush()
    let undo = () => undefined
    ${before}
    const told = await tell(${orders(of)})
    const { thrown } = await tell(${orders(of)}, { HOLDFAST_JOIN: 'required' })
    undo()
    await runtime.shutdown()
    say({ ...told, thrown })`
}

interface Cause {
  readonly before: string
  readonly reason: string
}

const CAUSES: Readonly<Record<string, Cause>> = {
  'the run has another wire version': {
    reason: 'other_version',
    before: `
      const facts = readFileSync(run + '/run.json', 'utf8')
      writeFileSync(run + '/run.json', facts.replace(/"wireVersion":\\d+/, '"wireVersion":999'))
      undo = () => writeFileSync(run + '/run.json', facts)`,
  },
  'run.json cannot be read': {
    reason: 'unreadable',
    before: `
      const facts = readFileSync(run + '/run.json', 'utf8')
      writeFileSync(run + '/run.json', 'what is this?')
      undo = () => writeFileSync(run + '/run.json', facts)`,
  },
  'tree.json and writer.json cannot be read': {
    reason: 'no_ring',
    before: `
      const tree = readFileSync(run + '/tree.json', 'utf8')
      writeFileSync(run + '/tree.json', tree.slice(0, 20))
      rmSync(run + '/writer.json')
      undo = () => writeFileSync(run + '/tree.json', tree)`,
  },
  'the page of the writer cannot be opened': {
    reason: 'no_ring',
    before: `
      renameSync(run + '/control', run + '/hidden')
      undo = () => renameSync(run + '/hidden', run + '/control')`,
  },
  'the run is gone': {
    reason: 'missing',
    before: `handed.HOLDFAST_TREE_RUN = run + '-gone'`,
  },
  'the processes of the run are dead': {
    reason: 'dead',
    before: `
      const copy = run + '-dead'
      cpSync(run, copy, { recursive: true })
      // not every Node copies the permissions of a folder
      chmodSync(copy, 0o700)
      const facts = JSON.parse(readFileSync(copy + '/run.json', 'utf8'))
      const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
      await end(gone)
      const [, ...rest] = facts.root.split('.')
      facts.root = [gone.pid, ...rest].join('.')
      writeFileSync(copy + '/run.json', JSON.stringify(facts))
      for (const name of readdirSync(copy)) if (/^writer\\.\\d+$/.test(name)) rmSync(copy + '/' + name)
      Object.assign(handed, { HOLDFAST_TREE_RUN: copy, HOLDFAST_TREE_ROOT: facts.root })
      undo = () => rmSync(copy, { recursive: true })`,
  },
}

describe('a child that was handed a tree and cannot have a ring in it', () => {
  for (const [cause, { before, reason }] of Object.entries(CAUSES))
    it(`writes the lanes of the tree for itself, or fails when it has to join: ${cause}`, async (test) => {
      const folder = treeFolder(test, { settings: `environment: 'staging',` })

      const told = await askRoot<Answer>(folder, childAfter(before))

      const refusals = told.diagnostics.filter(({ name }) => name === 'join_refused')
      assert.deepEqual(
        refusals.map(({ payload }) => (payload as { readonly reason: string }).reason),
        [reason],
      )
      assert.deepEqual([told.mode, told.place, told.service, told.environment], ['local', 'lanes', 'tree', 'staging'])
      assert.deepEqual(told.results, { accepted: COUNT + 1 })
      assertKept(folder, told)
      assert.deepEqual(numbersByChild(readLog(ownLog(folder, told))), { a: upTo(COUNT + 1) })
      assert.deepEqual(numbersByChild(readLog(folder)), { root: [1] })
      assert.equal(told.thrown, 'HOLDFAST_CONFIG')
    })
})

describe('a child with one descriptor left, too few for a ring or a file', () => {
  it('refuses its calls as long as that is so, and writes when there are more', async (test) => {
    const folder = treeFolder(test)

    const told = await askRoot<Answer>(folder, childAfter('', { free: 1 }))

    assert.match(JSON.stringify(told.diagnostics), /"reason":"no_ring","detail":"[^"]*EMFILE/)
    assert.deepEqual([told.mode, told.place, told.results], ['local', 'none', { refused: COUNT + 1 }])
    // its own first event, which was tried until it was through
    assert.equal(told.report.adapters['file']?.delivered, 1)
    assertKept(folder, told)
    assert.equal(told.thrown, 'HOLDFAST_CONFIG')
  })

  it('refuses its calls when there is none at all', async (test) => {
    const folder = treeFolder(test)

    const told = await askRoot<Answer>(folder, childAfter('', { free: 0 }))

    assert.deepEqual([told.mode, told.place, told.results], ['local', 'none', { refused: COUNT + 1 }])
    assertKept(folder, told)
    assert.equal(told.thrown, 'HOLDFAST_CONFIG')
  })
})

const GONE = childAfter(CAUSES['the run is gone']?.before ?? '')
const KEYED = `bad.keyedAdapter({ path: 'keyed.log', key: 'k3y-0f-the-t3st' })`

describe('a child that writes for itself', () => {
  it('counts the events of a lane that it cannot build, and says so once', async (test) => {
    const folder = treeFolder(test, { adapters: KEYED })

    const told = await askRoot<Answer>(folder, GONE)

    assert.deepEqual(told.results, { accepted: COUNT + 1 })
    // its own first event says that it writes for itself
    const { delivered, dropped } = told.report.adapters['keyed'] ?? {}
    assert.deepEqual({ delivered, dropped }, { delivered: 0, dropped: { unreachable: COUNT + 2 } })
    assert.deepEqual(Object.keys(told.report.adapters), ['file', 'keyed'])
    const unreachable = told.diagnostics.filter(({ name }) => name === 'lanes_unreachable')
    assert.equal(unreachable.length, 1)
    assert.match(JSON.stringify(unreachable), /"unreachable":\["keyed: [^"]*secret/)
    assert.doesNotMatch(JSON.stringify(told), /k3y-0f-the-t3st/)
    assertKept(folder, told)
  })

  it('does not build an adapter that hung in the writer: it would stand still itself', async (test) => {
    const folder = treeFolder(test, { adapters: 'bad.hangingAdapter()', queue: 'stopTimeoutMs: 1000' })
    const hung = `await until(() => runtime.inspect().lanes.hanging.state === 'quarantined')`

    const told = await askRoot<Answer>(folder, childAfter(`${hung}; ${CAUSES['the run is gone']?.before}`))

    assert.deepEqual(told.results, { accepted: COUNT + 1 })
    assert.match(JSON.stringify(told.diagnostics), /"unreachable":\["hanging: its adapter hung"\],"reached":\["file"\]/)
    assertKept(folder, told)
  })

  it('refuses every call when it can build no lane, and puts what is severe on stderr', async (test) => {
    const folder = treeFolder(test, { instead: KEYED })

    const told = await askRoot<Answer>(folder, GONE)

    assert.deepEqual(told.results, { refused: COUNT + 1 })
    assert.deepEqual(told.report.refused, { no_destination: COUNT + 1 })
    assert.equal(told.place, 'none')
    assertKept(folder, told)
    const lines = told.words.split('\n').filter((line) => line.includes('no_destination'))
    assert.equal(lines.length, 1)
    const { level, message, extra, context } = JSON.parse(lines[0]?.replace(/^holdfast: no_destination /, '') ?? '')
    assert.deepEqual([level, message, context.service], ['ERROR', 'an error of a child', 'tree'])
    assert.deepEqual(extra, { child: 'a', password: '[REDACTED]', n: COUNT + 1 })
  })

  it('keeps events in its ring alone when the tree was given no adapters', async (test) => {
    const folder = treeFolder(test, { instead: '' })

    const told = await askRoot<Answer>(folder, GONE)

    assert.deepEqual([told.place, told.results], ['ring', { accepted: COUNT + 1 }])
  })
})

describe('a child whose root has raised the limits and the segments of its ring', () => {
  it('joins', async (test) => {
    const settings = `limits: { stackMaxChars: 131072 }, ring: { segmentBytes: ${2 << 20} },`
    const options: TreeOptions = { settings }
    const folder = treeFolder(test, options)

    const told = await askRoot<Answer>(folder, `${TELLERS} const told = await tell(); await runtime.shutdown(); say(told)`)

    assert.deepEqual([told.mode, told.results], ['process', { accepted: COUNT + 1 }])
    assertKept(folder, told)
  })
})

describe('a child under a writer that is stopped', () => {
  it('accepts up to its bytes, as the root does, and not up to a number of events', async (test) => {
    const folder = treeFolder(test, { queue: 'putTimeoutMs: 0' })
    // the root waits for the child, so that it does not replace the writer meanwhile
    const source = `
      import { spawnSync } from 'node:child_process'
      ${TELLERS}
      process.kill(runtime.inspect().writer.pid, 'SIGSTOP')
      const { stdout } = spawnSync(process.execPath, [${JSON.stringify(new URL('./fixtures/telling-child.js', import.meta.url).pathname)}, JSON.stringify({ count: 20_000, shutdownMs: 1 })], { env: handed })
      process.kill(runtime.inspect().writer.pid, 'SIGCONT')
      await runtime.shutdown()
      say(JSON.parse(String(stdout).trim().split('\\n').at(-1)))`

    const told = await askRoot<Answer>(folder, source)

    const accepted = told.results.accepted ?? 0
    test.diagnostic(`${accepted} accepted`)
    assert.ok(accepted > 2 * 2048, `${accepted} accepted`)
    assert.ok((told.results.queue_full ?? 0) > 0, JSON.stringify(told.results))
    assert.deepEqual(numbersByChild(readLog(folder))['a'], told.accepted)
  })
})
