import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock } from '@holdfast/testkit'

describe('ManualClock', () => {
  it('stands still until it is told to move', () => {
    const clock = new ManualClock({ nowMs: 1000 })

    clock.advance(250)

    assert.equal(clock.now(), 1250)
    assert.equal(clock.monotonic(), 250)
  })

  it('runs due timers by time, and those of one instant in the order in which they were set', () => {
    const clock = new ManualClock()
    const ran: string[] = []
    clock.after(20, () => ran.push(`late at ${clock.monotonic()}`))
    clock.after(10, () => ran.push(`first at ${clock.monotonic()}`))
    clock.after(10, () => ran.push(`second at ${clock.monotonic()}`))
    clock.after(31, () => ran.push('not yet'))

    clock.advance(30)

    assert.deepEqual(ran, ['first at 10', 'second at 10', 'late at 20'])
    assert.deepEqual(clock.pending, [{ inMs: 1, keepAlive: false }])
  })

  it('runs timers that others set on the way', () => {
    const clock = new ManualClock()
    const ran: number[] = []
    clock.after(10, () => clock.after(10, () => ran.push(clock.monotonic())))

    clock.advance(20)

    assert.deepEqual(ran, [20])
  })

  it('does not run a timer that was cancelled, even by one of the same instant', () => {
    const clock = new ManualClock()
    const ran: string[] = []
    clock.after(10, () => cancel())
    const cancel = clock.after(10, () => ran.push('cancelled'))

    clock.advance(10)

    assert.deepEqual(ran, [])
  })

  it('moves time in sleepSync and leaves the timers for later, as a blocked thread does', () => {
    const clock = new ManualClock()
    const ran: number[] = []
    clock.after(10, () => ran.push(clock.monotonic()))

    clock.sleepSync(50)
    const whileAsleep = [...ran]
    clock.advance(0)

    assert.deepEqual([whileAsleep, ran], [[], [50]])
  })

  it('sets the wall clock without touching durations and timers', () => {
    const clock = new ManualClock({ nowMs: 5000 })
    clock.after(10, () => undefined)

    clock.setNow(1000)

    assert.deepEqual([clock.now(), clock.monotonic(), clock.pending[0]?.inMs], [1000, 0, 10])
  })

  it('lets promises settle between timers in advanceAsync', async () => {
    const clock = new ManualClock()
    const ran: number[] = []
    const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))
    const retry = async (): Promise<void> => {
      for (const ms of [10, 20, 40]) {
        await wait(ms)
        ran.push(clock.monotonic())
      }
    }
    const done = retry()

    await clock.advanceAsync(70)
    await done

    assert.deepEqual(ran, [10, 30, 70])
  })
})
