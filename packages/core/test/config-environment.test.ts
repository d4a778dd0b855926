import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { flatten } from '../dist/config/options.js'
import { resolveConfig } from '../dist/config/resolve-config.js'
import { CONFIG_SCHEMA } from '../dist/config/schema.js'
import { VARIABLES } from '../dist/config/variables.js'
import { adapter, messageOf, problemsOf, resolve, resolveLeniently, themedRecipe } from './fixtures/resolve.js'

/** A variable, a good text, the option and what it becomes in the settings. */
const GOOD: readonly (readonly [variable: string, text: string, option: string, value: unknown])[] = [
  ['HOLDFAST_SERVICE', ' encoder ', 'service', 'encoder'],
  ['LOG_ENVIRONMENT', 'prod', 'environment', 'prod'],
  ['HOLDFAST_LEVEL', 'Warn', 'level', 30],
  ['LOG_LEVEL', 'off', 'level', 255],
  ['HOLDFAST_LEVELS', 'app.db=debug, app=info', 'levels', { 'app.db': 10, app: 20 }],
  ['HOLDFAST_PRESET', 'Development', 'level', 10],
  ['LOG_QUEUE_ENABLED', 'no', 'queue.commit', 'call'],
  ['HOLDFAST_QUEUE_WORKER', 'LOCAL', 'queue.worker', 'local'],
  ['HOLDFAST_QUEUE_COMMIT', 'tick', 'queue.commit', 'tick'],
  ['HOLDFAST_QUEUE_MAX_EVENTS', '10', 'queue.maxEvents', 10],
  ['LOG_QUEUE_MAXSIZE', '11', 'queue.maxEvents', 11],
  ['HOLDFAST_QUEUE_MAX_BYTES', '64KiB', 'queue.maxBytes', 65_536],
  ['LOG_QUEUE_FULL_POLICY', 'DROP', 'queue.fullPolicy', 'drop'],
  ['HOLDFAST_QUEUE_PUT_TIMEOUT', '500ms', 'queue.putTimeoutMs', 500],
  ['HOLDFAST_QUEUE_PUT_TIMEOUT', '0', 'queue.putTimeoutMs', 0],
  ['LOG_QUEUE_PUT_TIMEOUT', '0.25', 'queue.putTimeoutMs', 250],
  ['LOG_QUEUE_STOP_TIMEOUT', '2m', 'queue.stopTimeoutMs', 120_000],
  ['HOLDFAST_QUEUE_FAILURE_RESET', '1.5 s', 'queue.failureResetMs', 1500],
  ['HOLDFAST_QUEUE_SPOOL_DIR', '/var/spool/app', 'queue.spoolDir', '/var/spool/app'],
  ['HOLDFAST_QUEUE_SPILL_BYTES', '4GiB', 'queue.spillBytes', 4 * 2 ** 30],
  ['HOLDFAST_RING_MAX_BYTES', '1048576', 'ring.maxBytes', 1_048_576],
  ['LOG_RING_BUFFER_SIZE', '100', 'ring.maxEvents', 100],
  ['HOLDFAST_RING_SEGMENT_BYTES', '512kib', 'ring.segmentBytes', 524_288],
  ['HOLDFAST_SCRUB', 'off', 'scrub', false],
  ['HOLDFAST_SCRUB_KEYS', 'pin, iban,', 'scrub.keys', ['pin', 'iban']],
  ['HOLDFAST_SCRUB_PATHS', 'extra.a, extra["x y"].b', 'scrub.paths', ['extra.a', 'extra["x y"].b']],
  ['HOLDFAST_SCRUB_VALUES', 'off', 'scrub.values', false],
  ['HOLDFAST_SCRUB_REPLACEMENT', '***', 'scrub.replacement', '***'],
  ['LOG_SCRUB_PATTERNS', 'pin=\\d{3,4},card=[0-9, ]+,iban=', 'scrub.keys', ['pin', 'card', 'iban']],
  ['HOLDFAST_LIMITS_MESSAGE_MAX_CHARS', '1000', 'limits.messageMaxChars', 1000],
  ['HOLDFAST_LIMITS_EXTRA_MAX_TOTAL_BYTES', '4KiB', 'limits.extraMaxTotalBytes', 4096],
  ['HOLDFAST_LIMITS_ERROR_MAX_CAUSES', '0', 'limits.errorMaxCauses', 0],
  ['HOLDFAST_RATE_LIMIT', '100/1s', 'rateLimit', { maxEvents: 100, intervalMs: 1000, exempt: 40 }],
  ['LOG_RATE_LIMIT', '5:0.5', 'rateLimit', { maxEvents: 5, intervalMs: 500, exempt: 40 }],
  ['HOLDFAST_RATE_LIMIT', 'off', 'rateLimit', undefined],
  ['HOLDFAST_RATE_LIMIT_EXEMPT', 'info', 'rateLimit', undefined],
  ['HOLDFAST_LAST_WORDS_SIGNALS', 'sigterm,SIGUSR2', 'lastWords.signals', ['SIGTERM', 'SIGUSR2']],
  ['HOLDFAST_LAST_WORDS_SIGNALS', 'off', 'lastWords.signals', []],
  ['HOLDFAST_LAST_WORDS_EXIT', 'no', 'lastWords.exit', false],
  ['HOLDFAST_LAST_WORDS_BUDGET', '10s', 'lastWords.budgetMs', 10_000],
  ['HOLDFAST_JOIN', 'never', 'join', 'never'],
]

/** A variable, a bad text, and the whole message. */
const BAD: readonly (readonly [variable: string, text: string, message: string])[] = [
  ['HOLDFAST_LEVEL', 'inof', 'Expected `HOLDFAST_LEVEL` to be a level name, got `inof`. Did you mean `info`?'],
  [
    'LOG_LEVELS',
    'app.db:debug',
    'Expected `LOG_LEVELS` to be levels by logger name as `app.db=debug,app=info`, got `app.db:debug`.',
  ],
  [
    'LOG_LEVELS',
    'app.db=loud',
    'Expected `LOG_LEVELS["app.db"]` to be a level name, got `loud`. Levels are `trace`, `debug`, `info`, `warning`, `error`, `critical` and `off`.',
  ],
  ['HOLDFAST_PRESET', 'prod', 'Expected `HOLDFAST_PRESET` to be `container` or `development`, got `prod`.'],
  [
    'LOG_QUEUE_ENABLED',
    'maybe',
    'Expected `LOG_QUEUE_ENABLED` to be `1`, `true`, `yes` or `on`, or `0`, `false`, `no` or `off`, got `maybe`.',
  ],
  ['LOG_QUEUE_MAXSIZE', 'many', 'Expected `LOG_QUEUE_MAXSIZE` to be a positive integer, got `many`.'],
  ['LOG_QUEUE_MAXSIZE', '-5', 'Expected `LOG_QUEUE_MAXSIZE` to be a positive integer, got `-5`.'],
  ['HOLDFAST_RING_MAX_BYTES', '8MB', 'Expected `HOLDFAST_RING_MAX_BYTES` to be bytes as `65536`, `64KiB` or `8MiB`, got `8MB`.'],
  [
    'HOLDFAST_QUEUE_PUT_TIMEOUT',
    'soon',
    'Expected `HOLDFAST_QUEUE_PUT_TIMEOUT` to be a duration as `500ms`, `1.5s`, `2m`, or a number of seconds, got `soon`.',
  ],
  [
    'LOG_QUEUE_PUT_TIMEOUT',
    '0',
    'Expected `LOG_QUEUE_PUT_TIMEOUT` to be a duration above 0, got `0`. No call waits for ever here; `HOLDFAST_` names take 0 for "never wait".',
  ],
  [
    'LOG_QUEUE_STOP_TIMEOUT',
    '-1',
    'Expected `LOG_QUEUE_STOP_TIMEOUT` to be a duration above 0, got `-1`. No call waits for ever here; `HOLDFAST_` names take 0 for "never wait".',
  ],
  [
    'LOG_RATE_LIMIT',
    '100',
    'Expected `LOG_RATE_LIMIT` to be events per duration as `100/1s`, `100:1` (seconds), or `off`, got `100`.',
  ],
  [
    'LOG_RATE_LIMIT',
    '0:1',
    'Expected `LOG_RATE_LIMIT` to be events per duration as `100/1s`, `100:1` (seconds), or `off`, got `0:1`.',
  ],
  [
    'HOLDFAST_LAST_WORDS_SIGNALS',
    'SIGSTOP',
    'Expected `HOLDFAST_LAST_WORDS_SIGNALS[0]` to be the name of a signal that can be listened to, got `SIGSTOP`. No process can do anything on this one.',
  ],
  [
    'HOLDFAST_SCRUB_PATHS',
    'password',
    'Expected `HOLDFAST_SCRUB_PATHS[0]` to be a path that begins with `extra`, `error`, `context` or `message`, got a text of 8 characters.',
  ],
  [
    'LOG_SCRUB_PATTERNS',
    'hunter2',
    'Expected `LOG_SCRUB_PATTERNS` to be `field=pattern` pairs with commas between them, got a text of 7 characters. To replace fields by name, use `HOLDFAST_SCRUB_KEYS`, as in `pin,iban`.',
  ],
  [
    'HOLDFAST_SCRUB_PATTERNS',
    'x',
    'Expected `HOLDFAST_SCRUB_PATTERNS` to be a variable of Holdfast or of an adapter in use, got an unknown name. Regular expressions can only be set in code, by `scrub.patterns`; `HOLDFAST_SCRUB_KEYS` takes key names.',
  ],
  [
    'HOLDFAST_LEVLE',
    'debug',
    'Expected `HOLDFAST_LEVLE` to be a variable of Holdfast or of an adapter in use, got an unknown name. Did you mean `HOLDFAST_LEVEL`?',
  ],
  [
    'HOLDFAST_QUEUE_MAXSIZE',
    '5',
    'Expected `HOLDFAST_QUEUE_MAXSIZE` to be a variable of Holdfast or of an adapter in use, got an unknown name. Did you mean `HOLDFAST_QUEUE_MAX_EVENTS`?',
  ],
  [
    'HOLDFAST_ENV',
    'prod',
    'Expected `HOLDFAST_ENV` to be a variable of Holdfast or of an adapter in use, got an unknown name. Use `HOLDFAST_ENVIRONMENT`; the option `env` can only be set in code.',
  ],
]

describe('a variable', () => {
  for (const [variable, text, option, value] of GOOD) {
    it(`sets ${option} by ${variable}=${text}`, () => {
      const settings = resolve({}, { [variable]: text })

      const values = { ...settings, ...flatten(settings, CONFIG_SCHEMA) } as Record<string, unknown>
      assert.deepEqual(values[option], value)
    })
  }

  for (const [variable, text, message] of BAD) {
    it(`with a bad value says: ${message}`, () => {
      assert.equal(messageOf({}, { [variable]: text }), message)
    })
  }

  it('counts as not set when it is empty or blank', () => {
    const env = Object.fromEntries(VARIABLES.flatMap(({ name, also }) => [name, ...also]).map((name) => [name, ' ']))

    assert.deepEqual(resolve({}, { ...env, HOLDFAST_SERVICE: 'test' }), resolve({}))
  })

  it('is not read with `env: false`', () => {
    const settings = resolveConfig(
      { service: 'a', env: false },
      { env: { HOLDFAST_LEVEL: 'nonsense', HOLDFAST_X: '1' }, report: () => {} },
    )

    assert.equal(settings.level, 20)
  })
})

describe('precedence', () => {
  it('is HOLDFAST_, then LOG_, then code, then the default', () => {
    const HOLDFAST_QUEUE_MAX_EVENTS = '1'
    const LOG_QUEUE_MAXSIZE = '2'
    const config = { queue: { maxEvents: 3 } }

    assert.equal(resolve(config, { HOLDFAST_QUEUE_MAX_EVENTS, LOG_QUEUE_MAXSIZE }).queue.maxEvents, 1)
    assert.equal(resolve(config, { LOG_QUEUE_MAXSIZE }).queue.maxEvents, 2)
    assert.equal(resolve(config).queue.maxEvents, 3)
    assert.equal(resolve({}).queue.maxEvents, 2048)
  })

  it('puts OTEL_SERVICE_NAME and NODE_ENV after code', () => {
    const env = { OTEL_SERVICE_NAME: 'otel', NODE_ENV: 'production' }
    const options = { env, report: () => {} }

    const found = resolveConfig({}, options)
    const given = resolveConfig({ service: 'own', environment: 'stage' }, options)

    assert.deepEqual([found.service, found.environment], ['otel', 'production'])
    assert.deepEqual([given.service, given.environment], ['own', 'stage'])
  })

  it('merges levels name by name', () => {
    const { levels } = resolve({ levels: { app: 'info', db: 'error' } }, { LOG_LEVELS: 'app=trace' })

    assert.deepEqual(levels, { app: 5, db: 40 })
  })

  it('adds scrub keys and paths to those of the code', () => {
    const env = { HOLDFAST_SCRUB_KEYS: 'b', LOG_SCRUB_PATTERNS: 'c=.+', HOLDFAST_SCRUB_PATHS: 'extra.q' }

    const { scrub } = resolve({ scrub: { keys: ['a'], paths: ['extra.p'] } }, env)

    assert.ok(scrub !== false)
    assert.deepEqual(scrub.keys, ['a', 'b', 'c'])
    assert.deepEqual(scrub.paths, ['extra.p', 'extra.q'])
  })

  it('lets a variable of scrubbing switch it on again', () => {
    assert.notEqual(resolve({ scrub: false }, { HOLDFAST_SCRUB: 'on' }).scrub, false)
    assert.notEqual(resolve({ scrub: false }, { HOLDFAST_SCRUB_KEYS: 'pin' }).scrub, false)
    assert.equal(resolve({ scrub: { keys: ['a'] } }, { HOLDFAST_SCRUB: 'off' }).scrub, false)
  })

  it('refuses variables of scrubbing that contradict each other', () => {
    assert.equal(
      messageOf({}, { HOLDFAST_SCRUB: 'off', HOLDFAST_SCRUB_KEYS: 'pin' }),
      'Expected `HOLDFAST_SCRUB` to be `on` while `HOLDFAST_SCRUB_KEYS` is set, got `off`. Unset one of the two.',
    )
  })

  it('takes a rate limit of the code away by `off`', () => {
    assert.equal(resolve({ rateLimit: { maxEvents: 1, intervalMs: 1 } }, { LOG_RATE_LIMIT: 'off' }).rateLimit, undefined)
  })

  it('lets an operator switch the queue off whatever the code says about its commit', () => {
    assert.equal(resolve({ queue: { commit: 'tick' } }, { LOG_QUEUE_ENABLED: 'off' }).queue.commit, 'call')
  })

  it('tells that a commit of the environment has no effect while the code switches the queue off', () => {
    assert.deepEqual(
      problemsOf({ queue: { enabled: false } }, { HOLDFAST_QUEUE_COMMIT: 'tick' }).map(({ path }) => path),
      ['HOLDFAST_QUEUE_COMMIT'],
    )
  })

  it('names the variables in a conflict', () => {
    assert.equal(
      messageOf({ queue: { maxBytes: 1 << 21 } }, { HOLDFAST_RING_MAX_BYTES: '1MiB' }),
      'Expected `queue.maxBytes` to be at most `HOLDFAST_RING_MAX_BYTES`, which is 1048576, got `2097152`. Unread events are kept in the ring.',
    )
  })
})

describe('lenient variables', () => {
  it('keep what the code says, and tell', () => {
    const { settings, reported } = resolveLeniently({ level: 'error' }, { HOLDFAST_LEVEL: 'loud', LOG_QUEUE_MAXSIZE: 'x' })

    assert.equal(settings.level, 40)
    assert.equal(settings.queue.maxEvents, 2048)
    assert.deepEqual(reported, [
      { path: 'HOLDFAST_LEVEL', expected: 'a level name', got: '`loud`', kept: '`error`' },
      { path: 'LOG_QUEUE_MAXSIZE', expected: 'a positive integer', got: '`x`', kept: 'the default' },
    ])
  })

  it('are ignored when they contradict the code', () => {
    const { settings, reported } = resolveLeniently({ queue: { maxBytes: 1 << 21 } }, { HOLDFAST_RING_MAX_BYTES: '1MiB' })

    assert.equal(settings.ring.maxBytes, 16 << 20)
    assert.equal(reported.length, 1)
  })

  it('may be unknown', () => {
    assert.equal(resolveLeniently({}, { HOLDFAST_LEVLE: 'debug' }).reported[0]?.path, 'HOLDFAST_LEVLE')
  })

  it('stay strict about scrubbing', () => {
    for (const name of ['HOLDFAST_SCRUB_PATHS', 'LOG_SCRUB_PATTERNS', 'HOLDFAST_SCRUB_VALUES', 'HOLDFAST_SCRUB_KYES']) {
      assert.equal(problemsOf({ env: 'lenient' }, { [name]: 'maybe' })[0]?.path.split('[')[0], name)
    }
  })

  it('do not excuse the code', () => {
    assert.deepEqual(
      problemsOf({ env: 'lenient', level: 'loud' }, {}).map(({ path }) => path),
      ['level'],
    )
  })

  it('keep the options of an adapter', () => {
    const { settings, reported } = resolveLeniently({ adapters: [themedRecipe('dark')] }, { LOG_CONSOLE_THEME: 'ugly' })

    assert.deepEqual(settings.adapters[0], { ...settings.adapters[0], options: { theme: 'dark' } })
    assert.equal(reported[0]?.path, 'LOG_CONSOLE_THEME')
  })
})

describe('unknown names', () => {
  it('never fail when they begin with LOG_', () => {
    assert.ok(resolve({}, { LOG_LEVLE: 'x', LOG_DIR: '/tmp', LOG_RING_BUFFER_ENABLED: 'maybe' }))
  })

  it('have no hint when nothing is near', () => {
    assert.equal(problemsOf({}, { HOLDFAST_QUEUE_FOO: '1' })[0]?.hint, undefined)
  })

  it('are fine when Holdfast sets them for its children', () => {
    assert.ok(resolve({}, { HOLDFAST_TREE_RUN: '/run' }))
  })

  it('of an adapter are ignored when no such adapter is in use', () => {
    assert.ok(
      resolve(
        { adapters: [adapter('plain')] },
        { HOLDFAST_CONSOLE_THEME: 'ugly', HOLDFAST_FORMAT: 'json', HOLDFAST_FILE_DIR: 'x' },
      ),
    )
  })

  it('of an adapter are errors when one is in use', () => {
    assert.equal(
      messageOf({ adapters: [themedRecipe('dark')] }, { HOLDFAST_CONSOLE_TEME: 'neon' }),
      'Expected `HOLDFAST_CONSOLE_TEME` to be a variable of Holdfast or of an adapter in use, got an unknown name. Did you mean `HOLDFAST_CONSOLE_THEME`?',
    )
  })
})

describe('variables of adapters', () => {
  it('reach a recipe by either prefix, HOLDFAST_ first', () => {
    const themeOf = (env: Readonly<Record<string, string>>): unknown => {
      const [recipe] = resolve({ adapters: [themedRecipe('dark')] }, env).adapters
      return recipe !== undefined && 'options' in recipe ? recipe.options : undefined
    }

    assert.deepEqual(themeOf({}), { theme: 'dark' })
    assert.deepEqual(themeOf({ LOG_CONSOLE_THEME: 'neon' }), { theme: 'neon' })
    assert.deepEqual(themeOf({ LOG_CONSOLE_THEME: 'neon', HOLDFAST_CONSOLE_THEME: 'classic' }), { theme: 'classic' })
  })

  it('are part of the one error', () => {
    assert.equal(
      messageOf({ adapters: [themedRecipe('dark')] }, { HOLDFAST_LEVEL: 'inof', LOG_CONSOLE_THEME: 'ugly' }),
      'Expected `HOLDFAST_LEVEL` to be a level name, got `inof`. Did you mean `info`?\nExpected `LOG_CONSOLE_THEME` to be `dark` or `neon`, got `ugly`.',
    )
  })

  it('let a recipe ask for the preset in force', () => {
    const presets: unknown[] = []
    const recipe = {
      ...themedRecipe('dark'),
      applyEnvironment: (read: (name: string) => string | undefined) => {
        presets.push(read('PRESET'))
        return themedRecipe('dark')
      },
    }

    resolve({ adapters: [recipe], preset: 'container' })
    resolve({ adapters: [recipe], preset: 'container', env: false, service: 'a' })
    resolve({ adapters: [recipe] }, { LOG_PRESET: 'development' })

    assert.deepEqual(presets, ['container', 'container', 'development'])
  })

  it('that make a recipe throw anything else are told as its problem', () => {
    const recipe = {
      ...themedRecipe('dark'),
      applyEnvironment: () => {
        throw new TypeError('boom')
      },
    }

    assert.equal(
      messageOf({ adapters: [recipe] }),
      'Expected `adapters[0]` to be a recipe that accepts the environment, got the error `boom`.',
    )
  })
})
