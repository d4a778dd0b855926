import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SequenceWatch } from '../../dist/ring/sequence-watch.js'

const BYTES = 8192
const first = { base: 0, capacity: BYTES }
const second = { base: BYTES, capacity: BYTES }
const third = { base: 2 * BYTES, capacity: BYTES }

describe('SequenceWatch', () => {
  it('finds numbers that no frame has, in a segment and from one to the next', () => {
    const watch = new SequenceWatch()
    watch.see(first, 0, 1, 1)
    watch.see(first, 100, 4, 4)
    watch.see(second, BYTES, 7, 7)

    assert.deepEqual(watch.take(), { from: 2, to: 6, count: 4 })
    assert.equal(watch.take(), undefined)
  })

  it('begins with 1 where the life of a ring begins, and anywhere else', () => {
    const whole = new SequenceWatch()
    whole.see(first, 0, 3, 3)
    const later = new SequenceWatch()
    later.see(third, 2 * BYTES, 30, 30)

    assert.deepEqual(whole.take(), { from: 1, to: 2, count: 2 })
    assert.equal(later.take(), undefined)
  })

  it('takes numbers for explained that were refused', () => {
    const watch = new SequenceWatch()
    watch.see(first, 0, 1, 1)
    watch.see(first, 100, 2, 40)
    watch.see(first, 200, 41, 41)

    assert.equal(watch.take(), undefined)
  })

  it('misses nothing where a lane that is ahead left out a segment, which others read later', () => {
    const watch = new SequenceWatch()
    watch.see(first, 0, 1, 1)
    watch.see(third, 2 * BYTES, 7, 7)
    watch.see(second, BYTES, 2, 6)
    watch.see(third, 2 * BYTES, 7, 7)
    watch.see(third, 2 * BYTES + 100, 9, 9)

    assert.deepEqual(watch.take(), { from: 8, to: 8, count: 1 })
  })

  it('finds what a segment held that could not be read', () => {
    const watch = new SequenceWatch()
    watch.see(first, 0, 1, 1)
    watch.pass(second, BYTES)
    watch.see(third, 2 * BYTES, 7, 7)

    assert.deepEqual(watch.take(), { from: 2, to: 6, count: 5 })
  })
})
