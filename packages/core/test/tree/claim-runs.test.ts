import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type ClaimOptions, type Claims, claimDeadRuns } from '../../dist/tree/claim-runs.js'
import { formatProcessId, ownProcessId } from '../../dist/tree/process-id.js'
import { openRunDirectory, removeRunDirectory } from '../../dist/tree/run-directory.js'
import { deadRun, emptyDirectory, hasTool, startMember, startRun } from './members.js'

const RACERS = 20
const ROUNDS = 6
const KILLS = 16
const CONTAINER = ['unshare', '-pf', '--mount-proc', '--kill-child']

function claim(base: string, options: Partial<ClaimOptions> = {}): Claims {
  return claimDeadRuns({ base, service: 'shop', wireVersion: 1, members: () => [], ...options })
}

function change(run: string, facts: object): void {
  const path = join(run, 'run.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...facts }))
}

/** Asks until something was claimed. */
async function eventually(ask: () => Claims | Promise<Claims>): Promise<Claims> {
  for (let look = 0; ; look++) {
    const claims = await ask()
    if (claims.claimed.length > 0 || look === 1000) return claims
    await pause(2)
  }
}

describe('claiming dead runs', () => {
  it('finds nothing where nothing is', (test) => {
    assert.deepEqual(claim(join(emptyDirectory(test), 'none')), { claimed: [], left: [] })
  })

  it('takes over a run whose processes were killed, with what is in it', async (test) => {
    const base = emptyDirectory(test)
    const run = await deadRun(test, base)
    writeFileSync(join(run.path, 'rings', 'one'), 'events')

    const { claimed, left } = claim(base)

    const path = `${run.path}.claimed-${formatProcessId(ownProcessId())}`
    assert.deepEqual(
      claimed.map(({ pulse, ...rest }) => rest),
      [{ path, name: basename(run.path), facts: run.facts }],
    )
    assert.deepEqual(left, [])
    assert.equal(readFileSync(join(path, 'rings', 'one'), 'utf8'), 'events')
    const opened = openRunDirectory(run.path, 1)
    assert.equal('refused' in opened && opened.refused, 'missing')
  })

  it('never takes one of a living root, be it stopped, nor of a living writer or member', async (test) => {
    const base = emptyDirectory(test)
    await startRun(test, base)
    const { root } = await startRun(test, base)
    root.child.kill('SIGSTOP')
    const written = await deadRun(test, base)
    const writer = await startMember(test)
    await writer.call('acquireWriter', written.path, 0)
    const manned = await deadRun(test, base)
    const members = (run: string) => (run.startsWith(manned.path) ? [writer.id] : [])

    assert.deepEqual(claim(base, { members }), { claimed: [], left: [] })

    await writer.kill()
    assert.deepEqual(
      claim(base, { members })
        .claimed.map(({ name }) => name)
        .sort(),
      [written, manned].map(({ path }) => basename(path)).sort(),
    )
  })

  it('asks for members only when root and writer are gone', async (test) => {
    const base = emptyDirectory(test)
    await startRun(test, base)

    claim(base, { members: () => assert.fail('asked') })
  })

  it('gives a run back that a child joined while it was claimed', async (test) => {
    const base = emptyDirectory(test)
    const run = await deadRun(test, base)
    const child = await startMember(test)
    const members = (path: string) => (path === run.path ? [] : [child.id])

    assert.deepEqual(claim(base, { members }), { claimed: [], left: [] })
    assert.ok(existsSync(join(run.path, 'run.json')))
  })

  it('claims again what a process claimed that has itself ended, and not what a living one did', async (test) => {
    const base = emptyDirectory(test)
    const run = await deadRun(test, base)
    const claimer = await startMember(test)
    const first = await claimer.call('claim', base, 'shop')
    assert.equal(first.claimed.length, 1)
    assert.deepEqual(claim(base), { claimed: [], left: [] })

    await claimer.kill()

    const { claimed } = claim(base)
    assert.deepEqual(
      claimed.map(({ name }) => name),
      [basename(run.path)],
    )
    assert.equal(claimed[0]?.path, `${run.path}.claimed-${formatProcessId(ownProcessId())}`)
    assert.deepEqual(claim(base).claimed, [], 'this process has it already')
  })

  it('takes over what was running when the machine lost its power, readable or not', async (test) => {
    const base = emptyDirectory(test)
    const root = { ...ownProcessId(), bootId: '00000000-0000-4000-8000-000000000000' }
    const { run: before } = await startRun(test, base)
    change(before.path, { root: formatProcessId(root) })
    const torn = await deadRun(test, base)
    writeFileSync(join(torn.path, 'run.json'), '')

    const { claimed } = claim(base)

    const found = new Map(claimed.map(({ name, facts }) => [name, facts?.service]))
    assert.deepEqual(
      found,
      new Map([
        [basename(before.path), 'shop'],
        [basename(torn.path), undefined],
      ]),
    )
  })

  it('leaves runs of another wire version to those who can read them, and says so', async (test) => {
    const base = emptyDirectory(test)
    const { root, run } = await startRun(test, base, { wireVersion: 2 })
    assert.deepEqual(claim(base).left, [])
    await root.kill()

    const { claimed, left } = claim(base)

    assert.deepEqual(claimed, [])
    assert.deepEqual(left, [{ path: run.path, reason: 'other_version', detail: 'wire version 2, this process has 1' }])
  })

  it('leaves alone what it does not understand: the facts of a later version, and a directory that is no run', async (test) => {
    const base = emptyDirectory(test)
    const run = await deadRun(test, base)
    writeFileSync(join(run.path, 'run.json'), '{"wire":9,"process":{}}')
    mkdirSync(join(dirname(run.path), 'mine'), { mode: 0o700 })

    const { claimed, left } = claim(base)

    assert.deepEqual(claimed, [])
    assert.deepEqual(
      left.map(({ path, reason }) => [path, reason]),
      [[run.path, 'other_version']],
    )
  })

  it('leaves alone what belongs to another service', async (test) => {
    const base = emptyDirectory(test)
    const run = await deadRun(test, base)
    change(run.path, { service: 'SHOP' }) // a file system may not tell them apart

    assert.deepEqual(claim(base), { claimed: [], left: [] })
  })

  it('leaves a run of an unknown namespace alone, unless it is known to be silent', async (test) => {
    const base = emptyDirectory(test)
    const run = await deadRun(test, base)
    change(run.path, { root: formatProcessId({ ...run.facts.root, namespace: 1 }) })
    rmSync(join(run.path, 'pulse'), { force: true }) // there in a container

    assert.deepEqual(
      claim(base).left.map(({ path, reason }) => [path, reason]),
      [[run.path, 'unknown_process']],
    )
    assert.deepEqual(claim(base, { isSilent: () => false }).claimed, [])
    assert.equal(claim(base, { isSilent: () => true }).claimed.length, 1)
  })

  it('tells of a run that cannot be looked through, and goes on with the next', async (test) => {
    const base = emptyDirectory(test)
    const odd = await deadRun(test, base)
    await deadRun(test, base)
    const members = (run: string) => {
      if (run.startsWith(odd.path)) throw new Error('odd ring')
      return []
    }

    const { claimed, left } = claim(base, { members })

    assert.equal(claimed.length, 1)
    assert.deepEqual(left, [{ path: odd.path, reason: 'error', detail: 'Error: odd ring' }])
  })

  it('removes what dead processes left half made or half removed, and nothing of the living', async (test) => {
    const base = emptyDirectory(test)
    const siblings = dirname((await deadRun(test, base)).path)
    const dead = formatProcessId({ ...ownProcessId(), startTime: 1 })
    const alive = formatProcessId(ownProcessId())
    for (const name of [`.new-${dead}-1a`, `.old-${dead}-2b`, `.new-${alive}-3c`, '.old-odd-4d', 'stray'])
      mkdirSync(join(siblings, name, 'rings'), { recursive: true, mode: 0o700 })
    writeFileSync(join(siblings, 'file'), '')

    claim(base)

    const names = readdirSync(siblings).filter((name) => name.startsWith('.'))
    assert.deepEqual(names.sort(), [`.new-${alive}-3c`, '.old-odd-4d'])
    assert.ok(existsSync(join(siblings, 'file')))
  })

  it(`leaves nothing behind of ${KILLS} processes that were killed while they made and removed runs`, async (test) => {
    const base = emptyDirectory(test)
    const siblings = join(base, 'shop')
    for (let kill = 0; kill < KILLS; kill++) {
      const member = await startMember(test)
      member.call('churn', { service: 'shop', wireVersion: 1, spoolDir: base }).catch(() => {})
      await pause(Math.random() * 30)
      await member.kill()
    }

    const { claimed, left } = claim(base)
    for (const { path, facts } of claimed) {
      assert.equal(facts?.service, 'shop')
      removeRunDirectory(path)
    }

    assert.deepEqual(left, [])
    assert.deepEqual(readdirSync(siblings), [])
  })

  it(`lets one of ${RACERS} that try at once have each of several runs, ${ROUNDS} times`, async (test) => {
    const base = emptyDirectory(test)
    const racers = await Promise.all(Array.from({ length: RACERS }, () => startMember(test)))

    for (let round = 1; round <= ROUNDS; round++) {
      const { root, run } = await startRun(test, base)
      const more = { service: 'shop', wireVersion: 1, spoolDir: base }
      const runs = [run, await root.call('startTree', more), await root.call('startTree', more)]
      await root.kill()
      const start = Date.now() + 20
      const claims = await Promise.all(racers.map((racer) => racer.call('raceForRuns', base, 'shop', start)))

      assert.deepEqual(
        claims
          .flat()
          .map(({ name }) => name)
          .sort(),
        runs.map(({ path }) => basename(path)).sort(),
      )
      for (const { path } of claims.flat()) assert.ok(existsSync(join(path, 'run.json')))
    }
  })
})

describe('a run in a container', () => {
  it('is known to live from outside and from another container, and to be dead when its PID 1 was killed', async (test) => {
    if (!hasTool(test, [...CONTAINER, 'true'])) return
    const base = emptyDirectory(test)
    const { root, run } = await startRun(test, base, { below: CONTAINER })
    const neighbour = await startMember(test, { below: CONTAINER })
    assert.ok(existsSync(join(run.path, 'pulse')))

    assert.deepEqual(claim(base), { claimed: [], left: [] })
    assert.deepEqual(await neighbour.call('claim', base, 'shop'), { claimed: [], left: [] })
    await root.kill()

    // what is killed is `unshare`, and the kernel kills PID 1 after it
    const { claimed } = await eventually(() => neighbour.call('claim', base, 'shop'))
    assert.deepEqual(
      claimed.map(({ name }) => name),
      [basename(run.path)],
    )
    assert.deepEqual(claim(base), { claimed: [], left: [] }, 'it is being recovered')
    await neighbour.kill()
    assert.equal((await eventually(() => claim(base))).claimed.length, 1)
  })

  it('is not joined from another one', async (test) => {
    if (!hasTool(test, [...CONTAINER, 'true'])) return
    const { run } = await startRun(test, emptyDirectory(test), { below: CONTAINER })

    const opened = openRunDirectory(run.path, 1)

    assert.equal('refused' in opened && opened.refused, 'other_namespace')
  })
})
