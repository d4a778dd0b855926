import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ConfigError } from '../dist/config/config-error.js'
import { nearest } from '../dist/config/nearest.js'
import { flatten, listOptions, unflatten } from '../dist/config/options.js'
import { resolveConfig } from '../dist/config/resolve-config.js'
import type { RuntimeConfig } from '../dist/config/runtime-config.js'
import { CONFIG_SCHEMA } from '../dist/config/schema.js'
import { VARIABLES } from '../dist/config/variables.js'

const options = listOptions(CONFIG_SCHEMA).filter(({ path }) => path !== 'service')
const anyOption = fc.constantFrom(...options.map(({ path }) => path))
const anyVariable = fc.constantFrom(...VARIABLES.flatMap(({ name, also }) => [name, ...also]))
const quiet = { report: (): void => {}, cwd: '/' }

/** Mostly valid option names with any value: finds more than arbitrary objects, whose names are all unknown. */
const hostileConfig = fc
  .dictionary(
    anyOption,
    fc.oneof(fc.jsonValue(), fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true })),
  )
  .map((values) => unflatten(values))

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '1',
    '0',
    '-1',
    '1e9',
    '1s',
    '8MiB',
    'true',
    'off',
    'a=b',
    'a=b,=c',
    '100:1',
    'SIGTERM',
    'extra.a',
    '__proto__=debug',
    'local',
    'debug',
  ),
)

function resolveOrRefuse(config: unknown, env: Readonly<Record<string, string>>): void {
  try {
    resolveConfig(config as RuntimeConfig, { ...quiet, env })
  } catch (error) {
    assert.ok(error instanceof ConfigError, `expected a ConfigError, got ${String(error)}`)
    assert.ok(error.problems.length > 0)
    for (const { path, expected, got, hint = '' } of error.problems) {
      assert.ok(path !== '' && expected !== '' && got !== '')
      assert.doesNotMatch(path + expected + got + hint, /\p{Cc}/u)
    }
  }
}

/** Whoever writes to it throws a TypeError. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const item of Object.values(value)) deepFreeze(item)
  return Object.freeze(value)
}

describe('any configuration', () => {
  it('resolves or throws a ConfigError, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (config) => resolveOrRefuse(config, {})),
      { numRuns: 300 },
    )
  })

  it('resolves or throws a ConfigError, whatever its options hold', () => {
    fc.assert(
      fc.property(hostileConfig, (config) => resolveOrRefuse(config, {})),
      { numRuns: 500 },
    )
  })

  it('resolves or throws a ConfigError, whatever the environment says', () => {
    const env = fc.dictionary(
      fc.oneof(
        anyVariable,
        fc.string().map((name) => `HOLDFAST_${name}`),
      ),
      hostileText,
    )

    fc.assert(
      fc.property(env, fc.constantFrom('strict', 'lenient', undefined), (variables, mode) =>
        resolveOrRefuse(mode === undefined ? {} : { env: mode }, variables),
      ),
      { numRuns: 500 },
    )
  })

  it('is left as it was', () => {
    fc.assert(
      fc.property(hostileConfig, (config) => {
        resolveOrRefuse(deepFreeze(config), { LOG_LEVELS: 'a=debug', HOLDFAST_SCRUB_KEYS: 'pin' })
      }),
      { numRuns: 100 },
    )
  })

  it('is the same whether its options come one by one or nested', () => {
    const values = fc.dictionary(anyOption, fc.integer()).map((given) => flatten(unflatten(given), CONFIG_SCHEMA))

    fc.assert(fc.property(values, (given) => assert.deepEqual(flatten(unflatten(given), CONFIG_SCHEMA), given)))
  })
})

describe('any typing mistake', () => {
  it('of one letter in a longer name is understood', () => {
    const names = Object.keys(CONFIG_SCHEMA.properties ?? {}).filter((name) => name.length > 6)

    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom('', 'x', 'q'), (name, position, letter) => {
        const at = position % name.length
        const mistaken = name.slice(0, at) + letter + name.slice(at + 1)
        assert.equal(nearest(mistaken, names), name)
      }),
    )
  })

  it('has no suggestion when nothing is near', () => {
    assert.equal(nearest('zebra', ['queue', 'ring', 'scrub']), undefined)
    assert.equal(nearest('x'.repeat(1_000_000), ['queue']), undefined)
  })
})
