import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { HOLDFAST } from '../fixtures/spawn.js'
import { type Answer, assertKept, numbersInAll, TELLERS } from './fixtures/told.js'
import { askRoot, treeFolder, upTo } from './fixtures/tree.js'

const COUNT = 50
const CHILDREN = 7
const NOBODY = 65534

/** Skips where a file system cannot be mounted. */
function mayMount(test: TestContext): boolean {
  const probe = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
  if (probe.status === 0) return true
  test.skip('needs the right to mount')
  return false
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
}

/** Takes away what was mounted before the folder of the test goes. */
function unmountAfter(test: TestContext): string[] {
  const paths: string[] = []
  test.after(() => {
    for (const path of paths.toReversed()) spawnSync('umount', ['-l', path])
  })
  return paths
}

describe('a run directory without room', () => {
  it('costs the children that find none their ring, and no event', async (test) => {
    if (!mayMount(test)) return
    const mounted = unmountAfter(test)
    const folder = treeFolder(test)
    mount('-t', 'tmpfs', '-o', 'size=26m', 'tmpfs', folder.spool)
    mounted.push(folder.spool)
    const source = `
      ${TELLERS}
      const children = Array.from({ length: ${CHILDREN} }, () => start({}))
      const answers = children.map(answer)
      // all of them have their rings before the first gives its own back
      await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))))
      for (const child of children) child.stdin.end()
      const told = await Promise.all(answers)
      await runtime.shutdown()
      say(told)`

    const told = await askRoot<readonly Answer[]>(folder, source)

    const modes = told.map(({ mode }) => mode)
    test.diagnostic(modes.join())
    assert.deepEqual([...new Set(modes)].sort(), ['local', 'process'])
    for (const { results } of told) assert.deepEqual(results, { accepted: COUNT + 1 })
    const all = upTo(COUNT + 1).flatMap((n) => Array.from({ length: CHILDREN }, () => n))
    assert.deepEqual(numbersInAll(folder), all)
  })
})

describe('a run directory that a child may not write to', () => {
  it('costs it its ring, and no event, when it is mounted read-only', async (test) => {
    if (!mayMount(test)) return
    const mounted = unmountAfter(test)
    const folder = treeFolder(test)
    const sealed = join(folder.path, 'sealed')
    mkdirSync(sealed)
    mount('--bind', folder.spool, sealed)
    mounted.push(sealed)
    mount('-o', 'remount,bind,ro', sealed)

    const told = await askRoot<Answer>(folder, childAt(`run.replace(${JSON.stringify(folder.spool)}, ${JSON.stringify(sealed)})`))

    assert.match(JSON.stringify(told.diagnostics), /"reason":"no_ring","detail":"[^"]*EROFS/)
    assert.deepEqual([told.mode, told.place, told.results], ['local', 'lanes', { accepted: COUNT + 1 }])
    assertKept(folder, told)
  })

  it('costs it its ring, and no event, when it has no right to', async (test) => {
    if (process.getuid?.() !== 0) return test.skip('needs root, to be somebody else')
    if (!isReadable(test)) return
    const folder = treeFolder(test, { before: `process.setgid(${NOBODY}); process.setuid(${NOBODY})` })
    for (const path of [folder.path, folder.spool]) chownSync(path, NOBODY, NOBODY)

    const chmod = (mode: string): string => `for (const room of ['/rings', '/free']) chmodSync(run + room, ${mode})`
    const told = await askRoot<Answer>(folder, `${TELLERS} ${chmod('0o500')}; ${tellAndEnd(chmod('0o700'))}`)

    assert.match(JSON.stringify(told.diagnostics), /"reason":"no_ring","detail":"[^"]*EACCES/)
    assert.deepEqual([told.mode, told.place, told.results], ['local', 'lanes', { accepted: COUNT + 1 }])
    assertKept(folder, told)
  })
})

describe('a tree on a machine where nothing can be written', () => {
  const file = `fileAdapter({ path: 'spool/app.log' })`
  const source = `${TELLERS} say({ ...(await tell()), run })`

  /** Its run directory, its log and the place for temporary files are read-only. */
  async function askSealed(test: TestContext, instead: string): Promise<Answer> {
    const mounted = unmountAfter(test)
    const folder = treeFolder(test, { instead })
    mount('-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder.spool)
    mounted.push(folder.spool)
    return askRoot<Answer>(folder, source, { TMPDIR: folder.spool })
  }

  it('refuses the calls of its children, which have the service of the root, and writes no more to stderr than what is severe', async (test) => {
    if (!mayMount(test)) return

    const told = await askSealed(test, file)

    assert.deepEqual([told.run, told.mode, told.place, told.service], ['', 'local', 'none', 'tree'])
    assert.deepEqual(told.report.refused, { no_destination: COUNT + 1 })
    const lines = told.words.trim().split('\n')
    assert.equal(lines.length, 1, told.words)
    assert.match(told.words, /^holdfast: no_destination .*"an error of a child"/)
  })

  it('has the console of its root in its children', async (test) => {
    if (!mayMount(test)) return

    const told = await askSealed(test, `${file}, consoleAdapter({ level: 'error' })`)

    assert.deepEqual([told.mode, told.place, told.service], ['local', 'lanes', 'tree'])
    assert.deepEqual(told.results, { accepted: COUNT + 1 })
    const { console: shown } = told.report.adapters
    // its own first event, a warning, and the others are below the level of the console
    assert.deepEqual([shown?.delivered, shown?.filtered], [1, COUNT + 1])
    assert.match(told.words, /an error of a child/)
  })
})

function childAt(run: string): string {
  return `${TELLERS} handed.HOLDFAST_TREE_RUN = ${run}; ${tellAndEnd()}`
}

function tellAndEnd(undo = ''): string {
  return `const told = await tell(); ${undo}; await runtime.shutdown(); say(told)`
}

/** Whether another user can load what is tested. */
function isReadable(test: TestContext): boolean {
  const probe = spawnSync(process.execPath, ['--input-type=module', '--eval', `import '${HOLDFAST}'`], {
    uid: NOBODY,
    gid: NOBODY,
  })
  if (probe.status === 0) return true
  test.skip('needs packages that other users can read')
  return false
}
