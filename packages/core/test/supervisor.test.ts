import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Clock, systemClock } from '../dist/clock.js'
import { CONTROL_BYTES, Control } from '../dist/host/control.js'
import { makeRegion } from '../dist/ring/shared/region.js'
import type { WriterLaunch } from '../dist/writer/remote/launch.js'
import { Supervisor } from '../dist/writer/remote/supervisor.js'

/** A supervisor over a writer that is only claimed to be there, and a clock that moves when told. */
function supervised({ mayStart = true }: { readonly mayStart?: boolean } = {}) {
  const control = Control.format(makeRegion(new ArrayBuffer(CONTROL_BYTES)))
  const calls: string[] = []
  const reports: string[] = []
  const state = { now: 0, look: 'alive' as 'alive' | 'gone' | 'none' }
  const clock: Clock = { ...systemClock, monotonic: () => state.now }
  const launch: WriterLaunch = {
    mode: 'process',
    mayStart,
    start: () => void calls.push('start'),
    look: () => state.look,
    kill: () => {
      calls.push('kill')
      return true
    },
    lastWords: () => '',
  }
  const giveUp = (): void => void calls.push('give up')
  const supervisor = new Supervisor({ launch, control, clock, report: (name) => void reports.push(name), lanes: [], giveUp })
  /** Lets time pass in steps of 50 ms, with or without a heartbeat in each. */
  const pass = (milliseconds: number, isBeating: boolean): void => {
    for (const end = state.now + milliseconds; state.now < end; ) {
      state.now += 50
      if (isBeating) control.beat()
      supervisor.look()
    }
  }
  supervisor.start()
  return { supervisor, calls, reports, state, pass }
}

describe('Supervisor', () => {
  it('ends a writer without a heartbeat and starts another one', () => {
    const { supervisor, calls, pass } = supervised()
    pass(200, true)

    pass(2_100, false)

    assert.deepEqual(calls, ['start', 'kill', 'start'])
    assert.equal(supervisor.restarts, 1)
  })

  it('gives a writer that is starting more time than one that was at work', () => {
    const { calls, pass } = supervised()

    pass(9_000, false)

    assert.deepEqual(calls, ['start'])
  })

  it('neither ends nor starts a writer where another process does so', () => {
    const { supervisor, calls, pass } = supervised({ mayStart: false })
    pass(200, true)

    pass(20_000, false)

    assert.deepEqual(calls, [])
    assert.equal(supervisor.state, 'hung')
  })

  it('gives up after writers that came to nothing, one after the other', () => {
    const { calls, pass, state } = supervised()
    state.look = 'gone'

    pass(60_000, false)

    assert.deepEqual(calls, [...Array<string>(6).fill('start'), 'give up'])
  })

  it('never gives up writers that were at work for a second before they went', () => {
    const { calls, pass, state } = supervised()

    for (let death = 0; death < 20; death++) {
      state.look = 'alive'
      pass(1_200, true)
      state.look = 'gone'
      pass(150, false)
    }

    assert.equal(calls.includes('give up'), false)
    assert.equal(calls.filter((call) => call === 'start').length, 21)
  })
})
