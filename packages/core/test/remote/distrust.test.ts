import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { laneRecords } from '../../dist/tree/lane-records.js'
import { Distrust } from '../../dist/writer/remote/distrust.js'
import { ManualClock } from '../fixtures/manual-clock.js'

function service(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'distrust-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('a lane that is not trusted', () => {
  it('is known to the next run of the service, which leaves it alone for half a minute at most', async (test) => {
    const folder = service(test)
    const clock = new ManualClock()
    const first = new Distrust(clock, laneRecords(join(folder, 'run-1')))
    for (let i = 0; i < 8; i++) first.blame('net', 'crashed')

    const later = new Distrust(clock, laneRecords(join(folder, 'run-2')))

    assert.ok((first.quarantine()[0]?.pauseMs ?? 0) > 60_000)
    assert.deepEqual(later.quarantine(), [{ lane: 'net', reason: 'its adapter ended the writer', pauseMs: 30_000 }])
    assert.equal(later.countOf('net'), 8)
  })

  it('comes last when its pause is over, and is forgotten ten minutes later', async (test) => {
    const folder = service(test)
    const clock = new ManualClock()
    const distrust = new Distrust(clock, laneRecords(join(folder, 'run')))
    distrust.blame('net', 'hung')

    clock.sleepSync(10_000)
    const after = distrust.quarantine()
    clock.sleepSync(700_000)
    const long = distrust.quarantine()

    assert.deepEqual([after, long], [[{ lane: 'net', reason: 'its adapter hung', pauseMs: 0 }], []])
    assert.deepEqual(readdirSync(join(folder, '.lanes')), [])
  })

  it('is learnt from others while this process runs', (test) => {
    const folder = service(test)
    const clock = new ManualClock()
    const [one, other] = [
      new Distrust(clock, laneRecords(join(folder, 'run'))),
      new Distrust(clock, laneRecords(join(folder, 'run'))),
    ]

    other.blame('net', 'late')

    assert.deepEqual(
      one.banned().map(({ lane }) => lane),
      ['net'],
    )
  })

  it('is known to this process also where nothing can be kept; what stands there and is no record says nothing', (test) => {
    const folder = service(test)
    const clock = new ManualClock()
    const nowhere = new Distrust(clock, laneRecords(join(folder, 'no', 'such', 'folder', 'run')))
    mkdirSync(join(folder, '.lanes'), { mode: 0o700 })
    for (const [name, text] of [
      ['a.json', '{"lane":"a","fault":"?"}'],
      ['b.json', 'no JSON'],
      ['c.json', '[]'],
      ['d.json', ''],
    ] as const)
      writeFileSync(join(folder, '.lanes', name), text)

    nowhere.blame('net', 'hung')

    assert.equal(nowhere.quarantine().length, 1)
    assert.deepEqual(new Distrust(clock, laneRecords(join(folder, 'run'))).quarantine(), [])
  })
})
