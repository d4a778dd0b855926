import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { fitStrings as fitPieces, unitsOf } from '../dist/fit-strings.js'

function fitStrings(texts: readonly string[], maxUnits: number): readonly string[] {
  return fitPieces(
    texts.map((text) => ({ text, chars: text.length })),
    maxUnits,
  )
}

describe('strings that do not fit', () => {
  it('are left alone when they do', () => {
    assert.deepEqual(fitStrings(['a', 'b'.repeat(100)], 200), ['a', 'b'.repeat(100)])
  })

  it('are cut where they are longest, with a marker, and the others stay whole', () => {
    const strings = fitStrings(['short', 'x'.repeat(500), 'y'.repeat(50)], 300)

    assert.equal(strings[0], 'short')
    assert.match(strings[1] ?? '', /^x+… \[cut from 500 characters\]$/)
    assert.equal(strings[2], 'y'.repeat(50))
  })

  it('are cut at 31 839 characters even when there is room for more', () => {
    const [only = ''] = fitStrings(['x'.repeat(40_000)], 1_000_000)

    assert.equal(only.length, 31_839)
    assert.ok(only.endsWith('… [cut from 40000 characters]'))
  })

  it('are never cut in the middle of a character or of a line end', () => {
    const strings = fitStrings(['😀'.repeat(500), 'x😀'.repeat(499), '\r\n'.repeat(500), `x${'\r\n'.repeat(500)}`], 600)

    assert.ok(strings.every((text) => !/\p{Cs}|\r(?!\n)/u.test(text)))
  })

  it('fit afterwards, as many as there are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40_000), { maxLength: 256 }), fc.integer({ min: 8000, max: 31_327 }), (lengths, room) => {
        const strings = fitStrings(
          lengths.map((length) => 'x'.repeat(length)),
          room,
        )

        assert.equal(strings.length, lengths.length)
        assert.ok(unitsOf(strings) <= room)
        assert.ok(strings.every((text, index) => text.length <= (lengths[index] ?? 0) || text === ''))
      }),
    )
  })
})
