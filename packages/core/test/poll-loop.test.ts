import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Clock } from '../dist/clock.js'
import { pollLoop } from '../dist/host/poll-loop.js'
import type { Sleeper } from '../dist/host/sleeper.js'

/** Notes the pauses and waits for none of them. */
class PauseClock implements Clock {
  readonly pauses: number[] = []
  time = 0

  now(): number {
    return this.time
  }

  monotonic(): number {
    return this.time
  }

  after(delayMs: number, run: () => void): () => void {
    this.pauses.push(delayMs)
    setImmediate(run)
    return () => undefined
  }

  sleepSync(ms: number): void {
    this.time += ms
  }
}

/** The pauses after rounds of these results, each of which took so long. */
async function pausesAfter(results: readonly ('worked' | 'idle')[], roundMs = 0): Promise<readonly number[]> {
  const clock = new PauseClock()
  let round = 0
  await pollLoop(clock, new TestSleeper(clock), () => {
    clock.time += roundMs
    return results[round++] ?? 'end'
  })
  return clock.pauses
}

/** Notes how long it was to sleep as a negative number, and whether it listened; is woken when told. */
class TestSleeper implements Sleeper {
  isListening = false
  readonly #clock: PauseClock
  readonly #isWoken: boolean

  constructor(clock: PauseClock, isWoken = false) {
    this.#clock = clock
    this.#isWoken = isWoken
  }

  listen(): void {
    this.isListening = true
  }

  stopListening(): void {
    this.isListening = false
  }

  async sleep(ms: number): Promise<boolean> {
    assert.ok(this.isListening)
    this.#clock.pauses.push(-ms)
    return this.#isWoken
  }
}

describe('pollLoop', () => {
  it('pauses a millisecond after a short round, so that batches grow', async () => {
    assert.deepEqual(await pausesAfter(['worked', 'worked']), [1, 1])
  })

  it('goes on at once after a round that took long', async () => {
    assert.deepEqual(await pausesAfter(['worked', 'worked'], 2), [])
  })

  it('sleeps longer and longer while there is nothing to do', async () => {
    assert.deepEqual(await pausesAfter(new Array(8).fill('idle')), [1, 1, 1, 1, -4, -16, -64, -256])
  })

  it('looks every millisecond again after there was something to do', async () => {
    assert.deepEqual(await pausesAfter(['idle', 'idle', 'idle', 'idle', 'idle', 'worked', 'idle']), [1, 1, 1, 1, -4, 1, 1])
  })

  it('looks every millisecond again after it was woken', async () => {
    const clock = new PauseClock()
    let round = 0
    await pollLoop(clock, new TestSleeper(clock, true), () => (round++ < 10 ? 'idle' : 'end'))

    assert.deepEqual(clock.pauses, [1, 1, 1, 1, -4, 1, 1, 1, 1, -4])
  })

  it('listens before it looks, and not while it is at work', async () => {
    const clock = new PauseClock()
    const sleeper = new TestSleeper(clock)
    const listened: boolean[] = []
    const results = ['idle', 'idle', 'idle', 'idle', 'idle', 'worked', 'worked', 'end'] as const
    let round = 0
    await pollLoop(clock, sleeper, () => {
      listened.push(sleeper.isListening)
      return results[round++] ?? 'end'
    })

    assert.deepEqual(listened, [false, false, false, false, true, true, false, false])
    assert.equal(sleeper.isListening, false)
  })
})
