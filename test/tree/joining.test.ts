import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { hasTools } from '../fixtures/tools.js'
import { askRoot, numbersByChild, program, readLog, runsLeft, treeFolder, upTo } from './fixtures/tree.js'

const CHILD = JSON.stringify(program('child'))
const COUNT = 200

/** Ways to start something that calls `init()`, as text of the root; each starts `a` and `b`. */
const WAYS = {
  'through spawn': `
    await Promise.all(['a', 'b'].map((name) => end(spawn(process.execPath, [${CHILD}, name, '${COUNT}']))))`,
  'through fork': `
    await Promise.all(['a', 'b'].map((name) => end(fork(${CHILD}, [name, '${COUNT}']))))`,
  'through a shell': `
    const quoted = (text) => "'" + text + "'"
    const line = (name) => ['exec', process.execPath, ${CHILD}, name, '${COUNT}'].map(quoted).join(' ').replace("'exec'", '')
    await Promise.all(['a', 'b'].map((name) => end(spawn(line(name) + '; true', { shell: true }))))`,
  'as workers of a cluster': `
    const { default: cluster } = await import('node:cluster')
    cluster.setupPrimary({ exec: ${CHILD} })
    const start = (name) => { cluster.setupPrimary({ args: [name, '${COUNT}', 'exit'] }); return end(cluster.fork()) }
    await Promise.all([start('a'), start('b')])`,
  'as worker threads': `
    const { Worker } = await import('node:worker_threads')
    const start = (name) => end(new Worker(${JSON.stringify(program('thread'))}, { workerData: { name, count: ${COUNT} } }))
    await Promise.all(['a', 'b'].map(start))`,
} as const

const END = 'await runtime.shutdown(); process.stdout.write(JSON.stringify(runtime.report()))'

describe('a tree of processes writes one log, whole and in order, with children', () => {
  for (const [way, source] of Object.entries(WAYS)) {
    it(`${way}`, async (test) => {
      const folder = treeFolder(test)

      await askRoot(folder, `${source}\n${END}`)

      const lines = readLog(folder)
      assert.deepEqual(numbersByChild(lines), { a: upTo(COUNT), b: upTo(COUNT) })
      assert.equal(new Set(lines.map(({ origin }) => origin)).size, 2)
      assert.deepEqual(runsLeft(folder), [])
    })
  }

  it('through an npm script', async (test) => {
    if (!hasTools(test, ['npm', '--version'])) return
    const folder = treeFolder(test)
    const scripts = { job: `node ${CHILD} a ${COUNT}` }
    writeFileSync(join(folder.path, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', scripts }))

    await askRoot(folder, `await end(spawn('npm', ['run', '--silent', 'job'], { stdio: 'ignore' }))\n${END}`)

    const lines = readLog(folder)
    assert.deepEqual(numbersByChild(lines), { a: upTo(COUNT) })
    // npm and its shell say nothing of themselves: the chain has the processes that log
    assert.ok(lines.every(({ context }) => context.process_id_chain.length === 2))
  })

  it('in a pool of piscina', async (test) => {
    const folder = treeFolder(test)
    const pool = `
      const { Piscina } = await import(${JSON.stringify(import.meta.resolve('piscina'))})
      const pool = new Piscina({ filename: ${JSON.stringify(program('task'))}, maxThreads: 2 })
      const modes = await Promise.all([1, 2, 3, 4].map((job) => pool.run({ job, count: ${COUNT} })))
      await pool.destroy()
      await runtime.shutdown()
      process.stdout.write(JSON.stringify(modes))`

    const modes = await askRoot<readonly string[]>(folder, pool)

    assert.deepEqual(modes, ['process', 'process', 'process', 'process'])
    const jobs = [1, 2, 3, 4].map((job) => [`job-${job}`, upTo(COUNT)] as const)
    assert.deepEqual(numbersByChild(readLog(folder)), Object.fromEntries(jobs))
  })

  it('over the spool, at once and one after the other', async (test) => {
    const folder = treeFolder(test)
    const later = `
      const { run } = runtime.inspect().writer
      for (const name of ['c', 'd']) {
        await until(() => readdirSync(run + '/rings').length === 1)
        await end(spawn(process.execPath, [${CHILD}, name, '${COUNT}']))
      }`

    await askRoot(folder, `${WAYS['through spawn']}\n${later}\n${END}`, { HOLDFAST_TREE_HANDOFF: 'spool' })

    const all = { a: upTo(COUNT), b: upTo(COUNT), c: upTo(COUNT), d: upTo(COUNT) }
    assert.deepEqual(numbersByChild(readLog(folder)), all)
  })
})

describe('a run', () => {
  for (const [title, file, isKept] of [
    ['that was never made a ring', 'Buffer.alloc(1 << 20)', false],
    ['that still says who had it before', "readFileSync(run + '/rings/' + readdirSync(run + '/rings')[0])", false],
    ['that cannot be understood', "Buffer.alloc(1 << 20, 'what is this?')", true],
  ] as const)
    it(`is ${isKept ? 'kept' : 'gone at its end'} when there is a file ${title}`, async (test) => {
      const folder = treeFolder(test)
      const source = `
        import { writeFileSync } from 'node:fs'
        const { run } = runtime.inspect().writer
        // as a producer leaves it that is killed before its first event
        writeFileSync(run + '/rings/killedbeforeitsfirst.ring', ${file})
        log.info('beside it', { child: 'root', n: 1 })
        ${END}`

      await askRoot(folder, source)

      assert.deepEqual(numbersByChild(readLog(folder)), { root: [1] })
      assert.equal(runsLeft(folder).length, isKept ? 1 : 0)
    })
})
