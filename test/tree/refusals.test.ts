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
    import { chmodSync, chownSync } from 'node:fs'
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

describe("a child does not join what is somebody else's, or may be, says why, and logs for itself", () => {
  for (const [title, reason, before] of [
    [
      'the run of another user',
      'other_user',
      `chownSync(run, 65534, 65534)
       const undo = () => chownSync(run, process.getuid(), process.getgid())`,
    ],
    [
      'a run that others may look into',
      'unsafe',
      `chmodSync(run, 0o755)
       const undo = () => chmodSync(run, 0o700)`,
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
