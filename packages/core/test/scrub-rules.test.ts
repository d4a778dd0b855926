import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SCRUB_DEFAULTS } from '../dist/config/settings.js'
import { classify } from '../dist/encode/characters.js'
import { isCard } from '../dist/stages/scrub/cards.js'
import { checkPath } from '../dist/stages/scrub/check-path.js'
import { checkPattern } from '../dist/stages/scrub/check-pattern.js'
import { Scrub } from '../dist/stages/scrub/scrub.js'
import { makeEncoder } from './encode-fixture.js'

describe('scrub.paths', () => {
  it('replace places in extra, error and context, with wildcards, whatever the values are', () => {
    const { encoder, extra, error } = makeEncoder({
      scrub: {
        paths: [
          'extra.user.birthday',
          'extra.items[*].code',
          'extra["a-b"].*',
          'extra.list[0]',
          'error.extra.card',
          'error.cause.message',
          'context.user_name',
          'context.extra.tenant',
        ],
      },
    })

    assert.deepEqual(
      extra({
        user: Object.freeze({ birthday: new Date(0), name: 'ann' }),
        items: [{ code: 1 }, { code: { deep: 2 }, n: 3 }],
        'a-b': new Map([['x', 1]]),
        list: ['first', 'second'],
      }),
      {
        user: { birthday: '[REDACTED]', name: 'ann' },
        items: [{ code: '[REDACTED]' }, { code: '[REDACTED]', n: 3 }],
        'a-b': { x: '[REDACTED]' },
        list: ['[REDACTED]', 'second'],
      },
    )
    const { stack, cause, ...rest } = error(Object.assign(new Error('m', { cause: { message: 'inner' } }), { card: 7 }))
    assert.deepEqual(rest, { type: 'Error', message: 'm', extra: { card: '[REDACTED]' } })
    assert.deepEqual(cause, { message: '[REDACTED]' })
    assert.equal(
      encoder.context({ userName: 'ann', tenant: 'acme', region: 'eu' }),
      '{"user_name":"[REDACTED]","extra":{"tenant":"[REDACTED]","region":"eu"}}',
    )
  })

  it('replace bound fields, also those that a call repeats', () => {
    const { encoder } = makeEncoder({ scrub: { paths: ['extra.user.id'] } })
    const bound = encoder.bound('test', [{ user: { id: 7 }, a: 1 }])

    encoder.encode('test', { a: 2, user: { id: 8 } }, false, undefined, undefined, bound)

    assert.equal(bound.json, '{"user":{"id":"[REDACTED]"},"a":1}')
    assert.equal(encoder.extra, '{"a":2,"user":{"id":"[REDACTED]"}}')
  })

  it('replace the message as a whole', () => {
    assert.equal(makeEncoder({ scrub: { paths: ['message'] } }).encoder.message('test', 'anything'), '"[REDACTED]"')
  })

  it('leave the object of the caller alone, and events without these places', () => {
    const { extra } = makeEncoder({ scrub: { paths: ['extra.a.b.c', 'extra.x[*].y'] } })
    const fields = { a: { b: { c: 'secret' } } }

    assert.deepEqual(extra(fields), { a: { b: { c: '[REDACTED]' } } })
    assert.equal(fields.a.b.c, 'secret')
    assert.deepEqual(extra({ a: null, x: 'text' }), { a: null, x: 'text' })
    assert.deepEqual(extra({}), {})
  })

  it('keep what has to be escaped escaped', () => {
    const { encoder } = makeEncoder({ scrub: { paths: ['extra.a'] } })

    encoder.encode('test', { a: 1, b: '\u009b\u2028\ud800' }, false, undefined, undefined, undefined)

    assert.equal(encoder.extra, '{"a":"[REDACTED]","b":"\\u009b\\u2028\\ud800"}')
  })

  it('load fast-redact only when there are any', () => {
    const program = (paths: string): string => `
      import { createRequire } from 'node:module'
      import { Encoder } from ${JSON.stringify(new URL('../dist/encode/encoder.js', import.meta.url).href)}
      import { LIMIT_DEFAULTS as limits, SCRUB_DEFAULTS } from ${JSON.stringify(new URL('../dist/config/settings.js', import.meta.url).href)}
      new Encoder({ limits, scrub: { ...SCRUB_DEFAULTS, paths: ${paths} }, serializers: {}, report() {} }).encode('t', { a: 1 }, false)
      const { cache } = createRequire(import.meta.url)
      console.log(Object.keys(cache).some((file) => file.includes('fast-redact')))`
    const run = (paths: string): string =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program(paths)], { encoding: 'utf8' }).trim()

    assert.equal(run('[]'), 'false')
    assert.equal(run('["extra.a"]'), 'true')
  })
})

describe('checkPath', () => {
  const GOOD = [
    'extra.a',
    'extra.a.b[0].c',
    'extra["a-b c"].d',
    'extra.items[*].code',
    'extra.*',
    'error.extra.x',
    'context.user_name',
    'message',
  ]
  for (const path of GOOD) it(`takes ${path}`, () => assert.equal(checkPath(path), undefined))

  const BAD = [
    '',
    'password',
    'extras.a',
    'extra',
    'message.a',
    'extra.',
    'extra..a',
    'extra.a-b',
    'extra[process.exit(9)]',
    'extra.a[process.exit(9)]',
    'extra["a"+process.exit(9)+"b"]',
    'extra["a\\"]',
    "extra['a']",
    'extra[`a`]',
    'extra.a;process.exit(9)',
    'extra.a/*x*/',
    'extra.a\n.b',
    'extra.__proto__.x',
    'extra["constructor"]',
    'extra.a.prototype',
    'extra.〇',
    'extra[-1]',
    'extra.a()',
    'extra.a ',
    '*.a',
  ]
  for (const path of BAD) it(`refuses ${JSON.stringify(path)}`, () => assert.equal(typeof checkPath(path), 'string'))

  it('lets nothing through that fast-redact would run or refuse', () => {
    const piece = fc.constantFrom(
      'extra',
      '.',
      'a',
      '[',
      ']',
      '"',
      '*',
      '0',
      'b-c',
      '(',
      ')',
      ';',
      '\\',
      '`',
      ' ',
      '〇',
      '$',
      '+',
      "'",
      '/',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = `extra${pieces.join('')}`
        if (checkPath(path) !== undefined) return

        assert.doesNotThrow(() => makeEncoder({ scrub: { paths: [path] } }).extra({ a: { a: [{ a: 1 }] } }))
        assert.doesNotMatch(path, /[();\\`〇']/)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('checkPattern', () => {
  const GOOD = [
    /AT\d{2}/,
    /\b\d{4}-\d{4}\b/,
    /(?:\d{4}[ -]?){4}/,
    /foo|bar/i,
    /(?:foo|bar)+/,
    /[a-z]+@[a-z]+/,
    /x{2,}y*/,
    /(?<=id=)\w+/,
    /a[)(*+]b/,
    /[\]]x/,
  ]
  for (const pattern of GOOD) it(`takes ${pattern}`, () => assert.equal(checkPattern(pattern), undefined))

  const BAD = [
    /(a)\1/,
    /(?<n>a)\k<n>/,
    /a*/,
    /(?=(a+)+)b/,
    /a(?!b)/,
    /(?<!a)b/,
    /(?<=a)b|c/,
    /a{1,2000}b/,
    new RegExp('x'.repeat(1001)),
  ]
  for (const pattern of BAD) it(`refuses ${pattern}`, () => assert.equal(typeof checkPattern(pattern), 'string'))

  it('reads every pattern to its end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '(', ')', '(?:', '|', '*', '+', '?', '{2,}', '[', ']', '\\d', '\\]', '^', '(?<=', '.')),
        (pieces) => {
          let pattern: RegExp | undefined
          try {
            pattern = new RegExp(pieces.join(''))
          } catch (error) {
            assert.ok(error instanceof SyntaxError)
          }
          fc.pre(pattern !== undefined)

          assert.doesNotThrow(() => checkPattern(pattern))
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('card numbers', () => {
  const CARDS = [
    '4111111111111111',
    '4000056655665556',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '6011111111111117',
    '3530111333300000',
    '30569309025904',
    '6200000000000005',
  ]
  for (const digits of CARDS) it(`${digits} is one`, () => assert.equal(isCard(digits), true))

  const OTHERS = ['4111111111111112', '1763640000000', '0000000000000000', '9999999999999995', '411111111111111']
  for (const digits of OTHERS) it(`${digits} is none`, () => assert.equal(isCard(digits), false))
})

describe('the time that scrubbing takes', () => {
  const PIECES = [
    'a',
    ' ',
    '=',
    ':',
    '"',
    '\\',
    '\\"',
    "'",
    '[',
    '{',
    '%3D',
    'eyJ',
    'eyJ-',
    'eyJaaaaa.',
    'eyJ-eyJ-',
    '.',
    'a.',
    '-',
    '_',
    '_aaaaaaaaaaaaaaaa',
    'sk-',
    'sk-a',
    'ghp_',
    'AKIA',
    'SG.',
    'SG.aaaaaaaaaaaaaaaa.',
    'ya29.',
    'whsec_',
    '://',
    '://a',
    '@',
    'a@',
    'bearer ',
    'token ',
    'basic a',
    '4',
    '4 ',
    '4111 ',
    '4111-1111-1111-',
    '--token ',
    '--a ',
    'password=',
    'password="',
    'password={',
    'password=[',
    'password:',
    '"password":',
    'password ',
    'cookie:',
    'key=',
    'api ',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    'hooks.slack.com/services/',
    '\u00a0',
    '\n',
    '    at ',
  ]
  const scrub = new Scrub(SCRUB_DEFAULTS)
  const timeOf = (text: string): number => {
    const start = process.cpuUsage()
    scrub.text(text, classify(text))
    const { user, system } = process.cpuUsage(start)
    return user + system
  }

  it('grows with the length of a text and no faster, whatever is repeated in it', () => {
    for (const piece of PIECES) {
      const short = timeOf(piece.repeat(Math.ceil((1 << 16) / piece.length)))
      const long = timeOf(piece.repeat(Math.ceil((1 << 20) / piece.length)))

      // 16 times the text: linear is 16, quadratic 256; a short time is too coarse to be divided by
      assert.ok(long < 80 * Math.max(short, 4000), `${JSON.stringify(piece)}: ${short} µs, then ${long} µs`)
    }
  })

  it('is bounded by the limits of the event, not by the text', () => {
    const { encoder } = makeEncoder()
    const timeOf = (text: string): number => {
      const start = process.cpuUsage()
      for (let i = 0; i < 20; i++) encoder.message('test', text)
      const { user, system } = process.cpuUsage(start)
      return user + system
    }
    timeOf('password="'.repeat(20_000))

    const short = timeOf('password="'.repeat(20_000))
    const long = timeOf('password="'.repeat(2_000_000))

    assert.ok(long < 10 * Math.max(short, 4000), `${short} µs, then ${long} µs for 100 times the text`)
  })
})
