import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LogEvent } from '@holdfast/api'
import type { RateLimitConfig } from '@holdfast/core'
import { imbalances, type Logged, startLogging } from './fixtures/logged.js'

const SUMMARY = 'events suppressed by the rate limit'

function limited(rateLimit: Partial<RateLimitConfig> = {}): Logged {
  return startLogging({ level: 'trace', rateLimit: { maxEvents: 3, intervalMs: 1000, ...rateLimit } })
}

/** Logs a number of times and counts the results. */
function flood(count: number, call: () => string): Record<string, number> {
  const results: Record<string, number> = {}
  for (let i = 0; i < count; i++) {
    const result = call()
    results[result] = (results[result] ?? 0) + 1
  }
  return results
}

function summaries(events: readonly LogEvent[]): unknown[] {
  return events.filter(({ message }) => message === SUMMARY).map(({ extra }) => extra)
}

describe('the rate limit', () => {
  it('lets so many events of a logger and level through in any interval', () => {
    const { log, clock } = limited()

    const first = flood(5, () => log.info('x'))
    clock.advance(999)
    const second = flood(5, () => log.info('x'))
    clock.advance(1)
    const third = flood(5, () => log.info('x'))

    assert.deepEqual(
      [first, second, third],
      [{ accepted: 3, rate_limited: 2 }, { rate_limited: 5 }, { accepted: 3, rate_limited: 2 }],
    )
  })

  it('slides: each event makes room again when it is one interval old', () => {
    const { log, clock } = limited()
    const results: string[] = []

    for (let i = 0; i < 8; i++) {
      results.push(log.info('x'))
      clock.advance(250)
    }

    assert.deepEqual(results, [
      'accepted',
      'accepted',
      'accepted',
      'rate_limited',
      'accepted',
      'accepted',
      'accepted',
      'rate_limited',
    ])
  })

  it('counts each logger and each level for itself', () => {
    const { log, runtime } = limited({ maxEvents: 1 })
    log.info('spent')

    const results = [log.info('x'), log.debug('x'), log.child({}).info('x'), runtime.get('app.db').info('x')]

    assert.deepEqual(results, ['rate_limited', 'accepted', 'rate_limited', 'accepted'])
  })

  it('exempts ERROR and above, unless it is told otherwise', () => {
    const usual = limited({ maxEvents: 1 })
    const strict = limited({ maxEvents: 1, exempt: 'off' })
    const lax = limited({ maxEvents: 1, exempt: 'info' })

    assert.deepEqual(
      [usual, strict, lax].map(({ log }) => [
        flood(3, () => log.error('x'))['accepted'],
        flood(3, () => log.info('x'))['accepted'],
        flood(3, () => log.debug('x'))['accepted'],
      ]),
      [
        [3, 1, 1],
        [1, 1, 1],
        [3, 3, 1],
      ],
    )
  })

  it('says how many it kept back once an event passes again, in an event behind that one and in a diagnostic', () => {
    const { log, clock, events, seen } = limited()
    flood(10, () => log.info('x'))
    clock.advance(1000)

    log.info('through')

    const told = { logger: 'app', level: 'info', suppressed: 7, interval_ms: 1000 }
    assert.deepEqual(
      events()
        .slice(-2)
        .map(({ message }) => message),
      ['through', SUMMARY],
    )
    assert.deepEqual(summaries(events()), [told])
    assert.deepEqual(seen.of('rate_limited'), [told])
  })

  it('says it when the runtime ends, too', async () => {
    const { log, runtime, events, seen } = limited()
    flood(10, () => log.info('x'))

    const report = await runtime.shutdown()

    assert.deepEqual(
      seen.of('rate_limited').map(({ suppressed }) => suppressed),
      [7],
    )
    assert.equal(summaries(events()).length, 1)
    assert.deepEqual(imbalances(report), [])
  })

  it('keeps every count exact', () => {
    const { log, clock, runtime } = limited()

    for (let round = 0; round < 5; round++) {
      flood(10, () => log.info('x'))
      flood(2, () => log.warning('x'))
      clock.advance(600)
    }

    assert.deepEqual(imbalances(runtime.report()), [])
  })
})
