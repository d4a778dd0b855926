import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { ownProcessId } from '../../dist/tree/process-id.js'
import { hasPulse, joinPulse, startPulse } from '../../dist/tree/pulse.js'
import { emptyDirectory, hasTool, startMember } from './members.js'

const FIRST_NAMESPACE = 4026531836

/** A directory with the pipe that `startPulse` makes in a container. */
function runWithPipe(test: TestContext): string {
  const run = emptyDirectory(test)
  spawnSync('mkfifo', [join(run, 'pulse')])
  return run
}

describe('the pulse of a run', () => {
  it('is felt as long as any process holds it, however that ends, and not through what it started', async (test) => {
    if (!hasTool(test, ['mkfifo', '--version'])) return
    const run = runWithPipe(test)
    const [one, other] = [await startMember(test), await startMember(test)]
    assert.equal(hasPulse(run), false)

    assert.ok((await one.call('joinPulse', run)) && (await other.call('joinPulse', run)))
    const sleeper = await one.call('startSleeper')
    test.after(() => process.kill(sleeper, 'SIGKILL'))

    assert.equal(hasPulse(run), true)
    await one.kill()
    assert.equal(hasPulse(run), true)
    other.child.kill('SIGSTOP')
    assert.equal(hasPulse(run), true)
    await other.kill()
    assert.equal(hasPulse(run), false)
  })

  it('stops with its holder, once', (test) => {
    if (!hasTool(test, ['mkfifo', '--version'])) return
    const run = runWithPipe(test)
    const pulse = joinPulse(run)

    pulse?.stop()
    pulse?.stop()

    assert.equal(hasPulse(run), false)
  })

  it('cannot be asked where there is no pipe, and nothing else is taken for one', (test) => {
    const run = emptyDirectory(test)

    assert.equal(hasPulse(run), undefined)
    symlinkSync('/dev/null', join(run, 'pulse'))
    assert.equal(hasPulse(run), undefined)
    assert.equal(joinPulse(run), undefined)
    for (const [name, make] of [
      ['file', (path: string) => writeFileSync(path, '')],
      ['directory', (path: string) => mkdirSync(path)],
    ] as const) {
      mkdirSync(join(run, name))
      make(join(run, name, 'pulse'))
      assert.equal(hasPulse(join(run, name)), undefined)
    }
  })

  it('is not started where pids tell enough', (test) => {
    if (ownProcessId().namespace !== FIRST_NAMESPACE) {
      test.skip('this is a container')
      return
    }
    assert.equal(startPulse(emptyDirectory(test)), undefined)
  })
})
