import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AdapterHome } from '@holdfast/api'
import { AdapterError, type ClaimOutcome } from '@holdfast/core'
import type { FileAdapter } from '../dist/adapter.js'
import { linesOf, range, records } from './records.js'
import { LOOK_MS, Street } from './street.js'
import { eventOf, originOf } from './writer.js'

const PATIENCE_MS = 3000
describe('a second writer of a path', () => {
  it('writes under another name, says so with both paths, and comes home when the first one is gone', async (test) => {
    const street = new Street(test)
    const [first, second] = [street.writer(), street.writer()]

    first.writeSync(records(1, 2))
    second.writeSync(records(3, 4))
    const { state, reason = '' } = second.health()
    street.later(second, 5)

    assert.deepEqual([street.text(), street.text('app.2.log')], [linesOf(1, 2), linesOf(3, 5)])
    assert.deepEqual([state, first.health().state], ['degraded', 'ok'])
    assert.ok(reason.includes(`\`${street.path}\` is written by`) && reason.includes(join(street.dir, 'app.2.log')), reason)
    await first.close()
    street.later(second, 6)
    assert.equal(street.text(), linesOf(1, 2) + linesOf(6, 6))
    assert.equal(second.health().state, 'ok')
    assert.deepEqual(street.locks, ['.app.log.writer'])
    assert.equal(street.names.filter((name) => /^app\.\d{4}-.*\.log$/.test(name)).length, 1)
    assert.deepEqual(street.everything, range(1, 6))
  })

  it('gives what it has written elsewhere a finished name when it ends there', async (test) => {
    const street = new Street(test)
    const [first, second] = [street.writer(), street.writer()]
    first.writeSync(records(1, 1))
    second.writeSync(records(2, 2))

    await second.close()

    assert.ok(!existsSync(join(street.dir, 'app.2.log')))
    assert.deepEqual([street.names.length, street.everything, street.locks], [2, [1, 2], ['.app.log.writer']])
  })

  it('rotates elsewhere into names of the path itself, and leaves compressing and deleting to who has it', async (test) => {
    const street = new Street(test)
    const options = { rotate: { maxBytes: 30 }, compress: 'gzip' } as const
    const [first, second] = [street.writer(), street.writer({ ...options, retain: { maxFiles: 0 } })]
    first.writeSync(records(1, 2))

    second.writeSync(records(3, 12))
    await settled()

    assert.deepEqual(street.everything, range(1, 12))
    assert.ok(street.names.every((name) => !name.endsWith('.gz')))
    await first.close()
    const own = street.writer(options)
    street.later(own, 13)
    await own.close()
    assert.deepEqual(street.everything, range(1, 13))
    assert.ok(street.names.some((name) => name.endsWith('.gz')))
  })

  it("touches no file of another name that is somebody else's", (test) => {
    const street = new Street(test)
    writeFileSync(join(street.dir, 'app.2.log'), "a stranger's, without an end")
    const [first, second] = [street.writer(), street.writer()]
    first.writeSync(records(1, 1))

    second.writeSync(records(2, 2))

    assert.equal(street.text('app.2.log'), "a stranger's, without an end")
    assert.equal(street.text('app.3.log'), linesOf(2, 2))
    assert.ok(!street.locks.includes('.app.2.log.writer'))
  })

  it('goes on in what one that was killed has left under another name', (test) => {
    const street = new Street(test)
    const first = street.writer()
    first.writeSync(records(1, 1))
    writeFileSync(join(street.dir, 'app.2.log'), linesOf(2, 2))
    street.leaveLock('app.2.log', 'app.log')
    writeFileSync(join(street.dir, 'app.3.log'), linesOf(9, 9))
    street.leaveLock('app.3.log')

    street.writer().writeSync(records(3, 3))
    street.writer().writeSync(records(4, 4))

    assert.deepEqual([street.text('app.2.log'), street.text('app.3.log')], [linesOf(2, 3), linesOf(9, 9)])
    assert.equal(street.text('app.4.log'), linesOf(4, 4))
  })

  it('is one that comes to the same file by a link, or by a link to the folder', (test) => {
    const street = new Street(test)
    mkdirSync(join(street.dir, 'real'))
    symlinkSync(join(street.dir, 'real'), join(street.dir, 'folder'))
    symlinkSync(join('real', 'app.log'), join(street.dir, 'linked.log'))

    street.writer({ path: join(street.dir, 'linked.log') }).writeSync(records(1, 1))
    street.writer({ path: join(street.dir, 'folder', 'app.log') }).writeSync(records(2, 2))
    street.writer({ path: join(street.dir, 'real', 'app.log') }).writeSync(records(3, 3))

    assert.equal(street.text('real/app.log'), linesOf(1, 1))
    assert.deepEqual(readdirSync(join(street.dir, 'real')).sort(), [
      '.app.2.log.writer',
      '.app.3.log.writer',
      '.app.log.writer',
      'app.2.log',
      'app.3.log',
      'app.log',
    ])
  })

  for (const path of ['/dev/null', '/dev/stdout']) {
    it(`shares ${path}, beside which there is no lock`, (test) => {
      const street = new Street(test)
      const [first, second] = [street.writer({ path }), street.writer({ path })]

      first.writeSync([])
      second.writeSync([])
      if (path === '/dev/null') {
        first.writeSync(records(1, 1))
        second.writeSync(records(2, 2))
      }

      assert.deepEqual([first.health().state, second.health().state], ['ok', 'ok'])
      assert.ok(!existsSync('/dev/.null.writer') && !existsSync('/dev/.stdout.writer'))
    })
  }
})

describe('the path of a writer', () => {
  it('is free as soon as it is released, and taken again by the next write', (test) => {
    const street = new Street(test)
    const [first, second] = [street.writer(), street.writer()]
    first.writeSync(records(1, 1))

    first.release()
    assert.deepEqual(street.locks, [])
    second.writeSync(records(2, 2))
    first.writeSync(records(3, 3))

    assert.deepEqual([street.text(), street.text('app.2.log')], [linesOf(1, 2), linesOf(3, 3)])
  })

  it('is not written any more when somebody else has claimed it', (test) => {
    const street = new Street(test)
    const first = street.writer()
    first.writeSync(records(1, 1))
    rmSync(join(street.dir, '.app.log.writer'))
    const second = street.writer()
    second.writeSync(records(2, 2))

    street.later(first, 3)

    assert.deepEqual([street.text(), street.text('app.2.log')], [linesOf(1, 2), linesOf(3, 3)])
  })

  it('is claimed again when its lock was removed, or its folder', (test) => {
    const street = new Street(test)
    const logs = join(street.dir, 'logs')
    const writer = street.writer({ path: join(logs, 'app.log') })
    writer.writeSync(records(1, 1))

    rmSync(join(logs, '.app.log.writer'))
    street.later(writer, 2)
    assert.ok(existsSync(join(logs, '.app.log.writer')))
    rmSync(logs, { recursive: true })
    street.later(writer, 3)

    assert.ok(existsSync(join(logs, '.app.log.writer')))
    // what went into the deleted file since it was last seen is there as well
    assert.equal(street.text('logs/app.log'), linesOf(2, 3))
  })

  it('is written without a lock, and not rotated, in a folder where nobody can make or rename a file', (test) => {
    const street = new Street(test)
    const writer = street.writer({ rotate: { maxBytes: 20 } }, { claim: () => ({ error: failure('EACCES') }) })

    writer.writeSync(records(1, 1))
    assert.equal(writer.health().state, 'ok')
    street.later(writer, 2, 5)

    assert.deepEqual([street.names, street.text()], [['app.log'], linesOf(1, 5)])
    assert.match(writer.health().reason ?? '', /rotate: no lock can be made/)
  })

  it('is locked and rotated again when there is room for a lock', (test) => {
    const street = new Street(test)
    let outcome: ClaimOutcome = { error: failure('ENOSPC') }
    const writer = street.writer({ rotate: { maxBytes: 20 } }, { claim: () => outcome })
    writer.writeSync(records(1, 1))
    assert.match(writer.health().reason ?? '', /place: no lock can be made, so that nothing is rotated: ENOSPC/)

    outcome = { claim: { path: street.path, before: undefined, isLost: false, release: () => undefined } }
    street.later(writer, 2)
    street.later(writer, 3)

    assert.equal(writer.health().state, 'ok')
    assert.ok(street.names.length > 1)
    assert.deepEqual(street.everything, range(1, 3))
  })

  it("is refused when it is somebody's and no other name can be made", (test) => {
    const street = new Street(test)
    const held: ClaimOutcome = { holder: undefined, lock: join(street.dir, '.app.log.writer'), isProven: true }
    let calls = 0
    const writer = street.writer({}, { claim: () => (calls++ === 0 ? held : { error: failure('EACCES') }) })

    assert.throws(() => writer.writeSync(records(1, 1)), { code: 'EACCES', accepted: 0 })
    assert.deepEqual(street.names, [])
  })

  it('tells the cure when it cannot be asked who has it', (test) => {
    const street = new Street(test)
    const lock = join(street.dir, '.app.log.writer')
    mkdirSync(lock)
    const writer = street.writer()

    writer.writeSync(records(1, 1))

    assert.equal(street.text('app.2.log'), linesOf(1, 1))
    assert.match(writer.health().reason ?? '', /somebody, as `.*\.app\.log\.writer` says, and cannot be asked; remove that file/)
    assert.ok(statSync(lock).isDirectory())
  })
})

describe('a path of a writer that is about to end', () => {
  const home = (street: Street, isEnding: boolean): AdapterHome => ({
    stateDir: join(street.dir, 'home'),
    run: '/runs/second',
    isEnding: (run) => isEnding && run === '/runs/first',
  })
  const first = (street: Street): FileAdapter => {
    const adapter = street.writer({}, { home: { stateDir: join(street.dir, 'home-1'), run: '/runs/first' } })
    adapter.writeSync(records(1, 1))
    return adapter
  }

  it('is waited for, without a failure, and had', async (test) => {
    const street = new Street(test)
    const old = first(street)
    const next = street.writer({}, { home: home(street, true) })
    next.resume?.()

    assert.throws(
      () => next.writeSync(records(2, 2)),
      (error) => error instanceof AdapterError && error.code === 'EAGAIN',
    )
    assert.notEqual(next.health().state, 'down')
    await old.close()
    next.writeSync(records(2, 2))

    assert.equal(street.text(), linesOf(1, 2))
  })

  it('is waited for no longer than 3 seconds: then another name is taken', (test) => {
    const street = new Street(test)
    first(street)
    const next = street.writer({}, { home: home(street, true) })
    assert.throws(() => next.writeSync(records(2, 2)), { code: 'EAGAIN' })

    street.clock.advance(PATIENCE_MS - 1)
    assert.throws(() => next.writeSync(records(2, 2)), { code: 'EAGAIN' })
    street.clock.advance(1)
    next.writeSync(records(2, 2))

    assert.deepEqual([street.text(), street.text('app.2.log')], [linesOf(1, 1), linesOf(2, 2)])
  })

  it('is not waited for when its writer goes on', (test) => {
    const street = new Street(test)
    first(street)

    street.writer({}, { home: home(street, false) }).writeSync(records(2, 2))

    assert.equal(street.text('app.2.log'), linesOf(2, 2))
  })
})

describe('a writer that takes over from one that was killed under another name', () => {
  const A = originOf(0)
  const events = (from: number, to: number) => range(from, to).map((seq) => eventOf(0, seq))
  const jsonOf = (from: number, to: number): string =>
    events(from, to)
      .map(({ json }) => `${json}\n`)
      .join('')

  it('goes on there, knows what is in it, and comes home', async (test) => {
    const street = new Street(test)
    const home = { stateDir: join(street.dir, '.home') }
    const other = street.writer()
    other.writeSync(events(101, 101))
    const killed = street.writer({}, { home })
    killed.writeSync(events(1, 3))
    killed.release = () => undefined
    street.leaveLock('app.2.log', 'app.log')

    const next = street.writer({}, { home })
    assert.deepEqual([...(next.resume?.() ?? [])], [[A, 3]])
    next.writeSync(events(4, 4))
    assert.equal(street.text('app.2.log'), jsonOf(1, 4))
    await other.close()
    street.clock.advance(LOOK_MS)
    next.writeSync(range(5, 5).map((seq) => eventOf(0, seq, street.clock.now())))

    assert.ok(street.text().endsWith(`"origin":"${A}","seq":5}\n`))
    assert.ok(!existsSync(join(street.dir, 'app.2.log')))
  })

  it('knows what is in a file that somebody else has taken since, and takes nothing out of it', (test) => {
    const street = new Street(test)
    const home = { stateDir: join(street.dir, '.home') }
    const killed = street.writer({}, { home })
    killed.writeSync(events(1, 3))
    street.leaveLock('app.log')
    const other = street.writer()
    other.writeSync(records(7, 7))

    const next = street.writer({}, { home })
    assert.deepEqual([...(next.resume?.() ?? [])], [[A, 3]])
    next.writeSync(events(4, 4))

    assert.equal(street.text(), jsonOf(1, 3) + linesOf(7, 7))
    assert.equal(street.text('app.2.log'), jsonOf(4, 4))
  })
})

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: no`), { code })
}

/** Lets work beside the log go on until nothing more can come of it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await pause(1)
}
