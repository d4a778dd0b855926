import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConfigError, makeRuntime } from '@holdfast/core'
import { EVENTLOG_VARIABLES, type EventlogOptions, eventlogAdapter, MissingPiece } from '@holdfast/eventlog'

const HAS_EVENT_LOG = process.platform === 'win32' && 'this system has an Event Log'

function problemsOf(options: unknown): readonly string[] {
  try {
    eventlogAdapter(options as EventlogOptions)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('options', () => {
  it('are all listed in one error when they are wrong, with the nearest name of an unknown one', () => {
    assert.deepEqual(
      problemsOf({ source: 'a\\b', eventIds: { inf: 1, error: 70_000 }, eventTypes: { info: 'warn' }, categroy: 1 }),
      [
        'Expected `eventlog.source` to be a name of at most 255 characters without `\\` and control characters, got `a\\b`.',
        'Expected `eventlog.eventIds.inf` to be an option of `eventlog.eventIds`, got an unknown name. Did you mean `eventlog.eventIds.info`?',
        'Expected `eventlog.eventIds.error` to be an integer from 0 to 65535, got `70000`.',
        'Expected `eventlog.eventTypes.info` to be `information`, `warning` or `error`, got `warn`.',
        'Expected `eventlog.categroy` to be an option of `eventlog`, got an unknown name. Did you mean `eventlog.category`?',
      ],
    )
  })

  it('make a recipe that a writer elsewhere can build, wherever it finds packages', async () => {
    const recipe = eventlogAdapter({ source: 'app', level: 'warning', eventIds: { info: 1 } })
    const exports = (await import(recipe.module ?? '')) as Readonly<Record<string, typeof eventlogAdapter>>

    const rebuilt = exports[recipe.factory ?? '']?.(JSON.parse(JSON.stringify(recipe.options)))

    assert.deepEqual([rebuilt?.options, rebuilt?.place, rebuilt?.lane], [recipe.options, 'writer', { level: 'warning' }])
    assert.match(recipe.module ?? '', /^file:/)
  })
})

describe('a system without an Event Log', { skip: HAS_EVENT_LOG }, () => {
  it('is told when the runtime starts, with the cure', () => {
    assert.throws(
      () => makeRuntime({ adapters: [eventlogAdapter()], diagnosticHook: () => undefined }),
      (error) => error instanceof MissingPiece && error.code === 'UNSUPPORTED_PLATFORM' && /platform: 'skip'/.test(error.cure),
    )
  })

  it('gets nothing with `platform: skip`: every event counts as filtered', async () => {
    const runtime = makeRuntime({ adapters: [eventlogAdapter({ platform: 'skip', level: 'debug' })] })

    runtime.get('app').error('disk full')
    const { emitted, adapters } = await runtime.shutdown()

    assert.deepEqual([emitted, adapters['eventlog']?.filtered, adapters['eventlog']?.delivered], [1, 1, 0])
  })

  it('stays skipped whatever a variable says', () => {
    const recipe = eventlogAdapter({ platform: 'skip' }).applyEnvironment?.((name) =>
      name === 'EVENTLOG_LEVEL' ? 'debug' : undefined,
    )

    assert.equal(recipe?.lane.level, 'off')
  })

  it('has a health that says so, and accepts nothing from those who write to it directly', () => {
    const adapter = eventlogAdapter({ platform: 'skip' }).create()

    assert.deepEqual(adapter.health?.(), { state: 'ok', details: { skipped: true } })
    assert.throws(() => adapter.writeSync?.([]), { code: 'SKIPPED', retryable: false })
  })
})

describe('environment', () => {
  const apply = (options: EventlogOptions, variables: Readonly<Record<string, string>>) =>
    eventlogAdapter(options).applyEnvironment?.((name) => variables[name])

  it('sets source and level, over the code', () => {
    const recipe = apply({ source: 'app', level: 'info' }, { EVENTLOG_SOURCE: 'other', EVENTLOG_LEVEL: 'WARN' })

    assert.deepEqual(recipe?.options, { source: 'other', level: 'warning' })
    assert.equal(recipe?.lane.level, 'warning')
  })

  it('counts as absent when it is empty', () => {
    assert.deepEqual(apply({ source: 'app' }, { EVENTLOG_SOURCE: ' ', EVENTLOG_LEVEL: '' })?.options, { source: 'app' })
  })

  for (const [name, value] of [
    ['EVENTLOG_LEVEL', 'loud'],
    ['EVENTLOG_SOURCE', 'a\\b'],
  ] as const) {
    it(`is refused by its name: ${name}=${value}`, () => {
      assert.throws(() => apply({}, { [name]: value }), new RegExp(`^ConfigError: Expected \`${name}\` to be `))
    })
  }

  it('lists exactly the variables that are read', () => {
    const read: string[] = []
    eventlogAdapter({}).applyEnvironment?.((name) => {
      read.push(name)
      return undefined
    })

    assert.deepEqual(read.sort(), EVENTLOG_VARIABLES.map(({ name }) => name).sort())
  })
})
