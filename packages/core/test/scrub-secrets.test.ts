import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Encoder } from '../dist/encode/encoder.js'
import { makeEncoder, parseStrictly } from './encode-fixture.js'

/** Texts that hold a secret, and the part of it that must be seen nowhere. */
const TEXTS: readonly (readonly [kind: string, text: string, secret: string])[] = [
  ['an assignment', 'x password=hunter2 y', 'hunter2'],
  ['an option of a command line', 'run --token t0k3n-x', 't0k3n-x'],
  ['JSON in a text', '{"a":1,"clientSecret":"s3-cr3t"}', 's3-cr3t'],
  ['a query', '/cb?code=1&access_token=abc-123', 'abc-123'],
  ['a bearer token', 'Bearer abcDEF123456', 'abcDEF123456'],
  ['basic credentials', 'Basic YW5uOnNlY3JldA==', 'YW5uOnNlY3JldA'],
  ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-x', 'eyJzdWIiOiIxIn0'],
  ['a URL user', 'amqp://app:s3cr3tpw@mq:5672', 's3cr3tpw'],
  ['a card number', 'paid with 4111-1111-1111-1111.', '1111-1111'],
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----', 'MIIEvQIBADAN'],
  ['a key of a service', 'key ghp_0123456789abcdefghij ok', '0123456789abcdefghij'],
  ['a cookie header', 'Cookie: sid=s3ss10n; theme=dark', 's3ss10n'],
]

/** Secrets that can be told only when many of their characters are seen. */
const LONG_TEXTS: typeof TEXTS = [
  ['a long URL user', `amqp://app:${'pq'.repeat(100)}@mq`, 'pqpqpqpqpqpq'],
  ['a long JWT', `eyJ${'h'.repeat(100)}.${'pq'.repeat(100)}.sig`, 'hhhhhhhhhhhh'],
  ['a long key', 'AIzaSy0123456789012345678901234567', '0123456789012345'],
  ['a long group of digits', '4111111111111111', '41111111'],
]

/** Every place of an event that can hold a text of the caller. All that comes out is returned. */
const PLACES: Readonly<Record<string, (encoder: Encoder, text: string) => string>> = {
  'a field': (encoder, text) => extraOf(encoder, { note: text }),
  'a nested field': (encoder, text) => extraOf(encoder, { a: { b: { note: text } } }),
  'an array': (encoder, text) => extraOf(encoder, { list: ['ok', text] }),
  'a Map value': (encoder, text) => extraOf(encoder, { map: new Map([['a', text]]) }),
  'a Map key': (encoder, text) =>
    extraOf(encoder, {
      map: new Map<unknown, unknown>([
        [text, 1],
        [2, 3],
      ]),
    }),
  'a Set': (encoder, text) => extraOf(encoder, { set: new Set([text]) }),
  'a key': (encoder, text) => extraOf(encoder, { [text]: 1 }),
  'a nested key': (encoder, text) => extraOf(encoder, { a: { [text]: 1 } }),
  'a boxed text': (encoder, text) => extraOf(encoder, { boxed: Object(text) }),
  'a getter': (encoder, text) =>
    extraOf(encoder, {
      get note() {
        return text
      },
    }),
  'what a getter throws': (encoder, text) =>
    extraOf(encoder, {
      get note() {
        throw new Error(text)
      },
    }),
  'what toJSON returns': (encoder, text) => extraOf(encoder, { a: { toJSON: () => ({ note: text }) } }),
  'a class instance': (encoder, text) =>
    extraOf(encoder, {
      a: new (class {
        note = text
      })(),
    }),
  'a proxy': (encoder, text) => extraOf(encoder, new Proxy({ note: text }, {})),
  'a frozen object': (encoder, text) => extraOf(encoder, Object.freeze({ a: Object.freeze({ note: text }) })),
  'a symbol': (encoder, text) => extraOf(encoder, { a: Symbol(text) }),
  'the name of a function': (encoder, text) => extraOf(encoder, { a: { [text]: () => 1 }[text] }),
  'a regular expression': (encoder, text) => extraOf(encoder, { a: new RegExp(text) }),
  'a buffer': (encoder, text) => extraOf(encoder, { a: Buffer.from(text) }),
  'an error message': (encoder, text) => errorOf(encoder, new Error(text)),
  'an error of the fields': (encoder, text) => extraOf(encoder, { failure: new Error(text) }),
  'a cause': (encoder, text) => errorOf(encoder, new Error('outer', { cause: new Error('mid', { cause: text }) })),
  'an aggregated error': (encoder, text) => errorOf(encoder, new AggregateError([new Error(text), text])),
  'a property of an error': (encoder, text) => errorOf(encoder, Object.assign(new Error('x'), { note: text, code: text })),
  'the name of an error': (encoder, text) => errorOf(encoder, Object.assign(new Error('x'), { name: text })),
  'something thrown that is no error': (encoder, text) =>
    `[${errorOf(encoder, text)},${errorOf(encoder, { message: text, stack: text })}]`,
  'a surplus argument': (encoder, text) => {
    encoder.encode('test', undefined, false, undefined, [text], undefined)
    return encoder.extra
  },
  'a bound field': (encoder, text) => encoder.bound('test', [{ note: text }]).json,
  'the message': (encoder, text) => encoder.message('test', text),
  'a message that is an object': (encoder, text) => encoder.message('test', { note: text }),
  'a message that is an error': (encoder, text) => encoder.message('test', new Error(text)),
  'the name of a logger': (encoder, text) => encoder.name(text),
  'a known field of the context': (encoder, text) => encoder.context({ requestId: text, userName: text }),
  'another field of the context': (encoder, text) => encoder.context({ tenant: text, extra: { note: text } }),
  'a header object': (encoder, text) => extraOf(encoder, { headers: { 'x-note': text } }),
}

/** Secrets of any type under a name that says so. */
const VALUES: readonly unknown[] = [
  'hunter2-x',
  918273645,
  918273645n,
  { a: 'hunter2-x' },
  ['hunter2-x'],
  new Map([['a', 'hunter2-x']]),
]
const NAMED: Readonly<Record<string, (value: unknown) => object>> = {
  'at the top': (value) => ({ password: value }),
  nested: (value) => ({ a: { b: { userPassword: value } } }),
  'in an array': (value) => ({ list: [{ token: value }] }),
  'in a Map': (value) => ({ map: new Map([['api-key', value]]) }),
  'in a Map with other keys': (value) => ({
    map: new Map<unknown, unknown>([
      [1, 2],
      ['api-key', value],
    ]),
  }),
  'in pairs': (value) => ({
    pairs: [
      ['Authorization', value],
      ['accept', '*/*'],
    ],
  }),
  'in a flat list of headers': (value) => ({ rawHeaders: ['accept', '*/*', 'Cookie', value] }),
  'in an error': (value) => ({ failure: Object.assign(new Error('x'), { config: { headers: { Authorization: value } } }) }),
  'in what toJSON returns': (value) => ({ a: { toJSON: () => ({ secret: value }) } }),
  'under a name with a serializer': (value) => ({ cookie: value }),
}

describe('secrets', () => {
  for (const [place, put] of Object.entries(PLACES)) {
    it(`of every kind are gone from ${place}`, () => {
      for (const [kind, text, secret] of TEXTS) {
        const json = put(makeEncoder().encoder, text)

        parseStrictly(json)
        assert.ok(!json.includes(secret), `${kind} in ${place}: ${json}`)
        assert.ok(json.includes('[REDACTED]'), `${kind} in ${place}: ${json}`)
      }
    })
  }

  for (const [place, put] of Object.entries(NAMED)) {
    it(`of any type are gone from under their names ${place}`, () => {
      for (const value of VALUES) {
        const { encoder } = makeEncoder({ limits: { extraMaxDepth: 8 }, serializers: { cookie: (cookie) => cookie } })
        const fields = put(value)

        encoder.encode('test', fields, true, Object.assign(new Error('x'), fields), [fields], undefined)
        const json = encoder.extra + encoder.error + encoder.bound('test', [fields]).json + encoder.context({ ...fields })

        assert.doesNotMatch(json, /hunter2|918273645/)
        assert.match(json, /\[REDACTED\]/)
      }
    })
  }

  it('that are card numbers are gone as numbers too', () => {
    assert.deepEqual(makeEncoder().extra({ a: 4111111111111111, b: 4111111111111111n, c: 4111111111111112 }), {
      a: '[REDACTED]',
      b: '[REDACTED]',
      c: 4111111111111112,
    })
  })

  it('do not come back in halves where a limit cuts a text', () => {
    for (const [kind, text, secret] of [...TEXTS, ...LONG_TEXTS]) {
      for (let before = 0; before < 60; before++) {
        const { encoder } = makeEncoder({ limits: { messageMaxChars: 50, extraMaxValueChars: 50 } })
        const long = `${'~ '.repeat(30).slice(0, before)} ${text} ${'z'.repeat(5000)}`

        for (const json of [encoder.message('test', long), extraOf(encoder, { a: long })]) {
          assert.ok(!json.includes(secret.slice(0, 4)), `${kind} after ${before}: ${json}`)
        }
      }
    }
  })

  it('that reach beyond what is looked at do not come back because scrubbing made the text before them shorter', () => {
    const { encoder } = makeEncoder({ limits: { messageMaxChars: 100 } })
    const shrinks = `password=${'p'.repeat(900)} secret=${'s'.repeat(180)} `

    for (let before = 0; before < 40; before++) {
      const text = `${shrinks}${'~'.repeat(before)} AIzaSy0123456789012345678901234567 ${'z'.repeat(5000)}`

      assert.doesNotMatch(encoder.message('test', text), /ppp|sss|0123/)
    }
  })

  it('stay when scrubbing is off', () => {
    const { extra, encoder } = makeEncoder({ scrub: false })

    assert.deepEqual(extra({ password: 'p', note: 'token=abc' }), { password: 'p', note: 'token=abc' })
    assert.equal(encoder.message('test', 'password=p'), '"password=p"')
  })
})

describe('options of scrubbing', () => {
  it('keys add names, which match like the default ones', () => {
    const { extra } = makeEncoder({ scrub: { keys: ['session_id', 'iban', '2fa', 'пароль'] } })

    assert.deepEqual(
      extra({ sessionId: 1, user_iban: 2, iban_count: 3, '2FA': 4, пароль: 5, note: 'session-id=af12 iban: AT61' }),
      {
        sessionId: '[REDACTED]',
        user_iban: '[REDACTED]',
        iban_count: 3,
        '2FA': '[REDACTED]',
        пароль: '[REDACTED]',
        note: 'session-id=[REDACTED] iban: [REDACTED]',
      },
    )
  })

  it('keys with ! take default names away, and exempt that very name', () => {
    const { extra } = makeEncoder({ scrub: { keys: ['!cookie', '!pageToken'] } })

    assert.deepEqual(extra({ cookie: 'a', session_cookie: 'b', page_token: 'c', token: 'd' }), {
      cookie: 'a',
      session_cookie: 'b',
      page_token: 'c',
      token: '[REDACTED]',
    })
  })

  it('patterns replace every match everywhere, whatever their flags and state', () => {
    const sticky = /ACC-\d+/gy
    sticky.lastIndex = 99
    const { extra, encoder } = makeEncoder({ scrub: { patterns: [sticky] } })

    for (let i = 0; i < 3; i++) {
      assert.equal(encoder.message('test', 'a ACC-1 b ACC-22'), '"a [REDACTED] b [REDACTED]"')
      assert.deepEqual(extra({ a: 'ACC-3', 'ACC-4': 1 }), { a: '[REDACTED]', '[REDACTED]~2': 1 })
    }
    assert.equal(sticky.lastIndex, 99)
  })

  it('patterns see numbers too', () => {
    const { extra } = makeEncoder({ scrub: { patterns: [/\b77\d{2}\b/] } })

    assert.deepEqual(extra({ a: 7712, b: 7812 }), { a: '[REDACTED]', b: 7812 })
  })

  it('values: false leaves texts alone, names still count', () => {
    const { extra } = makeEncoder({ scrub: { values: false } })

    assert.deepEqual(extra({ token: 'x', note: 'token=x' }), { token: '[REDACTED]', note: 'token=x' })
  })

  it('replacement is written as it is', () => {
    const { extra, encoder } = makeEncoder({ scrub: { replacement: '$& "***"\n' } })

    assert.deepEqual(extra({ token: 'x', note: 'token=x Bearer abcdef123' }), {
      token: '$& "***"\n',
      note: 'token=$& "***"\n Bearer $& "***"\n',
    })
    assert.equal(JSON.parse(encoder.message('test', 'pay 4111111111111111')), 'pay $& "***"\n')
  })
})

function extraOf(encoder: Encoder, fields: object): string {
  encoder.encode('test', fields, false, undefined, undefined, undefined)
  return encoder.extra
}

function errorOf(encoder: Encoder, error: unknown): string {
  encoder.encode('test', undefined, true, error, undefined, undefined)
  return encoder.error
}
