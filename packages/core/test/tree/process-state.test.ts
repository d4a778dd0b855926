import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../../dist/clock.js'
import { formatProcessId, isSameProcess, ownProcessId, parseProcessId } from '../../dist/tree/process-id.js'
import { isAlive, isGone, stateOf } from '../../dist/tree/process-state.js'
import { parseProcStat, parsePsLine } from '../../dist/tree/process-status.js'
import { hasTool, startMember } from './members.js'

const UNSHARED = ['unshare', '-pf', '--kill-child']

function waitFor(claim: () => boolean): void {
  for (let look = 0; look < 2000 && !claim(); look++) systemClock.sleepSync(1)
  assert.ok(claim(), 'what was waited for did not happen')
}

describe('an id of a process', () => {
  it('is the same from inside and from outside', async (test) => {
    const member = await startMember(test)

    assert.equal(member.id.pid, member.child.pid)
    assert.equal(stateOf(member.id), 'running')
    assert.equal(await member.call('stateOf', ownProcessId()), 'running')
  })

  it('comes back from its text', () => {
    assert.deepEqual(parseProcessId(formatProcessId(ownProcessId())), ownProcessId())
    assert.match(formatProcessId(ownProcessId()), /^[\w.-]+$/)
  })

  it('comes back from the text of any id', () => {
    const id = fc.record({
      pid: fc.integer({ min: 1, max: 0x7fffffff }),
      startTime: fc.maxSafeNat(),
      namespace: fc.nat(),
      bootId: fc.uuid(),
    })

    fc.assert(fc.property(id, (one) => isSameProcess(parseProcessId(formatProcessId(one)) ?? ownProcessId(), one)))
  })

  it('is not made of anything else', () => {
    for (const text of [
      '',
      '0.1.1.a',
      '1.1.1',
      '-1.1.1.a',
      '9999999999.1.1.a',
      '1.9999999999999999.1.a',
      '1.1.1.a\n',
      '1.1.1./',
      7,
      null,
      {},
    ])
      assert.equal(parseProcessId(text), undefined, String(text))
    fc.assert(
      fc.property(fc.anything(), (value) => {
        parseProcessId(value)
      }),
    )
  })
})

describe('the state of a process', () => {
  it('is running, stopped and running again, and gone when it was killed and asked for', async (test) => {
    const { child, id, kill } = await startMember(test)

    assert.equal(stateOf(id), 'running')
    child.kill('SIGSTOP')
    waitFor(() => stateOf(id) === 'stopped')
    assert.ok(isAlive(id))
    child.kill('SIGCONT')
    waitFor(() => stateOf(id) === 'running')
    await kill()
    assert.equal(stateOf(id), 'gone')
    assert.ok(isGone(id) && !isAlive(id))
  })

  it('is zombie as long as its parent has not asked, and counts as dead', async (test) => {
    const { child, id } = await startMember(test)

    child.kill('SIGKILL')
    waitFor(() => stateOf(id) === 'zombie') // this loop does not turn meanwhile
    assert.ok(isGone(id) && !isAlive(id))
    await once(child, 'exit')
  })

  it('is gone when the pid belongs to a later process, and when the machine was started anew', () => {
    const own = ownProcessId()

    assert.equal(stateOf({ ...own, startTime: own.startTime - 1 }), 'gone')
    assert.equal(stateOf({ ...own, bootId: '00000000-0000-0000-0000-000000000000' }), 'gone')
  })

  it('is neither alive nor dead in another PID namespace', () => {
    const id = { ...ownProcessId(), namespace: ownProcessId().namespace + 1 }

    assert.equal(stateOf(id), 'unknown')
    assert.ok(!isAlive(id) && !isGone(id))
  })

  it('does not depend on what the system does not tell', () => {
    const own = ownProcessId()

    assert.equal(stateOf({ ...own, startTime: 0, bootId: '' }), 'running')
  })

  it('is read right for a process whose name looks like the rest of the line', async (test) => {
    const member = await startMember(test)

    await member.call('setTitle', 'a) Z 1 (b')

    assert.equal(stateOf(member.id), 'running')
  })

  it('is known without a free file descriptor', async (test) => {
    const member = await startMember(test, { below: ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'] })

    assert.equal(await member.call('starvedState'), 'running')
  })

  it('is unknown across the border of a container, both ways', async (test) => {
    if (!hasTool(test, [...UNSHARED, '--mount-proc', 'true'])) return
    const member = await startMember(test, { below: [...UNSHARED, '--mount-proc'] })

    assert.equal(member.id.pid, 1)
    assert.equal(member.id.bootId, ownProcessId().bootId)
    assert.equal(stateOf(member.id), 'unknown')
    assert.equal(await member.call('stateOf', ownProcessId()), 'unknown')
    assert.equal(await member.call('stateOf', member.id), 'running')
  })

  it('is not taken from a /proc that shows the pids of another namespace', async (test) => {
    if (!hasTool(test, [...UNSHARED, 'true'])) return
    const member = await startMember(test, { below: UNSHARED })

    assert.equal(await member.call('stateOf', member.id), 'running')
    assert.equal(await member.call('stateOf', { ...member.id, pid: process.pid, startTime: 0 }), 'gone')
  })
})

describe('a line of /proc/<pid>/stat', () => {
  const line = (name: string, state: string, threads: number): string =>
    `42 (${name}) ${state} 1 42 42 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 ${threads} 0 987654 1000 200 18446744073709551615\n`

  for (const [state, threads, expected] of [
    ['R', 11, 'running'],
    ['S', 1, 'running'],
    ['D', 1, 'running'],
    ['I', 1, 'running'],
    ['T', 1, 'stopped'],
    ['t', 1, 'stopped'],
    ['Z', 1, 'zombie'],
    ['Z', 2, 'running'], // a thread of it is still in the middle of something
  ] as const)
    it(`says ${expected} for ${state} with ${threads} threads`, () => {
      assert.deepEqual(parseProcStat(line('node', state, threads)), { startTime: 987654, state: expected })
    })

  it('says nothing of a dead task, and of what is no such line', () => {
    for (const text of [line('node', 'X', 1), line('node', 'x', 1), '', 'x', '42 (node', '42 (node) S'])
      assert.equal(parseProcStat(text), undefined)
  })

  it('is read behind the last parenthesis', () => {
    for (const name of ['a b', ') R 1 (', '))))', '(\n)', ''])
      assert.deepEqual(parseProcStat(line(name, 'S', 1)), { startTime: 987654, state: 'running' })
  })
})

describe('a line of ps on macOS', () => {
  it('gives state and start in seconds', () => {
    const startTime = Date.UTC(2026, 10, 6, 12, 34, 56) / 1000

    assert.deepEqual(parsePsLine('Ss   Fri Nov  6 12:34:56 2026    \n'), { startTime, state: 'running' })
    assert.deepEqual(parsePsLine('T+   Fri Nov  6 12:34:56 2026'), { startTime, state: 'stopped' })
    assert.deepEqual(parsePsLine('Z    Fri Nov  6 12:34:56 2026'), { startTime, state: 'zombie' })
  })

  it('says nothing when it is empty, and no start when that cannot be read', () => {
    assert.equal(parsePsLine(''), undefined)
    assert.deepEqual(parsePsLine('S    once upon a time'), { startTime: 0, state: 'running' })
  })
})

it('a child that is not Node has a state too', async (test) => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  test.after(() => child.kill('SIGKILL'))
  await once(child, 'spawn')

  assert.equal(stateOf({ ...ownProcessId(), pid: child.pid ?? 0, startTime: 0 }), 'running')
})
