import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hostileRecords, hugeRecord, strictJsonParse } from '@holdfast/testkit'
import fc from 'fast-check'

const REFUSED: readonly (readonly [what: string, line: string])[] = [
  ['a duplicate key', '{"a":1,"b":2,"a":1}'],
  ['a duplicate key that is escaped once', '{"a":1,"\\u0061":1}'],
  ['a duplicate __proto__', '{"__proto__":1,"__proto__":1}'],
  ['a duplicate key deep inside', '{"a":[{"b":{"c":1,"c":2}}]}'],
  ['a raw line feed in a string', '"a\nb"'],
  ['a raw line feed between values', '[1,\n2]'],
  ['a tab between values', '[1,\t2]'],
  ['a raw NUL', '"\u0000"'],
  ['a raw ESC', '"\u001b[31m"'],
  ['a raw C1 control', '"\u009b31m"'],
  ['a raw next line', '"\u0085"'],
  ['a raw lone high surrogate', '"\ud800"'],
  ['a raw lone low surrogate', '"\udc00"'],
  ['raw surrogates in the wrong order', '"\udc00\ud800"'],
  ['data behind the value', '{} {}'],
  ['a line end behind the value', '{}\n'],
  ['a byte order mark', '\ufeff{}'],
  ['nothing', ''],
  ['spaces alone', '   '],
  ['an unfinished string', '"abc'],
  ['a string that ends in its escape', '"abc\\'],
  ['an unknown escape', '"\\x41"'],
  ['a short unicode escape', '"\\u00e"'],
  ['an unfinished object', '{"a":1'],
  ['an unfinished array', '[1'],
  ['a trailing comma in an object', '{"a":1,}'],
  ['a trailing comma in an array', '[1,]'],
  ['a missing colon', '{"a" 1}'],
  ['a key without quotes', '{a:1}'],
  ['single quotes', "'a'"],
  ['a leading zero', '01'],
  ['a plus sign', '+1'],
  ['a number without an integer part', '.5'],
  ['a number without digits behind the point', '1.'],
  ['NaN', 'NaN'],
  ['Infinity', '-Infinity'],
  ['a number too large for a double', '1e999'],
  ['undefined', 'undefined'],
  ['a comment', '{}//'],
  ['nesting that is too deep', `${'['.repeat(300)}${']'.repeat(300)}`],
]

describe('strictJsonParse', () => {
  for (const [what, line] of REFUSED) {
    it(`refuses ${what}`, () => {
      assert.throws(() => strictJsonParse(line), { name: 'SyntaxError', message: /^Expected .* at position \d+, got .*\.$/s })
    })
  }

  it('says what it expected, what it found, and where', () => {
    assert.throws(() => strictJsonParse('{"a":1,"a":2}'), {
      message: 'Expected a key that is new in its object at position 7, got `\\"a\\":2}`.',
    })
  })

  it('gives what JSON.parse gives for whatever JSON.stringify makes', () => {
    const anything = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 })

    fc.assert(
      fc.property(anything, (value) => {
        const line = JSON.stringify(value).replace(/[\u0080-\u009f]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
        assert.deepEqual(strictJsonParse(line), JSON.parse(line))
      }),
    )
  })

  it('never accepts what JSON.parse refuses', () => {
    const nearJson = fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '-', '.', 'e', 'a', '\\', 'null', ' '), {
      maxLength: 12,
    })

    fc.assert(
      fc.property(nearJson, (parts) => {
        const line = parts.join('')
        assert.ok(!isAccepted(strictJsonParse, line) || isAccepted(JSON.parse, line))
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps __proto__ as an ordinary key', () => {
    const parsed = strictJsonParse('{"__proto__":{"polluted":true}}')

    assert.deepEqual(Object.keys(parsed as object), ['__proto__'])
    assert.equal(Object.getPrototypeOf(parsed), Object.prototype)
  })

  it('accepts escaped control characters and surrogates, DEL, and U+2028', () => {
    assert.equal(strictJsonParse('"\\u009b\\ud800\\n\u007f\u2028😀"'), '\u009b\ud800\n\u007f\u2028😀')
  })

  it('accepts every canonical line, hostile and huge ones too', () => {
    for (const { json, event } of [...hostileRecords(), hugeRecord()]) assert.deepEqual(strictJsonParse(json), event)
  })
})

function isAccepted(parse: (line: string) => unknown, line: string): boolean {
  try {
    parse(line)
    return true
  } catch {
    return false
  }
}
