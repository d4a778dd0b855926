import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AdapterRecipe } from '@holdfast/api'
import { type AdapterDefinition, type AdapterOptions, ConfigError, check, checkValue, defineAdapter } from '@holdfast/core'
import fc from 'fast-check'

interface SocketOptions extends AdapterOptions {
  readonly host: string
  readonly port?: number
  readonly token?: string
  readonly mode?: 'fast' | 'safe' | false
  readonly format?: 'json' | ((line: string) => string)
  readonly tls?: TlsOptions
  readonly peers?: readonly string[]
  readonly report?: string
}

interface TlsOptions {
  readonly cert: string
  readonly key?: string
  readonly minVersion?: number
}

const create = ({ name }: { readonly name: string }) => ({ name, write: () => undefined })

const definition: AdapterDefinition<SocketOptions> = {
  name: 'socket',
  options: {
    host: check.required(check.text),
    port: check.integer(1, 65_535),
    token: check.secret(check.text),
    mode: check.oneOf('fast', 'safe', false),
    format: check.either(check.oneOf('json'), check.function),
    tls: check.object({ cert: check.required(check.text), key: check.secret(check.text), minVersion: check.positiveInteger }),
    peers: check.listOf(check.text),
    report: check.url('https'),
  },
  conflicts: ({ port, peers, tls }) => [
    ...(port !== undefined && peers !== undefined
      ? [{ option: 'port', expected: 'absent beside `peers`', hint: 'Give it to each.' }]
      : []),
    ...(tls?.key !== undefined && peers !== undefined ? [{ option: 'tls.key', expected: 'absent beside `peers`' }] : []),
  ],
  create,
}

const socketAdapter = defineAdapter(definition)

/** The messages of all problems; none when the factory accepts the options. */
function problemsOf(options: unknown, factory: (options: never) => AdapterRecipe = socketAdapter): readonly string[] {
  try {
    factory(options as never)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError, `Expected a ConfigError, got ${String(error)}`)
    return error.message.split('\n')
  }
}

describe('the options of an adapter', () => {
  const refused: readonly (readonly [options: Readonly<Record<string, unknown>>, message: string])[] = [
    [{ prot: 1 }, 'Expected `socket.prot` to be an option of `socket`, got an unknown name. Did you mean `socket.port`?'],
    [{ zzzzzz: 1 }, 'Expected `socket.zzzzzz` to be an option of `socket`, got an unknown name.'],
    [{ cert: 'x' }, 'Expected `socket.cert` to be an option of `socket`, got an unknown name. Did you mean `socket.tls.cert`?'],
    [
      { batchMaxEvnts: 1 },
      'Expected `socket.batchMaxEvnts` to be an option of `socket`, got an unknown name. Did you mean `socket.batchMaxEvents`?',
    ],
    [{ 'a\nb': 1 }, 'Expected `socket["a\\u{a}b"]` to be an option of `socket`, got an unknown name.'],
    [JSON.parse('{"__proto__":1}'), 'Expected `socket.__proto__` to be an option of `socket`, got an unknown name.'],
    [{ host: undefined }, 'Expected `socket.host` to be a text that is not blank, got nothing.'],
    [{ host: ' ' }, 'Expected `socket.host` to be a text that is not blank, got ` `.'],
    [{ port: 0 }, 'Expected `socket.port` to be an integer from 1 to 65535, got `0`.'],
    [{ port: 1.5 }, 'Expected `socket.port` to be an integer from 1 to 65535, got `1.5`.'],
    [{ mode: 'fst' }, 'Expected `socket.mode` to be `fast`, `safe` or `false`, got `fst`. Did you mean `fast`?'],
    [{ mode: true }, 'Expected `socket.mode` to be `fast`, `safe` or `false`, got `true`.'],
    [{ format: 'jsn' }, 'Expected `socket.format` to be `json` or a function, got `jsn`. Did you mean `json`?'],
    [{ tls: true }, 'Expected `socket.tls` to be an object with options, got `true`.'],
    [{ tls: {} }, 'Expected `socket.tls.cert` to be a text that is not blank, got nothing.'],
    [
      { tls: { cert: 'c', minVersoin: 1 } },
      'Expected `socket.tls.minVersoin` to be an option of `socket.tls`, got an unknown name. Did you mean `socket.tls.minVersion`?',
    ],
    [{ peers: 'a' }, 'Expected `socket.peers` to be an array, got `a`.'],
    [{ peers: ['a', 7] }, 'Expected `socket.peers[1]` to be a text that is not blank, got `7`.'],
    [{ report: 'http://x' }, 'Expected `socket.report` to be a URL that begins with `https:`, got `http://x`.'],
    [{ level: 'inof' }, 'Expected `socket.level` to be a level name, got `inof`. Did you mean `info`?'],
    [{ batchMaxEvents: 0 }, 'Expected `socket.batchMaxEvents` to be a positive integer, got `0`.'],
    [{ whenDown: 'keep' }, 'Expected `socket.whenDown` to be `hold` or `drop`, got `keep`.'],
    [{ retryMinMs: 60_000 }, 'Expected `socket.retryMinMs` to be at most `retryMaxMs`, which is 30000, got `60000`.'],
    [{ name: '' }, 'Expected `socket.name` to be a text that is not blank, got an empty text.'],
    [{ place: 'writr' }, 'Expected `socket.place` to be `application` or `writer`, got `writr`. Did you mean `writer`?'],
    [{ port: 1, peers: ['a'] }, 'Expected `socket.port` to be absent beside `peers`, got `1`. Give it to each.'],
  ]
  for (const [options, message] of refused) {
    it(`are refused with the cure: ${JSON.stringify(options)}`, () => {
      assert.deepEqual(problemsOf({ host: 'a', ...options }), [message])
    })
  }

  for (const options of [null, 7, 'x', []]) {
    it(`have to be an object, not ${JSON.stringify(options)}`, () => {
      assert.match(problemsOf(options).join(), /^Expected `socket` to be an object with options, got /)
    })
  }

  it('are refused all at once, conflicts too', () => {
    const problems = problemsOf({ port: -1, levl: 'info', timeoutMs: 0, peers: ['a'], tls: { cert: 'c', key: 'k' } })

    assert.deepEqual(
      problems.map((line) => /`(.*?)`/.exec(line)?.[1]),
      ['socket.port', 'socket.levl', 'socket.host', 'socket.timeoutMs', 'socket.tls.key'],
    )
  })

  it('hide the values of secrets, also within an object and in a conflict', () => {
    const problems = problemsOf({ host: 'a', token: 4711, peers: ['a'], tls: { cert: 'c', key: 'hunter2' } })

    assert.deepEqual(problems, [
      'Expected `socket.token` to be a text that is not blank, got a number.',
      'Expected `socket.tls.key` to be absent beside `peers`, got a text of 7 characters.',
    ])
  })

  it('hide a whole object that is marked as secret', () => {
    const secret = check.secret(check.object<{ pin?: number }>({ pin: check.positiveInteger }))

    assert.deepEqual(
      checkValue(secret, { pin: -4711 }, 'pins').map(({ path, got }) => [path, got]),
      [['pins.pin', 'a number']],
    )
  })

  it('hide what may be secret in a URL', () => {
    for (const report of ['ftp://ann:hunter2@host', 'http://host/?token=hunter2', 'http://host/#hunter2']) {
      assert.doesNotMatch(problemsOf({ host: 'a', report }).join(), /hunter2/)
    }
  })

  it('count as not given when they are undefined', () => {
    assert.deepEqual(problemsOf({ host: 'a', port: undefined, level: undefined, name: undefined, place: undefined }), [])
  })

  it('may be valid in every way that their types allow', () => {
    const all = { port: 1, token: 't', mode: false, format: String, tls: { cert: 'c' }, report: 'https://a/b' } as const

    assert.deepEqual(problemsOf({ host: 'a', ...all, level: 'WARN', timeoutMs: 5 }), [])
  })

  it('never make the factory throw anything but a ConfigError, in printable lines', () => {
    const names = fc.constantFrom(
      'host',
      'port',
      'token',
      'mode',
      'format',
      'tls',
      'peers',
      'report',
      'level',
      'retryMinMs',
      'name',
      'place',
    )
    const values = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true })

    fc.assert(
      fc.property(fc.dictionary(fc.oneof(names, fc.string()), values), (options) => {
        for (const line of problemsOf(options))
          assert.match(line, /^Expected `[^\p{Cc}]+` to be [^\p{Cc}]+, got [^\p{Cc}]+[.?]$/u)
      }),
    )
  })
})

describe('an adapter for a writer elsewhere', () => {
  it('is refused options that JSON cannot carry, when `place` asks for the writer', () => {
    assert.deepEqual(problemsOf({ host: 'a', format: () => '', place: 'writer' }), [
      'Expected `socket.format` to be something that JSON can carry, because `place` is `writer`, got a function. A writer elsewhere could not build the adapter again: set `place` to `application`.',
    ])
  })

  it('may have them as long as nobody asks', () => {
    assert.deepEqual(problemsOf({ host: 'a', format: () => '' }), [])
    assert.deepEqual(problemsOf({ host: 'a', format: () => '', place: 'application' }), [])
  })

  for (const [what, value, isCarried] of [
    ['a class instance', new URL('http://a'), false],
    ['a Date', new Date(0), false],
    ['a Map', new Map(), false],
    ['a function deep inside', { a: [{ b: () => 1 }] }, false],
    ['NaN', Number.NaN, false],
    ['a BigInt', 1n, false],
    ['an object that contains itself', loop(), false],
    ['plain data', { a: [1, 'b', null, true, { c: undefined }] }, true],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), true],
  ] as const) {
    it(`can${isCarried ? '' : 'not'} have ${what}`, () => {
      const factory = defineAdapter<AdapterOptions & { data?: unknown }>({
        name: 'any',
        options: { data: check.custom('anything', () => true) },
        create,
      })

      assert.equal(problemsOf({ data: value, place: 'writer' }, factory).length === 0, isCarried)
    })
  }
})

describe('a factory', () => {
  it('hands checked options to `create`, with a name', () => {
    const seen: unknown[] = []
    const factory = defineAdapter<AdapterOptions & { size?: number }>({
      name: 'seen',
      options: { size: check.positiveInteger },
      create: (options) => {
        seen.push(options)
        return { name: options.name, write: () => undefined }
      },
    })

    assert.equal(factory({ size: 1 }).create().name, 'seen')
    assert.equal(factory({ name: 'other' }).create().name, 'other')

    assert.deepEqual(seen, [{ size: 1, name: 'seen' }, { name: 'other' }])
  })

  it('makes a recipe of lane, place and options as they were given', () => {
    const { create: _, ...recipe } = socketAdapter({ host: 'a', level: 'error', place: 'application', name: 'b' })

    assert.deepEqual(recipe, {
      kind: 'recipe',
      name: 'b',
      options: { host: 'a', level: 'error', place: 'application', name: 'b' },
      place: 'application',
      lane: { level: 'error' },
    })
  })

  it('checks options again after the environment', () => {
    const factory = defineAdapter<SocketOptions>({
      ...definition,
      fromEnvironment: (options, read) => ({ ...options, port: Number(read('SOCKET_PORT')) }),
    })

    assert.deepEqual(factory({ host: 'a' }).applyEnvironment?.(() => '7')?.options, { host: 'a', port: 7 })
    assert.throws(() => factory({ host: 'a' }).applyEnvironment?.(() => 'x'), /Expected `socket\.port` to be an integer/)
  })

  it('says what only one adapter may own, from the options', () => {
    const factory = defineAdapter<SocketOptions>({
      ...definition,
      resource: ({ host, port }) => (port === undefined ? port : `socket:${host}:${port}`),
    })

    assert.equal(factory({ host: 'a', port: 7 }).resource, 'socket:a:7')
    assert.equal('resource' in factory({ host: 'a' }), false)
  })
})

describe('the compiler', () => {
  it('refuses a definition whose checks do not fit its options, and a call without what has to be given', () => {
    type One = AdapterOptions & { readonly size?: number; readonly kind?: 'a' | 'b' }
    const size = check.positiveInteger
    const kind = check.oneOf('a', 'b')

    // @ts-expect-error an option without a check
    defineAdapter<One>({ name: 'x', options: { size }, create })
    // @ts-expect-error a check without an option
    defineAdapter<One>({ name: 'x', options: { size, kind, sise: size }, create })
    // @ts-expect-error a check for another type
    defineAdapter<One>({ name: 'x', options: { size: check.text, kind }, create })
    // @ts-expect-error a check that refuses one of the values
    defineAdapter<One>({ name: 'x', options: { size, kind: check.oneOf('a') }, create })
    // @ts-expect-error a check that accepts one more
    defineAdapter<One>({ name: 'x', options: { size, kind: check.oneOf('a', 'b', 'c') }, create })
    // @ts-expect-error a required option whose check lets it be left out
    defineAdapter<SocketOptions>({ ...definition, options: { ...definition.options, host: check.text } })
    // @ts-expect-error a call without the required option
    assert.throws(() => socketAdapter(), ConfigError)
    defineAdapter<One>({ name: 'x', options: { size, kind }, create })()
  })
})

function loop(): object {
  const value: Record<string, unknown> = {}
  value['self'] = value
  return value
}
