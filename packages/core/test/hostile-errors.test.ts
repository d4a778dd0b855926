import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isAdapterError } from '../dist/adapter/adapter-error.js'
import { describeError, errorCode } from '../dist/diagnostics/hub.js'
import { tellUpkeepFailure, upkeep } from '../dist/diagnostics/upkeep.js'

const fail = (): never => {
  throw new Error('trap')
}
const MUTE: unknown = new Proxy({}, new Proxy({}, { get: () => fail }))

describe('a thrown value that cannot be described', () => {
  it('is told as such', () => {
    assert.deepEqual(
      [describeError(MUTE), errorCode(MUTE), isAdapterError(MUTE)],
      ['an error that cannot be read', 'UNKNOWN', false],
    )
  })

  it('ends nothing that the event loop calls', () => {
    const seen: unknown[] = []

    upkeep(
      (name, payload) => void seen.push([name, payload]),
      'timer',
      () => {
        throw MUTE
      },
    )

    assert.deepEqual(seen, [
      ['upkeep_failed', { what: 'timer', error: 'an error that cannot be read', code: 'UNKNOWN', count: 1 }],
    ])
  })
})

describe('work that fails while nobody has called the logger', () => {
  it('is told once for each kind and code, however often it fails', () => {
    const seen: string[] = []
    const report = (_name: string, payload: object): void => void seen.push(Object.values(payload).slice(0, 1).join())

    for (let i = 0; i < 100; i++) {
      tellUpkeepFailure(report, 'supervision', Object.assign(new Error('x'), { code: 'EMFILE' }))
      tellUpkeepFailure(report, 'supervision', Object.assign(new Error('x'), { code: 'EIO' }))
      tellUpkeepFailure(report, 'exit', Object.assign(new Error('x'), { code: 'EIO' }))
    }

    assert.deepEqual(seen, ['supervision', 'supervision', 'exit'])
  })
})
