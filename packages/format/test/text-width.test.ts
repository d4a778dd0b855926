import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { escapeText, textWidth } from '@holdfast/format'
import fc from 'fast-check'
import stringWidth from 'string-width'

/** Scripts and symbols that log lines have; not every code point, because terminals disagree on the rest. */
const PIECES = [
  'a',
  ' ',
  'é',
  'e\u0301',
  'ß',
  '東',
  '京',
  '가',
  'ｱ',
  'ｶﾞ',
  '！',
  'Ω',
  'я',
  'ש',
  'م',
  'न',
  'म',
  '…',
  '—',
  '✓',
  '✖',
  '●',
  '▲',
  'ℹ',
  '⚠',
  '⚠️',
  '🎬',
  '👍🏽',
  '👩‍💻',
  '👨‍👩‍👧‍👦',
  '🏳️‍🌈',
  '🇦🇹',
  '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  '1️⃣',
  '𝒳',
  '𠮷',
]

describe('textWidth', () => {
  for (const piece of PIECES) {
    test(`counts ${piece} as string-width does`, () => {
      assert.equal(textWidth(piece), stringWidth(piece))
    })
  }

  test('agrees with string-width on any mixture', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES)), (pieces) => {
        const text = escapeText(pieces.join(' '))

        assert.equal(textWidth(text), stringWidth(text))
      }),
    )
  })
})
