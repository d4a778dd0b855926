import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { checkPattern } from '../dist/stages/scrub/check-pattern.js'
import { LinearPattern } from '../dist/stages/scrub/linear-pattern.js'

/** With the engine of V8 each of these takes more than linear time, most of them longer than anyone waits. */
const SLOW: readonly RegExp[] = [
  /(?:(?:(?:a{1,9}){1,9}){1,9})!/,
  new RegExp('a?'.repeat(30) + 'a'.repeat(30)),
  /\w+\w+\w+\w+!/,
  /id=.*token.*key.*!/,
  /(a+)+$/,
  /(?:a|a)*b/,
  /(\w+\s?)*!/,
  /(?:.*,){11}P/,
  /\s+\s+x/,
  /(?:x+x+)+y/,
]

const EVERYDAY: readonly RegExp[] = [
  /\b\d{3}-\d{2}-\d{4}\b/,
  /AKIA[0-9A-Z]{16}/,
  /\b[\w.+-]+@[\w-]+\.[\w.]+\b/,
  /sk_live_[0-9a-zA-Z]{24}/,
  /ghp_[A-Za-z0-9]{36}/,
  /xox[baprs]-[A-Za-z0-9-]+/,
  /\bAT\d{2} ?(?:\d{4} ?){4}/,
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/,
  /-----BEGIN [A-Z ]+-----/,
  /\b(?:\d[ -]?){13,16}\b/,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/,
  /password=\S+/,
  /token: ?\S+/i,
  /pin=\d{4}/,
  /iban=.+/,
  /\+\d{2} ?\d{3} ?\d{4,7}/,
  /(?:api|access)[_-]?key=\w+/i,
  /"ssn":"[^"]*"/,
  /<password>[^<]*<\/password>/,
  /Bearer [\w.~+/-]+=*/,
  /Basic [A-Za-z0-9+/]+=*/,
  /\b[A-F0-9]{32}\b/i,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/,
  /https?:\/\/[^\s:]+:[^\s@]+@\S+/,
  /[?&]sig=[^&\s]+/,
  /user:\w{1,32}/,
  /\bDE\d{20}\b/,
  /[A-Z]{2}\d{6}[A-Z]?/,
  /session=[^;]+/,
  /(?<=pin: )\d+/,
  /\bacct_\w+/,
  /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}/,
  /(?:secret|geheim)\s*[:=]\s*\S+/i,
  /\bAIza[0-9A-Za-z_-]{35}\b/,
  /SG\.[\w-]{22}\.[\w-]{43}/,
  /\u{1F511}\w+/u,
  /X-Amz-Signature=[0-9a-f]{64}/,
  /(?<name>hunter)2/,
  /^ERROR .*$/,
  /a[)(*+\]]b/s,
]

describe('a pattern of the user', () => {
  for (const pattern of SLOW) {
    it(`comes to an end where V8 would not: ${String(pattern).slice(0, 60)}`, () => {
      assert.equal(checkPattern(pattern), undefined)
      const linear = new LinearPattern(pattern)

      for (const text of ['a'.repeat(4000), 'x'.repeat(4000), ' '.repeat(4000), 'id=token'.repeat(500), 'a,'.repeat(2000)])
        assert.equal(typeof linear.replace(text, '#'), 'string')
    })
  }

  for (const pattern of EVERYDAY) {
    it(`replaces what V8 would replace: ${pattern}`, () => {
      assert.equal(checkPattern(pattern), undefined)
      const linear = new LinearPattern(pattern)
      const native = new RegExp(pattern.source, `${pattern.flags}g`)
      const piece = fc.oneof(
        fc.stringMatching(
          new RegExp(
            pattern.source.replace(/^\(\?<=pin: \)/, 'pin: ').replace(/^\^|\$$|\\b/g, ''),
            pattern.flags.replace('i', ''),
          ),
        ),
        fc.constantFrom(' ', '\n', '\r', '\u00a0', '\u2028', '😀', '=', ':', 'a', '1', '-', '"'),
        fc.string({ maxLength: 5 }),
      )

      fc.assert(
        fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
          const text = pieces.join('')
          // its own text may not match again behind a piece that runs on
          assert.equal(linear.replace(text, '#'), text.replace(native, '#'))
        }),
        { numRuns: 60 },
      )
    })
  }

  it('has lines that end at line feeds, with the flag m', () => {
    assert.equal(new LinearPattern(/^b.*$/m).replace('a\nbc\nd', '#'), 'a\n#\nd')
  })

  it('takes a replacement as it is', () => {
    assert.equal(new LinearPattern(/b(c)/).replace('abcd', '$1$&'), 'a$1$&d')
  })

  for (const [source, flags] of [['[^]x'], ['[]x'], ['(a)\\1'], ['(?<n>a)\\k<n>'], ['a(?=b)'], ['[a&&b]', 'v']] as const) {
    it(`is refused when it would mean something else: ${source}`, () =>
      assert.equal(typeof checkPattern(new RegExp(source, flags)), 'string'))
  }
})
