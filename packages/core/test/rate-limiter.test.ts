import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { RateLimiter, type Suppressed } from '../dist/stages/rate-limiter.js'

/** With windows of this size a limiter remembers 16 of them. */
const LARGE_WINDOW = 1 << 16
const LOGGERS = 40

function total(summaries: readonly Suppressed[]): number {
  return summaries.reduce((sum, { count }) => sum + count, 0)
}

describe('the rate limiter', () => {
  it('never lets more through in any interval than it may, and never fewer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 }),
        (maxEvents, pauses) => {
          const limiter = new RateLimiter({ maxEvents, intervalMs: 100, exempt: 255 })
          const passed: number[] = []
          let time = 0
          for (const pause of pauses) {
            time += pause
            const recent = passed.filter((earlier) => time - earlier < 100).length

            const isAllowed = limiter.allow('app', 20, time)

            assert.equal(isAllowed, recent < maxEvents)
            if (isAllowed) passed.push(time)
          }
        },
      ),
    )
  })

  it('tells of everything that it kept back, also when there are more loggers than it can remember', () => {
    const limiter = new RateLimiter({ maxEvents: LARGE_WINDOW, intervalMs: 1000, exempt: 255 })
    let kept = 0
    let told = 0

    for (let i = 0; i < LOGGERS; i++) {
      for (let event = 0; event < LARGE_WINDOW + 2; event++) if (!limiter.allow(`logger${i}`, 20, 0)) kept++
      told += total(limiter.takeSummaries())
    }
    told += total(limiter.takeAll())

    assert.equal(kept, 2 * LOGGERS)
    assert.equal(told, kept)
  })

  it('keeps apart loggers whose names look like a level', () => {
    const limiter = new RateLimiter({ maxEvents: 1, intervalMs: 1000, exempt: 255 })
    for (const name of ['20 a', 'a', '20', '']) for (let i = 0; i < 2; i++) limiter.allow(name, 20, 0)

    assert.deepEqual(
      limiter.takeAll().map(({ logger, level, count }) => [logger, level, count]),
      ['20 a', 'a', '20', ''].map((name) => [name, 20, 1]),
    )
  })
})
