import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { openRegion } from '../../dist/host/open-region.js'
import { readIdentityOf } from '../../dist/host/read-identity.js'
import { isUnclaimed, listRings } from '../../dist/host/ring-files.js'
import { RunRings } from '../../dist/host/run-rings.js'
import { NotRegular, openRegular } from '../../dist/tree/open-regular.js'
import { type DeadRun, LeftRoom } from './fixtures/left-room.js'

const ODD: readonly [string, (path: string) => void][] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a directory', (path) => mkdirSync(path)],
  ['a link', (path) => symlinkSync('/etc/hostname', path)],
]

function makeRun(test: TestContext): { readonly run: DeadRun; readonly rings: string } {
  const room = new LeftRoom(test, [])
  const run = room.makeRun({ lanes: [] })
  run.producer.log(20, 'event')
  room.die(run)
  return { run, rings: join(run.path, 'rings') }
}

describe('what stands in the place of a file', () => {
  for (const [what, make] of ODD)
    it(`is neither waited for nor followed when it is ${what}`, (test) => {
      const { rings } = makeRun(test)
      const path = join(rings, 'odd.ring')
      make(path)

      assert.throws(() => openRegular(path, 'read'), NotRegular)
      assert.throws(() => openRegion(path, undefined), NotRegular)
      assert.equal(readIdentityOf(path), undefined)
      assert.equal(isUnclaimed({ origin: 'odd', path }), false)
    })
})

describe('the rings of a run with odd files among them', () => {
  it('are opened all the same, and what cannot be opened is told once', (test) => {
    const { run, rings } = makeRun(test)
    for (const [what, make] of ODD) make(join(rings, `${what.replace(' ', '')}.ring`))
    writeFileSync(join(rings, 'empty.ring'), '')
    // one that says whose it is, and is too short
    const copy = `${run.producer.origin.slice(0, -1)}a.ring`
    const identity = Buffer.from(run.producer.region.bytes.subarray(0, 4096))
    identity.write(run.producer.origin.slice(0, -1).concat('a'), identity.indexOf(run.producer.origin))
    writeFileSync(join(rings, copy), identity)
    truncateSync(join(rings, copy), 4099)
    const added: string[] = []
    const told: unknown[] = []
    const host = {
      rings: new Map(),
      add: (view: { identity: { origin: string } }) => void added.push(view.identity.origin),
      report: (name: string, { what }: { what: string }) => void told.push([name, what]),
    }
    const opened = new RunRings({
      clock: { monotonic: () => 0 } as never,
      run: run.path,
      mapper: undefined,
      host: host as never,
      isPastServed: () => true,
    })

    opened.scan()
    opened.scan()

    assert.equal(listRings(run.path).length, 6)
    assert.ok(added.includes(run.producer.origin))
    assert.deepEqual(told, [['upkeep_failed', `the ring of ${copy.slice(0, -5)}`]])
  })
})
