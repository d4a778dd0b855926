import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Departed, writeObituary } from '../../dist/host/obituary.js'
import type { Death } from '../../dist/tree/deaths.js'

const NOW = Date.parse('2026-11-20T12:34:56Z')

function departed(more: Partial<Departed> = {}): Departed {
  const lastSeen = new Date(NOW - 100).toISOString()
  return { origin: 'abc', pid: 12, thread: 0, lastSeen, recovered: 3, refused: 4, ...more }
}

/** What is told: the level of the record, its text, and the diagnostic. */
function told(departedOne: Departed, death: Death | undefined): readonly unknown[] {
  const heard: unknown[] = []
  const log = (level: number, message: string): void => void heard.push(level, message)
  const report = (name: string): void => void heard.push(name)
  writeObituary({ log, report } as never, departedOne, death, NOW)
  return heard
}

const ordered: Death = { code: null, signal: 'SIGKILL', isOrdered: true, at: NOW }

describe('the obituary of a process', () => {
  it('is an error when it died of something else than its parent', () => {
    const own: Death = { code: null, signal: 'SIGSEGV', isOrdered: false, at: NOW }

    assert.deepEqual(told(departed(), own), [40, 'process 12 is gone', 'process_gone'])
    assert.deepEqual(told(departed(), undefined), [40, 'process 12 is gone', 'process_gone'])
  })

  it('is no alarm when its parent has ended it', () => {
    assert.deepEqual(told(departed(), ordered), [10, 'process 12 was ended', 'process_ended'])
  })

  it('is a warning when its parent has ended it and it had been silent by then', () => {
    const lastSeen = new Date(NOW - 2000).toISOString()

    assert.deepEqual(told(departed({ lastSeen }), ordered), [
      30,
      `process 12 was ended, silent since ${lastSeen}`,
      'process_gone',
    ])
  })

  it('takes the time of its end for that, and not the time at which it is told', () => {
    const lastSeen = new Date(NOW - 60_000).toISOString()

    assert.equal(told(departed({ lastSeen }), { ...ordered, at: NOW - 59_900 })[0], 10)
  })
})

describe('the obituary of a thread', () => {
  it('is no alarm when it was terminated, also when it waited for work and showed no sign of life', () => {
    const lastSeen = new Date(NOW - 60_000).toISOString()

    assert.deepEqual(told(departed({ thread: 3, lastSeen }), ordered), [10, 'thread 3 of process 12 was ended', 'process_ended'])
  })
})
