import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { type ClaimHolder, formatHolder, lockPathOf } from '../../dist/claim/claim-record.js'
import { type ClaimOutcome, claimPath, type PathClaim } from '../../dist/claim/path-claim.js'
import { ownProcessId, type ProcessId } from '../../dist/tree/process-id.js'
import { emptyDirectory, hasTool, type Member, startMember } from '../tree/members.js'

const NOTE = { owner: 'shop' }
const GONE: ProcessId = { ...ownProcessId(), startTime: 1 }
const CONTAINER = ['unshare', '-pf', '--mount-proc', '--kill-child']
const CONTENDERS = 4
const CONTENTION_MS = 1500
const KILLS = 12
const HOUR_S = 3600

function pathIn(test: TestContext): string {
  return join(emptyDirectory(test), 'app.log')
}

function taken(path: string): PathClaim {
  const outcome = claimPath(path, NOTE)
  return 'claim' in outcome ? outcome.claim : assert.fail(`not claimed: ${JSON.stringify(outcome)}`)
}

function holderOf(outcome: ClaimOutcome): Extract<ClaimOutcome, { lock: string }> {
  return 'lock' in outcome ? outcome : assert.fail('not held by anybody')
}

function holder(process: ProcessId, token: string): ClaimHolder {
  return { process, fd: 999_999, token, owner: 'shop', since: '' }
}

/** A lock as its holder leaves it. */
function put(path: string, process: ProcessId, token = 'a1'): void {
  writeFileSync(path, formatHolder(holder(process, token)))
}

function namesBeside(path: string): readonly string[] {
  return readdirSync(join(path, '..')).sort()
}

describe('the claim of a path', () => {
  it('is a lock beside it that says who has it, and goes when it is given back', (test) => {
    const path = pathIn(test)

    const claim = taken(path)
    const { holder, isProven } = holderOf(claimPath(path, NOTE))

    assert.deepEqual(namesBeside(path), ['.app.log.writer'])
    assert.deepEqual([holder?.process, holder?.owner, isProven], [ownProcessId(), 'shop', true])
    claim.release()
    claim.release()
    assert.deepEqual(namesBeside(path), [])
    taken(path).release()
  })

  it('is not given away while its holder lives, be it stopped, and is when it was killed', async (test) => {
    const path = pathIn(test)
    const member = await startMember(test)
    assert.equal(await member.call('claimPath', path), 'claimed')

    assert.equal(holderOf(claimPath(path, NOTE)).holder?.process.pid, member.id.pid)
    member.child.kill('SIGSTOP')
    assert.equal(holderOf(claimPath(path, NOTE)).isProven, true)
    await member.kill()
    const claim = taken(path)

    assert.equal(claim.before?.process.pid, member.id.pid)
    assert.deepEqual(namesBeside(path), ['.app.log.writer'])
    claim.release()
  })

  for (const [what, process] of [
    ['a later process has the pid of its holder', GONE],
    ['the machine was started anew since', { ...ownProcessId(), bootId: 'another' }],
  ] as const) {
    it(`is taken over when ${what}`, (test) => {
      const path = pathIn(test)
      put(lockPathOf(path), process)

      taken(path).release()

      assert.deepEqual(namesBeside(path), [])
    })
  }

  it('belongs to a thread, whose end gives it back', async (test) => {
    const path = pathIn(test)
    const url = JSON.stringify(new URL('../../dist/claim/path-claim.js', import.meta.url).href)
    const program = `import(${url}).then(({ claimPath }) => {
      claimPath(${JSON.stringify(path)}, { owner: 'thread' })
      require('node:worker_threads').parentPort.postMessage('claimed')
      setInterval(() => {}, 1000)
    })`
    const thread = new Worker(program, { eval: true })
    await once(thread, 'message')

    assert.equal(holderOf(claimPath(path, NOTE)).holder?.owner, 'thread')
    await thread.terminate()
    taken(path).release()
  })

  it('is given to one of many, again and again, while some are killed in the middle', async (test) => {
    const path = pathIn(test)
    const witness = join(emptyDirectory(test), 'witness')
    const members = await Promise.all(Array.from({ length: CONTENDERS }, () => startMember(test)))
    const until = Date.now() + CONTENTION_MS
    const results = members.map((member) => member.call('contendForPath', path, witness, until))

    const found = await Promise.all(results)

    assert.equal(
      found.reduce((sum, { violations }) => sum + violations, 0),
      0,
    )
    assert.ok(
      found.every(({ held }) => held > 0),
      JSON.stringify(found),
    )
    assert.deepEqual(namesBeside(path), [])
  })

  it('is to be had after whatever moment a process was killed that claimed it and gave it back', async (test) => {
    const path = pathIn(test)
    for (let kill = 0; kill < KILLS; kill++) {
      const victim: Member = await startMember(test)
      const contention = victim.call('contendForPath', path, `${path}.witness`, Number.MAX_SAFE_INTEGER).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
      await victim.kill()
      await contention
      rmSync(`${path}.witness`, { force: true })

      taken(path).release()

      assert.ok(!existsSync(lockPathOf(path)))
    }
  })

  describe('after processes that were killed while they took over', () => {
    it('goes to the successor of the last of them, and nothing of theirs stays', (test) => {
      const path = pathIn(test)
      const lock = lockPathOf(path)
      put(lock, GONE, 'a1')
      put(`${lock}-a1`, GONE, 'b2')
      put(`${lock}-b2`, GONE, 'c3')

      const claim = taken(path)

      assert.equal(claim.before?.token, 'c3')
      assert.deepEqual(namesBeside(path), ['.app.log.writer'])
      claim.release()
    })

    it('is held by one that lives and has not finished yet', async (test) => {
      const path = pathIn(test)
      const lock = lockPathOf(path)
      const { id } = await startMember(test)
      put(lock, GONE, 'a1')
      put(`${lock}-a1`, id, 'b2')

      assert.deepEqual(holderOf(claimPath(path, NOTE)).holder?.process, id)
    })
  })

  describe('with something in its place that cannot be understood', () => {
    const inPlace: Readonly<Record<string, (lock: string) => void>> = {
      'an empty file': (lock) => writeFileSync(lock, ''),
      'a torn one': (lock) => writeFileSync(lock, formatHolder(holder(GONE, 'a1')).slice(0, 30)),
      'zeros of a power loss': (lock) => writeFileSync(lock, Buffer.alloc(200)),
      'a huge one': (lock) => writeFileSync(lock, Buffer.alloc(1 << 20, 'x')),
      'a directory': (lock) => mkdirSync(lock),
      'a dangling link': (lock) => symlinkSync('elsewhere', lock),
      'a link to a free lock': (lock) => {
        put(`${lock}.target`, GONE)
        symlinkSync(`${lock}.target`, lock)
      },
    }
    for (const [what, place] of Object.entries(inPlace)) {
      it(`counts as held, and is neither followed nor changed: ${what}`, (test) => {
        const path = pathIn(test)
        const lock = lockPathOf(path)
        place(lock)
        const before = [lstatSync(lock), namesBeside(path)] as const

        assert.deepEqual(claimPath(path, NOTE), { holder: undefined, lock, isProven: false })
        assert.deepEqual([lstatSync(lock).ino, namesBeside(path)], [before[0].ino, before[1]])
      })
    }

    it('is to be had when it is older than the start of the machine', (test) => {
      const path = pathIn(test)
      const before = Date.now() / 1000 - uptime() - HOUR_S
      writeFileSync(lockPathOf(path), '')
      utimesSync(lockPathOf(path), before, before)

      taken(path).release()
    })
  })

  it('is lost when somebody removes the lock or puts another there, and that one stays', (test) => {
    const path = pathIn(test)
    const claim = taken(path)

    rmSync(lockPathOf(path))
    assert.equal(claim.isLost, true)
    const other = taken(path)
    claim.release()

    assert.deepEqual([claim.isLost, other.isLost], [true, false])
    other.release()
  })

  it('cannot be made where there is no folder, and that is told', (test) => {
    const outcome = claimPath(join(emptyDirectory(test), 'missing', 'app.log'), NOTE)

    assert.equal('error' in outcome && (outcome.error as NodeJS.ErrnoException).code, 'ENOENT')
  })

  describe('of a process in another PID namespace', () => {
    const elsewhere: ProcessId = { ...ownProcessId(), namespace: 1 }

    it('is held as long as nothing can be proved', (test) => {
      const path = pathIn(test)
      put(lockPathOf(path), elsewhere)

      assert.equal(holderOf(claimPath(path, NOTE)).isProven, false)
    })

    it('is held while it lives, and taken over when its container was killed', async (test) => {
      if (!hasTool(test, [...CONTAINER, 'true']) || !hasTool(test, ['mkfifo', '--version'])) return
      const path = pathIn(test)
      const member = await startMember(test, { below: CONTAINER })
      assert.equal(await member.call('claimPath', path), 'claimed')

      assert.equal(holderOf(claimPath(path, NOTE)).isProven, true)
      await member.kill()
      const claim = await waitFor(() => {
        const outcome = claimPath(path, NOTE)
        return 'claim' in outcome ? outcome.claim : undefined
      })

      assert.deepEqual(namesBeside(path), ['.app.log.writer'])
      claim.release()
    })

    it('sees from there that a process outside cannot be asked', async (test) => {
      if (!hasTool(test, [...CONTAINER, 'true'])) return
      const path = pathIn(test)
      const claim = taken(path)
      const member = await startMember(test, { below: CONTAINER })

      assert.equal(await member.call('claimPath', path), 'taken')
      claim.release()
      assert.equal(await member.call('claimPath', path), 'claimed')
      await member.call('releasePath', path)
      assert.deepEqual(namesBeside(path), [])
    })
  })
})

/** What is killed is `unshare`, and the kernel kills what is below it a moment later. */
async function waitFor<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
