import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { escapeText } from '@holdfast/format'
import fc from 'fast-check'

const HARMFUL: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['a line feed', 'a\nb', 'a\\nb'],
  ['a carriage return', 'a\rb', 'a\\rb'],
  ['a tab', 'a\tb', 'a\\tb'],
  ['NUL', 'a\0b', 'a\\x00b'],
  ['ESC', '\u001b[31mred', '\\x1b[31mred'],
  ['DEL', '\u007f', '\\x7f'],
  ['the C1 form of CSI', '\u009b31m', '\\x9b31m'],
  ['NEL', '\u0085', '\\x85'],
  ['an OSC 8 link', '\u001b]8;;http://evil\u0007text', '\\x1b]8;;http://evil\\x07text'],
  ['the line separator', '\u2028', '\\u2028'],
  ['the paragraph separator', '\u2029', '\\u2029'],
  ['bidi embeddings and overrides', '\u202a\u202b\u202c\u202d\u202e', '\\u202a\\u202b\\u202c\\u202d\\u202e'],
  ['bidi isolates', '\u2066\u2067\u2068\u2069', '\\u2066\\u2067\\u2068\\u2069'],
  ['bidi marks', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
  ['zero width spaces', '\u200b\u2060\ufeff', '\\u200b\\u2060\\ufeff'],
  ['a joiner between Latin letters', 'ad\u200dmin', 'ad\\u200dmin'],
  ['a non-joiner between Latin letters', 'ad\u200cmin', 'ad\\u200cmin'],
  ['a soft hyphen', 'ad\u00admin', 'ad\\xadmin'],
  ['interlinear annotation', '\ufff9', '\\ufff9'],
  ['tag characters that spell nothing known', '\u{e0041}', '\\u{e0041}'],
  ['tag characters behind a flag that spell nothing known', '🏴\u{e0041}\u{e007f}', '🏴\\u{e0041}\\u{e007f}'],
  ['lone surrogates', 'a\ud83d!\udc00', 'a\\ud83d!\\udc00'],
  ['a second variation selector', 'a\ufe00\ufe01', 'a\ufe00\\ufe01'],
]

const NEEDED: readonly (readonly [what: string, text: string])[] = [
  ['plain ASCII', 'GET /a?b=c "d" \\n'],
  ['letters of any script', 'Müller 東京 Ω привет שלום مرحبا'],
  ['combining marks', 'cafe\u0301'],
  ['emoji with a skin tone', '👍🏽'],
  ['emoji joined into one', '👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈'],
  ['emoji with a skin tone joined to another', '👩🏽‍💻'],
  ['emoji with a variation selector', '⚠️ 1️⃣'],
  ['flags of tag characters', '🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
  ['the non-joiner of Persian', 'می\u200cخواهم'],
  ['the joiner of Sinhala', 'ශ්\u200dරී'],
]

describe('escapeText', () => {
  for (const [what, text, shown] of HARMFUL) {
    test(`shows ${what} instead of obeying it`, () => {
      assert.equal(escapeText(text), shown)
    })
  }

  for (const [what, text] of NEEDED) {
    test(`leaves ${what} alone`, () => {
      assert.equal(escapeText(text), text)
    })
  }

  test('keeps line feeds when asked, and nothing else', () => {
    assert.equal(escapeText('a\r\n\tb', { keepNewlines: true }), 'a\\r\n\\tb')
  })

  test('leaves nothing that steers a terminal in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = escapeText(text)

        assert.doesNotMatch(shown, /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff]/u)
      }),
    )
  })

  test('escapes nothing twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(escapeText(escapeText(text)), escapeText(text))
      }),
    )
  })
})
