import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askRoot, program, readLog, treeFolder } from './fixtures/tree.js'

const CHILD = JSON.stringify(program('child'))

interface Told {
  readonly mode: string
  readonly refusals: readonly { readonly reason: string }[]
}

/** Starts a child after the root did something to its run; answers what the child says of itself. */
function strange(before: string): string {
  return `
    import { chmodSync, chownSync, cpSync, rmSync, writeFileSync } from 'node:fs'
    const { run } = runtime.inspect().writer
    const env = { ...process.env, ...runtime.childEnv() }
    ${before}
    const child = spawn(process.execPath, [${CHILD}, 'a', '1', 'tell'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let told = ''
    child.stderr.on('data', (chunk) => { told += chunk })
    await new Promise((resolve) => child.once('close', resolve))
    log.info('from the root', { child: 'root', n: 1 })
    process.stdout.write(told.split('\\n').find((line) => line.startsWith('{"mode"')))
    undo()
    await runtime.shutdown()`
}

describe('a child does not join, says why, and logs for itself', () => {
  for (const [title, reason, before] of [
    [
      'the run of another user',
      'other_user',
      `chownSync(run, 65534, 65534)
       const undo = () => chownSync(run, process.getuid(), process.getgid())`,
    ],
    [
      'the run of a version that speaks otherwise',
      'other_version',
      `const facts = readFileSync(run + '/run.json', 'utf8')
       writeFileSync(run + '/run.json', facts.replace(/"wireVersion":\\d+/, '"wireVersion":999'))
       const undo = () => writeFileSync(run + '/run.json', facts)`,
    ],
    [
      'a run whose processes are dead',
      'dead',
      `const copy = run + '-dead'
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
       Object.assign(env, { HOLDFAST_TREE_RUN: copy, HOLDFAST_TREE_ROOT: facts.root })
       const undo = () => rmSync(copy, { recursive: true })`,
    ],
    [
      'a run that is not there any more',
      'missing',
      `env.HOLDFAST_TREE_RUN = run + '-gone'
       const undo = () => undefined`,
    ],
  ] as const) {
    it(title, async (test) => {
      if (reason === 'other_user' && process.getuid?.() !== 0) return test.skip('only root can give a folder away')
      const folder = treeFolder(test)

      const { mode, refusals } = await askRoot<Told>(folder, strange(before))

      assert.equal(mode, 'local')
      assert.deepEqual(
        refusals.map((refusal) => refusal.reason),
        [reason],
      )
      assert.deepEqual(
        readLog(folder).map(({ message }) => message),
        ['from the root'],
      )
    })
  }
})
