import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../dist/config/config-error.js'
import { defineConfig } from '../dist/config/define-config.js'
import { frameBound } from '../dist/config/frame-bound.js'
import { resolveConfig } from '../dist/config/resolve-config.js'
import { LIMIT_DEFAULTS, RING_DEFAULTS } from '../dist/config/settings.js'
import { adapter, messageOf, problemsOf, resolve, themedRecipe } from './fixtures/resolve.js'

const noop = (): undefined => undefined

describe('resolveConfig', () => {
  it('completes an empty configuration with the documented defaults', () => {
    const settings = resolve({})

    assert.equal(settings.environment, 'development')
    assert.equal(settings.level, 20)
    assert.deepEqual(settings.ring, RING_DEFAULTS)
    assert.deepEqual(settings.limits, LIMIT_DEFAULTS)
    assert.equal(settings.queue.worker, 'local')
    assert.equal(settings.queue.commit, 'call')
    assert.equal(settings.rateLimit, undefined)
    assert.equal(settings.scrub === false ? undefined : settings.scrub.replacement, '[REDACTED]')
    assert.deepEqual(settings.lastWords, { signals: ['SIGTERM', 'SIGINT', 'SIGHUP'], exit: true, budgetMs: 2000 })
    assert.deepEqual(settings.adapters, [])
  })

  it('turns level names, aliases and any case into thresholds', () => {
    const { level, levels } = resolve({ level: 'WARN', levels: { 'app.db': 'Trace', app: 'fatal', noise: 'silent' } })

    assert.equal(level, 30)
    assert.deepEqual(levels, { 'app.db': 5, app: 50, noise: 255 })
  })

  it('does not let a logger name reach a prototype', () => {
    const { levels } = resolve(JSON.parse('{"levels":{"__proto__":"debug"}}'))

    assert.deepEqual(Object.entries(levels), [['__proto__', 10]])
    assert.equal(Object.getPrototypeOf(levels), Object.prototype)
  })

  it('keeps functions, adapters and regular expressions as they are', () => {
    const stage = () => null
    const pattern = /order-[0-9]+/g
    const own = adapter('own')

    const settings = resolve({ stages: [stage], adapters: [own], scrub: { patterns: [pattern] }, serializers: { user: noop } })

    assert.equal(settings.stages[0], stage)
    assert.equal(settings.adapters[0], own)
    assert.equal(settings.scrub === false ? undefined : settings.scrub.patterns[0], pattern)
    assert.equal(settings.serializers['user'], noop)
  })

  it('does not move a pattern that was frozen or is in use', () => {
    const pattern = /pin-[0-9]{4}/g
    pattern.lastIndex = 3

    resolve({ scrub: { patterns: [pattern, Object.freeze(/iban/g)] } })

    assert.equal(pattern.lastIndex, 3)
  })

  it('makes the queue smaller when only the ring is', () => {
    assert.equal(resolve({ ring: { maxBytes: 1 << 20 } }).queue.maxBytes, 1 << 20)
  })

  it('exempts error and above from the rate limit unless asked', () => {
    assert.deepEqual(resolve({ rateLimit: { maxEvents: 5, intervalMs: 100 } }).rateLimit, {
      maxEvents: 5,
      intervalMs: 100,
      exempt: 40,
    })
    assert.equal(resolve({ rateLimit: { maxEvents: 5, intervalMs: 100, exempt: 'off' } }).rateLimit?.exempt, 255)
  })

  it('takes `false` for scrubbing and for signals', () => {
    const settings = resolve({ scrub: false, lastWords: { signals: false } })

    assert.equal(settings.scrub, false)
    assert.deepEqual(settings.lastWords.signals, [])
  })

  it('writes per call in this thread when the queue is switched off', () => {
    const { queue } = resolve({ queue: { enabled: false } })

    assert.equal(queue.commit, 'call')
    assert.equal(queue.worker, 'local')
    assert.equal('enabled' in queue, false)
  })

  it('lets explicit values win over the preset', () => {
    assert.equal(resolve({ preset: 'development' }).level, 10)
    assert.equal(resolve({ preset: 'development', level: 'error' }).level, 40)
    assert.equal(resolve({ preset: 'container' }).queue.commit, 'call')
    assert.equal(resolve({ preset: 'container', queue: { commit: 'tick' } }).queue.commit, 'tick')
  })

  it('asks for the default adapters only when none are named, and says which preset is in force', () => {
    const asked: unknown[] = []
    const defaultAdapters = (preset: unknown) => {
      asked.push(preset)
      return [adapter('console')]
    }
    const options = { env: { LOG_PRESET: 'container' }, report: noop, defaultAdapters }

    assert.deepEqual(resolveConfig({ service: 'a', adapters: [] }, options).adapters, [])
    assert.equal(resolveConfig({ service: 'a' }, options).adapters[0]?.name, 'console')
    assert.deepEqual(asked, ['container'])
  })

  it('takes the name in the nearest package.json for the service', () => {
    const cwd = fileURLToPath(new URL('.', import.meta.url))

    assert.equal(resolveConfig({}, { env: {}, report: noop, cwd }).service, '@holdfast/core')
    assert.equal(resolveConfig({}, { env: {}, report: noop, cwd: '/' }).service, 'unknown-service')
  })

  it('resolves its own result to the same settings', () => {
    const first = resolve({ adapters: [adapter('one')] })

    const second = resolve({
      ...first,
      level: 'info',
      levels: {},
      queue: { ...first.queue },
      rateLimit: undefined,
      traceProvider: undefined,
      diagnosticHook: undefined,
    })

    assert.deepEqual(second, first)
  })

  it('runs where code generation from strings is forbidden', () => {
    const module = new URL('../dist/config/resolve-config.js', import.meta.url).href
    const script = `import { resolveConfig } from '${module}'
      const options = { env: { HOLDFAST_LEVEL: 'debug' }, report() {} }
      const { level } = resolveConfig({ service: 'a' }, options)
      try { resolveConfig({ quue: 1 }, options) } catch (error) { console.log(level, error.problems[0].path) }`

    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', script],
      { encoding: 'utf8' },
    )

    assert.equal(stderr, '')
    assert.equal(stdout, '10 quue\n')
  })

  it('returns what defineConfig was given', () => {
    const config = { service: 'a' }

    assert.equal(defineConfig(config), config)
  })
})

describe('compiled validators', () => {
  it('are what the schema says', () => {
    const script = fileURLToPath(new URL('../../../scripts/compile-validators.mjs', import.meta.url))

    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })

    assert.equal(status, 0, stderr)
  })
})

/** A configuration with one mistake, and the whole message that a user sees. */
const MISTAKES: readonly (readonly [config: unknown, message: string])[] = [
  [5, 'Expected `config` to be an object of options, got `5`.'],
  [null, 'Expected `config` to be an object of options, got `null`.'],
  [[], 'Expected `config` to be an object of options, got an array of 0.'],
  [{ quue: {} }, 'Expected `quue` to be an option, got an unknown name. Did you mean `queue`?'],
  [{ zzzzzzz: 1 }, 'Expected `zzzzzzz` to be an option, got an unknown name.'],
  [
    { maxBytes: 1 },
    'Expected `maxBytes` to be an option, got an unknown name. Did you mean `queue.maxBytes` or `ring.maxBytes`?',
  ],
  [
    { queue: { maxEvnts: 1 } },
    'Expected `queue.maxEvnts` to be an option of `queue`, got an unknown name. Did you mean `queue.maxEvents`?',
  ],
  [
    { scrub: { patern: 'hunter2' } },
    'Expected `scrub.patern` to be an option of `scrub`, got an unknown name. Did you mean `scrub.patterns`?',
  ],
  [{ service: '' }, 'Expected `service` to be a text that is not blank, got an empty text.'],
  [{ service: ' \n' }, 'Expected `service` to be a text that is not blank, got ` \\u{a}`.'],
  [{ environment: 7 }, 'Expected `environment` to be a text that is not blank, got `7`.'],
  [{ level: 'inof' }, 'Expected `level` to be a level name, got `inof`. Did you mean `info`?'],
  [
    { level: 30 },
    'Expected `level` to be a level name, got `30`. Levels are `trace`, `debug`, `info`, `warning`, `error`, `critical` and `off`.',
  ],
  [{ levels: { 'app.db': 'wran' } }, 'Expected `levels["app.db"]` to be a level name, got `wran`. Did you mean `warn`?'],
  [
    { levels: { ' ': 'info' } },
    'Expected `levels[" "]` to be set for the name of a logger, got a blank name. Use `level` for all loggers.',
  ],
  [{ levels: 'app=info' }, 'Expected `levels` to be an object of levels by logger name, got `app=info`.'],
  [{ preset: 'prod' }, 'Expected `preset` to be `container` or `development`, got `prod`.'],
  [{ env: true }, 'Expected `env` to be `strict`, `lenient` or `false`, got `true`.'],
  [{ context: { jobId: 5 } }, 'Expected `context.jobId` to be a text or `null`, got `5`.'],
  [{ context: { processIdChain: [1, 'x'] } }, 'Expected `context.processIdChain[1]` to be a process id, got `x`.'],
  [{ queue: null }, 'Expected `queue` to be an object with options of `queue`, got `null`.'],
  [{ queue: { maxEvents: 0 } }, 'Expected `queue.maxEvents` to be a positive integer, got `0`.'],
  [{ queue: { maxEvents: Number.NaN } }, 'Expected `queue.maxEvents` to be a positive integer, got `NaN`.'],
  [{ queue: { maxEvents: Infinity } }, 'Expected `queue.maxEvents` to be a positive integer, got `Infinity`.'],
  [{ queue: { maxEvents: '5' } }, 'Expected `queue.maxEvents` to be a positive integer, got `5`.'],
  [{ queue: { putTimeoutMs: -1 } }, 'Expected `queue.putTimeoutMs` to be a whole number of milliseconds, 0 or more, got `-1`.'],
  [{ queue: { onDrop: 'me' } }, 'Expected `queue.onDrop` to be a function, got `me`.'],
  [
    { queue: { enabled: false, worker: 'thread' } },
    'Expected `queue.worker` to be `local` while `queue.enabled` is `false`, got `thread`. Without the queue the thread that logs writes, once per call.',
  ],
  [
    { queue: { enabled: false, commit: 'tick' } },
    'Expected `queue.commit` to be `call` while `queue.enabled` is `false`, got `tick`. Without the queue the thread that logs writes, once per call.',
  ],
  [{ ring: { segmentBytes: 300_000 } }, 'Expected `ring.segmentBytes` to be a power of two from 8192 to 67108864, got `300000`.'],
  [
    { ring: { segmentBytes: 1 << 24 } },
    'Expected `ring.segmentBytes` to be at most half of `ring.maxBytes`, which is 16777216, got `16777216`. A ring needs at least two segments.',
  ],
  [
    { ring: { maxBytes: 300_000 } },
    'Expected `ring.maxBytes` to be at least 524288, got `300000`. A ring needs at least two segments.',
  ],
  [
    { queue: { maxBytes: 1 << 25 } },
    'Expected `queue.maxBytes` to be at most `ring.maxBytes`, which is 16777216, got `33554432`. Unread events are kept in the ring.',
  ],
  [
    { ring: { segmentBytes: 65_536 } },
    'Expected `ring.segmentBytes` to be at least 262144 for the `limits` in force, got `65536`. An event may fill a quarter of a segment, and the limits allow 64768 bytes.',
  ],
  [
    { limits: { messageMaxChars: 100_000 } },
    'Expected `limits.messageMaxChars` to be at most 4224 while `ring.segmentBytes` is 262144, got `100000`. An event may fill a quarter of a segment, and the limits allow 640192 bytes. Or set `ring.segmentBytes` to 4194304, or more.',
  ],
  [
    { limits: { stackMaxChars: 8_000_000 } },
    'Expected `limits.stackMaxChars` to be at most 17152 while `ring.segmentBytes` is 262144, got `8000000`. An event may fill a quarter of a segment, and the limits allow 8048384 bytes. Or set `ring.segmentBytes` to 33554432 and `ring.maxBytes` to 67108864, or more.',
  ],
  [{ limits: { extraMaxDepth: 65 } }, 'Expected `limits.extraMaxDepth` to be an integer from 1 to 64, got `65`.'],
  [{ scrub: true }, 'Expected `scrub` to be an object with options of `scrub`, or `false`, got a boolean.'],
  [{ scrub: { keys: ['a', 5] } }, 'Expected `scrub.keys[1]` to be a text that is not blank, got a number.'],
  [{ scrub: { keys: 'hunter2' } }, 'Expected `scrub.keys` to be an array of key names, got a text of 7 characters.'],
  [
    { scrub: { paths: ['extra[process.exit(9)]'] } },
    'Expected `scrub.paths[0]` to be steps of the form `.name`, `["a name"]`, `[0]`, `[*]` or `.*`, got a text of 22 characters.',
  ],
  [
    { scrub: { patterns: [/ok/, /(a)\1/] } },
    'Expected `scrub.patterns[1]` to be a pattern that takes linear time: without back-references, and without looking around but for a `(?<=…)` in front, got another one.',
  ],
  [{ scrub: { patterns: ['x'] } }, 'Expected `scrub.patterns[0]` to be a regular expression, got a text of 1 character.'],
  [
    { rateLimit: { maxEvents: 5 } },
    'Expected `rateLimit.intervalMs` to be a positive whole number of milliseconds, got nothing.',
  ],
  [{ rateLimit: 5 }, 'Expected `rateLimit` to be an object with options of `rateLimit`, got `5`.'],
  [{ serializers: { req: 5 } }, 'Expected `serializers.req` to be a function, got `5`.'],
  [{ stages: [noop, {}] }, 'Expected `stages[1]` to be a function, got an object.'],
  [{ stages: noop }, 'Expected `stages` to be an array of functions, got a function.'],
  [{ traceProvider: {} }, 'Expected `traceProvider` to be a function, got an object.'],
  [{ diagnosticHook: 'console' }, 'Expected `diagnosticHook` to be a function, got `console`.'],
  [
    { lastWords: { signals: ['SIGKILL'] } },
    'Expected `lastWords.signals[0]` to be the name of a signal that can be listened to, got `SIGKILL`. No process can do anything on this one.',
  ],
  [
    { lastWords: { signals: ['SIGTREM'] } },
    'Expected `lastWords.signals[0]` to be the name of a signal that can be listened to, got `SIGTREM`. Did you mean `SIGTERM`?',
  ],
  [{ adapters: {} }, 'Expected `adapters` to be an array of adapters, got an object.'],
  [
    { adapters: [() => adapter('a')] },
    'Expected `adapters[0]` to be an adapter, got a function. Call it: `adapters: [consoleAdapter()]`.',
  ],
  [{ adapters: [{ name: 'a' }] }, 'Expected `adapters[0].write` to be a function, got nothing.'],
  [{ adapters: [{ ...adapter('a'), flush: 1 }] }, 'Expected `adapters[0].flush` to be a function, got `1`.'],
  [{ adapters: [{ ...themedRecipe('dark'), create: 1 }] }, 'Expected `adapters[0].create` to be a function, got `1`.'],
  [
    { adapters: [adapter('a'), adapter('a')] },
    'Expected `adapters[1].name` to be a name that no other adapter has, got `a`. Reports and diagnostics go by it: give one of them another `name`.',
  ],
  [
    { adapters: [{ ...themedRecipe('dark'), lane: { level: 'loud' } }] },
    'Expected `adapters[0].level` to be a level name, got `loud`. Levels are `trace`, `debug`, `info`, `warning`, `error`, `critical` and `off`.',
  ],
  [
    { adapters: [{ ...themedRecipe('dark'), lane: { timeoutMs: 0 } }] },
    'Expected `adapters[0].timeoutMs` to be a positive whole number of milliseconds, got `0`.',
  ],
  [
    { adapters: [{ ...themedRecipe('dark'), lane: { retryMinMs: 60_000 } }] },
    'Expected `adapters[0].retryMinMs` to be at most `retryMaxMs`, which is 30000, got `60000`.',
  ],
]

describe('a configuration error', () => {
  for (const [config, message] of MISTAKES) {
    it(`says: ${message}`, () => {
      assert.equal(messageOf(config), message)
    })
  }

  it('lists every problem at once', () => {
    const paths = problemsOf({ level: 'x', queue: { maxEvents: 0, nope: 1 }, limits: { extraMaxKeys: 0 }, stages: 5 }).map(
      ({ path }) => path,
    )

    assert.deepEqual(paths.sort(), ['level', 'limits.extraMaxKeys', 'queue.maxEvents', 'queue.nope', 'stages'])
  })

  it('reports no conflict that only follows from a value that is wrong anyway', () => {
    assert.deepEqual(
      problemsOf({ ring: { segmentBytes: -1 } }).map(({ path }) => path),
      ['ring.segmentBytes'],
    )
  })

  it('never shows a secret, a control character or a long text', () => {
    const message = messageOf({
      scrub: { keys: [''], paths: ['hunter2'], replacement: { secret: 'hunter2' }, secret: 'hunter2' },
      environment: 5,
      preset: `\u001b[31m${'x'.repeat(500)}`,
    })

    assert.doesNotMatch(message, /hunter2/)
    assert.doesNotMatch(message.replaceAll('\n', ''), /\p{Cc}/u)
    assert.ok(message.split('\n').every((line) => line.length < 250))
  })

  it('has a code and the problems as data', () => {
    assert.throws(() => resolve({ level: 'inof' }), {
      code: 'HOLDFAST_CONFIG',
      problems: [{ path: 'level', expected: 'a level name', got: '`inof`', hint: 'Did you mean `info`?' }],
    })
    assert.ok(new ConfigError([]) instanceof Error)
  })
})

describe('the bound of a frame', () => {
  it('leaves room for the default limits in a default segment', () => {
    assert.ok(frameBound(LIMIT_DEFAULTS) <= RING_DEFAULTS.segmentBytes / 4)
  })

  it('accepts exactly what the error says it would', () => {
    assert.equal(resolve({ limits: { messageMaxChars: 4224 } }).limits.messageMaxChars, 4224)
    assert.throws(() => resolve({ limits: { messageMaxChars: 4225 } }), ConfigError)
    assert.ok(resolve({ limits: { messageMaxChars: 100_000 }, ring: { segmentBytes: 4_194_304 } }))
    assert.ok(resolve({ limits: { stackMaxChars: 8_000_000 }, ring: { segmentBytes: 33_554_432, maxBytes: 67_108_864 } }))
  })
})
