import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Clock } from '../dist/clock.js'
import { pollLoop } from '../dist/host/poll-loop.js'

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
  await pollLoop(clock, () => {
    clock.time += roundMs
    return results[round++] ?? 'end'
  })
  return clock.pauses
}

describe('pollLoop', () => {
  it('pauses a millisecond after a short round, so that batches grow', async () => {
    assert.deepEqual(await pausesAfter(['worked', 'worked']), [1, 1])
  })

  it('goes on at once after a round that took long', async () => {
    assert.deepEqual(await pausesAfter(['worked', 'worked'], 2), [])
  })

  it('pauses longer and longer while there is nothing to do, up to 16 milliseconds', async () => {
    assert.deepEqual(await pausesAfter(new Array(10).fill('idle')), [1, 1, 1, 2, 4, 8, 16, 16, 16, 16])
  })

  it('looks every millisecond again after there was something to do', async () => {
    assert.deepEqual(await pausesAfter(['idle', 'idle', 'idle', 'idle', 'idle', 'worked', 'idle']), [1, 1, 1, 2, 4, 1, 1])
  })
})
