import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { medianPercentiles, percentiles } from './percentiles.js'

describe('percentiles', () => {
  it('says which duration only a share of the calls exceeds', () => {
    const durations = Float64Array.from({ length: 10_000 }, (_, i) => 10_000 - i)

    const { p50, p99, p999, max } = percentiles(durations)

    assert.deepEqual([p50, p99, p999, max], [5001, 9901, 9991, 10_000])
  })

  it('leaves the durations as they are', () => {
    const durations = Float64Array.of(3, 1, 2)

    percentiles(durations)

    assert.deepEqual([...durations], [3, 1, 2])
  })

  it('takes each from the run in the middle', () => {
    const run = (p50: number, p99: number) => ({ p50, p99, p999: 0, max: 0 })

    const { p50, p99 } = medianPercentiles([run(1, 30), run(3, 10), run(2, 20)])

    assert.deepEqual([p50, p99], [2, 20])
  })
})
