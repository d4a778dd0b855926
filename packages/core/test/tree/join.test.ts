import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { findTree, type JoinOptions, type TreeFinding } from '../../dist/tree/join.js'
import { encodeLineage, type Lineage, publishLineage } from '../../dist/tree/lineage.js'
import { ownProcessId } from '../../dist/tree/process-id.js'
import { createRunDirectory } from '../../dist/tree/run-directory.js'
import { testRunnerOf } from '../../dist/tree/test-runner.js'
import { emptyDirectory, isRoot, type Member, startMember, startRun } from './members.js'

const BARE: JoinOptions = { join: 'auto', hasOwnConfig: false, wireVersion: 1 }
const OWN: JoinOptions = { ...BARE, hasOwnConfig: true }
const SELF = { pid: process.pid, threadId: 0 }
const TEST_MARKS = ['NODE_TEST_CONTEXT', 'VITEST', 'JEST_WORKER_ID']

/** The environment of a child of that root. */
function below(root: Member, run: string | undefined, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const lineage: Lineage = { run, root: root.id, chain: [{ pid: root.id.pid, threadId: 0 }] }
  return { ...withoutRunner(), ...encodeLineage(lineage), ...extra }
}

function withoutRunner(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !TEST_MARKS.includes(name)))
}

/** In one word. */
function verdict(finding: TreeFinding): string {
  if ('joined' in finding) return 'joined'
  return finding.refusal === undefined ? finding.alone : `${finding.alone}: ${finding.refusal.refused}`
}

describe('a child', () => {
  it('joins the run of its root when it brings no config, and knows its chain', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: withoutRunner() })

    const finding = findTree(below(root, run.path), BARE)

    const chain = [{ pid: root.id.pid, threadId: 0 }, SELF]
    assert.deepEqual(finding, { joined: { run: run.path, facts: run.facts }, chain })
  })

  it('is its own root when it brings a config or does not want to, and keeps its chain', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: withoutRunner() })
    const env = below(root, run.path)
    const chain = [{ pid: root.id.pid, threadId: 0 }, SELF]

    assert.deepEqual(findTree(env, OWN), { alone: 'own_config', chain })
    assert.deepEqual(findTree(env, { ...BARE, join: 'never' }), { alone: 'never', chain })
  })

  it('joins with a config of its own when it is required to', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: withoutRunner() })

    assert.equal(verdict(findTree(below(root, run.path), { ...OWN, join: 'required' })), 'joined')
  })

  it('is its own root where there is no tree, also when it is required to join', () => {
    const chain = [SELF]

    assert.deepEqual(findTree({}, BARE), { alone: 'no_tree', chain })
    assert.deepEqual(findTree({}, { ...BARE, join: 'required' }), { alone: 'no_tree', chain })
  })

  it('is told when its root writes for itself, as long as that lives', async (test) => {
    const root = await startMember(test)
    const env = below(root, undefined)

    const finding = findTree(env, BARE)
    assert.ok('alone' in finding)
    assert.deepEqual([finding.alone, finding.root], ['root_is_local', root.id])
    await root.kill()
    assert.equal(verdict(findTree(env, BARE)), 'no_tree')
  })

  it('joins when the root is dead and the writer lives', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: withoutRunner() })
    const writer = await startMember(test)
    await writer.call('acquireWriter', run.path, 0)
    await root.kill()

    assert.equal(verdict(findTree(below(root, run.path), BARE)), 'joined')
  })

  it('does not join a dead, missing, foreign or open run, and says why', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: withoutRunner() })
    const other = await startMember(test)

    assert.equal(verdict(findTree(below(root, `${run.path}x`), BARE)), 'refused: missing')
    assert.equal(verdict(findTree(below(root, 'relative'), BARE)), 'refused: unsafe')
    assert.equal(verdict(findTree(below(root, run.path), { ...BARE, wireVersion: 2 })), 'refused: other_version')
    assert.equal(verdict(findTree(below(other, run.path), BARE)), 'refused: unsafe')
    assert.equal(verdict(findTree({ ...below(root, run.path), HOLDFAST_TREE_ROOT: 'x' }, BARE)), 'refused: unsafe')
    chmodSync(run.path, 0o777)
    assert.equal(verdict(findTree(below(root, run.path), BARE)), 'refused: unsafe')
    chmodSync(run.path, 0o700)
    await root.kill()
    assert.equal(verdict(findTree(below(root, run.path), BARE)), 'refused: dead')
    assert.equal(verdict(findTree(below(root, run.path), { ...BARE, join: 'required' })), 'refused: dead')
  })

  it('does not join the run of another user', async (test) => {
    if (!isRoot(test)) return
    const { root, run } = await startRun(test, emptyDirectory(test))
    const child = await startMember(test, { env: below(root, run.path) })
    await child.call('become', 65534)

    assert.equal(verdict(await child.call('findTree', BARE)), 'refused: other_user')
  })

  it('does not take what it handed down itself for an ancestor', (test) => {
    const run = createRunDirectory({ service: 'shop', wireVersion: 1, spoolDir: emptyDirectory(test) })
    assert.ok('path' in run)
    const env: NodeJS.ProcessEnv = {}
    const undo = publishLineage({ run: run.path, root: ownProcessId(), chain: [SELF] }, env)
    test.after(undo)

    assert.deepEqual(findTree(env, BARE), { alone: 'own_run', chain: [SELF] })
    assert.deepEqual(findTree(env, { ...BARE, join: 'required' }), { alone: 'own_run', chain: [SELF] })
  })
})

describe('a tree reaches', () => {
  for (const [way, options] of [
    ['a forked child', {}],
    ['a program behind a shell', { below: ['sh', '-c', 'exec "$@"', 'sh'] }],
    [
      'a program behind two shells in a group of its own',
      { below: ['sh', '-c', 'sh -c \'"$@"; exit $?\' sh "$@"; exit $?', 'sh'], detached: true },
    ],
  ] as const)
    it(way, async (test) => {
      const { root, run } = await startRun(test, emptyDirectory(test))

      const child = await startMember(test, { env: { ...process.env, ...below(root, run.path), ...pickRunner() }, ...options })

      const finding = await child.call('findTree', BARE)
      assert.equal(verdict(finding), 'joined')
      assert.deepEqual(
        finding.chain.map(({ pid }) => pid),
        [root.id.pid, child.id.pid],
      )
    })

  it('a worker thread with an empty environment, and a thread of that one', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: withoutRunner() })
    const undo = publishLineage({ run: run.path, root: root.id, chain: [{ pid: root.id.pid, threadId: 0 }, SELF] })
    test.after(undo)

    const [outer, inner] = await threadsFind(2)

    assert.equal(verdict(outer?.finding as TreeFinding), 'joined')
    assert.equal(verdict(inner?.finding as TreeFinding), 'joined')
    for (const thread of [outer, inner])
      assert.deepEqual(thread?.finding.chain, [
        { pid: root.id.pid, threadId: 0 },
        { pid: process.pid, threadId: thread?.threadId },
      ])
  })

  it('a worker thread of the root itself, but not the thread that made the run', async (test) => {
    const run = createRunDirectory({ service: 'shop', wireVersion: 1, spoolDir: emptyDirectory(test), env: {} })
    assert.ok('path' in run)
    test.after(publishLineage({ run: run.path, root: ownProcessId(), chain: [SELF] }))

    const [thread] = await threadsFind(1)

    assert.equal(verdict(thread?.finding as TreeFinding), 'joined')
  })

  it('a thread that made a run of its own only when that was made by another', async (test) => {
    const spoolDir = emptyDirectory(test)
    const source = `
      const { createRunDirectory } = await import(${JSON.stringify(new URL('../../dist/tree/run-directory.js', import.meta.url).href)})
      const { publishLineage } = await import(${JSON.stringify(new URL('../../dist/tree/lineage.js', import.meta.url).href)})
      const { ownProcessId } = await import(${JSON.stringify(new URL('../../dist/tree/process-id.js', import.meta.url).href)})
      const run = createRunDirectory({ service: 'shop', wireVersion: 1, spoolDir: ${JSON.stringify(spoolDir)}, env: {} })
      publishLineage({ run: run.path, root: ownProcessId(), chain: [{ pid: process.pid, threadId }] })
    `

    const [thread] = await threadsFind(1, source)

    assert.equal(verdict(thread?.finding as TreeFinding), 'own_run')
  })
})

interface ThreadFinding {
  readonly threadId: number
  readonly finding: TreeFinding
}

/** What a worker thread finds, and one that it starts, each with an empty environment. */
function threadsFind(depth: number, before = ''): Promise<readonly ThreadFinding[]> {
  const source = `
    import { parentPort, threadId, Worker, workerData } from 'node:worker_threads'
    import { findTree } from ${JSON.stringify(new URL('../../dist/tree/join.js', import.meta.url).href)}
    ${before}
    const found = { threadId, finding: findTree(process.env, ${JSON.stringify(BARE)}) }
    if (workerData.depth === 1) parentPort.postMessage([found])
    else new Worker(new URL(workerData.url), { env: {}, workerData: { ...workerData, depth: workerData.depth - 1 } })
      .once('message', (others) => parentPort.postMessage([found, ...others]))
  `
  const url = `data:text/javascript,${encodeURIComponent(source)}`
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(url), { env: {}, workerData: { depth, url } })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

function pickRunner(): NodeJS.ProcessEnv {
  return { NODE_TEST_CONTEXT: process.env['NODE_TEST_CONTEXT'] }
}

describe('under a test runner', () => {
  const jest = { JEST_WORKER_ID: '1' }

  it('a child does not join a root that does not run under it', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: withoutRunner() })

    for (const mark of TEST_MARKS) assert.equal(verdict(findTree(below(root, run.path, { [mark]: '1' }), BARE)), 'test_runner')
    assert.equal(verdict(findTree(below(root, run.path, jest), { ...BARE, join: 'required' })), 'joined')
  })

  it('a child joins a root under the same one, as the workers of an application in a test', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: { ...withoutRunner(), ...jest } })

    assert.equal(verdict(findTree(below(root, run.path, { JEST_WORKER_ID: '2' }), BARE)), 'joined')
    assert.equal(verdict(findTree(below(root, run.path, { ...jest, VITEST: 'true' }), BARE)), 'test_runner')
  })

  it('a child without the marks joins a root that has them, as a worker with an environment of its own', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test), { env: { ...withoutRunner(), ...jest } })

    assert.equal(verdict(findTree(below(root, run.path), BARE)), 'joined')
  })

  it('is what the environment or the command line says', () => {
    const plain = { execArgv: [], argv: ['node', '/app/server.js'] }

    assert.equal(testRunnerOf({}, plain), '')
    assert.equal(testRunnerOf({ VITEST: '', NODE_ENV: 'test' }, plain), '')
    assert.equal(testRunnerOf({ NODE_TEST_CONTEXT: 'child-v8' }, { ...plain, execArgv: ['--test'] }), 'node:test')
    assert.equal(testRunnerOf({}, { ...plain, execArgv: ['--test', '--test-isolation=none'] }), 'node:test')
    for (const file of ['/p/node_modules/mocha/bin/mocha.js', '/p/node_modules/.bin/_mocha', 'C:\\p\\mocha\\bin\\mocha.js'])
      assert.equal(testRunnerOf({}, { ...plain, argv: ['node', file] }), 'mocha')
    assert.equal(testRunnerOf({}, { ...plain, argv: ['node', '/app/mochaccino.js'] }), '')
  })
})
