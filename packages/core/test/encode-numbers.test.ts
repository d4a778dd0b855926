import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decimal } from '../dist/encode/numbers.js'

describe('decimal', () => {
  it('says what String says of any number', () => {
    const amount = fc
      .tuple(fc.integer({ min: -3_000_000_000, max: 3_000_000_000 }), fc.constantFrom(1, 2, 7, 10, 100, 1000, 10_000))
      .map(([units, divisor]) => units / divisor)
    fc.assert(
      fc.property(fc.oneof(fc.double(), amount, fc.integer()), (value) => {
        assert.equal(decimal(value), String(value))
      }),
      { numRuns: 5000 },
    )
  })

  const EDGES = [0, 0.001, 0.0005, 0.1, 0.29, 0.57, 1.1, 1.15, 999.999, 1_999_999.999, 2_000_000, 2_000_000.001, 5e-324, 1e21]
  for (const value of EDGES) {
    it(`says what String says of ${value}`, () => {
      assert.equal(decimal(value), String(value))
    })
  }
})
