import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CONSOLE_VARIABLES, type ConsoleOptions, consoleAdapter } from '@holdfast/console'
import { ConfigError, makeRuntime } from '@holdfast/core'

function problemOf(options: object): string {
  try {
    consoleAdapter(options as ConsoleOptions)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  throw new Error('Expected a ConfigError, got none.')
}

function fromEnv(env: Readonly<Record<string, string>>, options: ConsoleOptions = {}): ConsoleOptions {
  return consoleAdapter(options).applyEnvironment?.((name) => env[name])?.options as ConsoleOptions
}

describe('options', () => {
  test('are all optional, and the recipe is inert, named and for the application', () => {
    const recipe = consoleAdapter()

    assert.deepEqual([recipe.kind, recipe.name, recipe.place], ['recipe', 'console', 'application'])
    assert.equal(recipe.create().name, 'console')
    assert.equal(consoleAdapter({ name: 'screen' }).create().name, 'screen')
  })

  const wrong: readonly (readonly [options: object, message: string])[] = [
    [
      { formt: 'json' },
      'Expected `console.formt` to be an option of `console`, got an unknown name. Did you mean `console.format`?',
    ],
    [
      { format: 'jsn' },
      'Expected `console.format` to be `auto`, `pretty`, `json` or a function, got `jsn`. Did you mean `json`?',
    ],
    [{ format: 7 }, 'Expected `console.format` to be `auto`, `pretty`, `json` or a function, got `7`.'],
    [
      { stream: 'sdterr' },
      'Expected `console.stream` to be `stderr`, `stdout`, `both`, `none` or an object with `write`, got `sdterr`. Did you mean `stderr`?',
    ],
    [
      { stream: {} },
      'Expected `console.stream` to be `stderr`, `stdout`, `both`, `none` or an object with `write`, got an object.',
    ],
    [
      { preset: 'shrt' },
      'Expected `console.preset` to be `full`, `full_loc`, `short`, `short_loc` or `short_loc_icon`, got `shrt`. Did you mean `short`?',
    ],
    [
      { template: '{mesage}' },
      'Expected `console.template` to be a template with known placeholders, got `{mesage}`. Did you mean `message`?',
    ],
    [{ template: 5 }, 'Expected `console.template` to be a text, got `5`.'],
    [{ theme: 'drak' }, 'Expected `console.theme` to be `classic`, `dark`, `neon` or `pastel`, got `drak`. Did you mean `dark`?'],
    [{ styles: 'red' }, 'Expected `console.styles` to be an object with a style for each level, got `red`.'],
    [{ styles: { info: 3 } }, 'Expected `console.styles.info` to be a text, got `3`.'],
    [{ color: 'yes' }, 'Expected `console.color` to be `auto`, `always`, `never`, `true` or `false`, got `yes`.'],
    [{ level: 'inof' }, 'Expected `console.level` to be a level name, got `inof`. Did you mean `info`?'],
    [{ name: ' ' }, 'Expected `console.name` to be a text that is not blank, got ` `.'],
    [{ batchMaxEvents: 0 }, 'Expected `console.batchMaxEvents` to be a positive integer, got `0`.'],
    [{ timeoutMs: '5' }, 'Expected `console.timeoutMs` to be a positive whole number of milliseconds, got `5`.'],
    [{ whenDown: 'keep' }, 'Expected `console.whenDown` to be `hold` or `drop`, got `keep`.'],
    [
      { place: 'writer', format: () => '' },
      'Expected `console.format` to be something that JSON can carry, because `place` is `writer`, got a function. A writer elsewhere could not build the adapter again: set `place` to `application`.',
    ],
  ]
  for (const [options, message] of wrong) {
    test(`refuse ${JSON.stringify(options)} with the cure`, () => {
      assert.equal(problemOf(options), message)
    })
  }

  test('are refused all at once, not one by one', () => {
    const message = problemOf({ formt: 1, theme: 'x', styles: { inof: 'red', info: 'rde' }, level: 5 })

    assert.deepEqual(
      message.split('\n').map((line) => /`(.*?)`/.exec(line)?.[1]),
      ['console.formt', 'console.theme', 'console.styles.inof', 'console.styles.info', 'console.level'],
    )
  })

  test('that are undefined count as not given', () => {
    const options = { format: undefined, theme: undefined, level: undefined } as unknown as ConsoleOptions

    assert.equal(consoleAdapter(options).name, 'console')
  })

  test('take every spelling of a level', () => {
    for (const level of ['trace', 'WARN', 'fatal', 'off'] as const) assert.equal(consoleAdapter({ level }).lane.level, level)
  })
})

describe('the environment', () => {
  const rows: readonly (readonly [env: Readonly<Record<string, string>>, code: ConsoleOptions, result: ConsoleOptions])[] = [
    [{}, { theme: 'neon' }, { theme: 'neon' }],
    [{ FORMAT: 'JSON' }, { format: () => '' }, { format: 'json' }],
    [{ FORMAT: '  ' }, { format: 'json' }, { format: 'json' }],
    [{ CONSOLE_STREAM: 'stdout' }, {}, { stream: 'stdout' }],
    [{ CONSOLE_LEVEL: 'WARNING' }, { level: 'debug' }, { level: 'WARNING' as never }],
    [{ CONSOLE_FORMAT_PRESET: 'full' }, { template: '{message}' }, { preset: 'full' }],
    [{ CONSOLE_FORMAT_TEMPLATE: '{message}' }, { preset: 'full' }, { preset: 'full', template: '{message}' }],
    [{ CONSOLE_FORMAT_PRESET: 'full', CONSOLE_FORMAT_TEMPLATE: '{message}' }, {}, { preset: 'full', template: '{message}' }],
    [{ CONSOLE_THEME: 'pastel' }, { theme: 'neon' }, { theme: 'pastel' }],
    [
      { CONSOLE_STYLES: ' INFO = bold green , ERROR=rgb(255, 0, 0) on #222' },
      { styles: { info: 'red', debug: 'dim' } },
      { styles: { info: 'bold green', debug: 'dim', error: 'rgb(255, 0, 0) on #222' } },
    ],
    [{ FORCE_COLOR: 'true' }, {}, { color: 'always' }],
    [{ FORCE_COLOR: '0' }, { color: 'never' }, { color: 'never' }],
    [{ NO_COLOR: 'yes' }, { color: true }, { color: 'never' }],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, {}, { color: 'never' }],
  ]
  for (const [env, code, result] of rows) {
    test(`${JSON.stringify(env)} over ${JSON.stringify(code)} gives ${JSON.stringify(result)}`, () => {
      assert.deepEqual(fromEnv(env, code), result)
    })
  }

  const wrong: readonly (readonly [env: Readonly<Record<string, string>>, message: string])[] = [
    [{ FORMAT: 'jsn' }, 'Expected `FORMAT` to be `auto`, `pretty` or `json`, got `jsn`. Did you mean `json`?'],
    [
      { CONSOLE_LEVEL: 'loud' },
      'Expected `CONSOLE_LEVEL` to be a level name, got `loud`. Levels are `trace`, `debug`, `info`, `warning`, `error`, `critical` and `off`.',
    ],
    [
      { CONSOLE_STYLES: 'INFO' },
      'Expected `CONSOLE_STYLES` to be pairs as `INFO=bold green,ERROR=red`, got `INFO`. It was set as `HOLDFAST_CONSOLE_STYLES` or `LOG_CONSOLE_STYLES`.',
    ],
    [
      { NO_COLOR: 'maybe' },
      'Expected `NO_COLOR` to be `1`, `true`, `yes` or `on`, or `0`, `false`, `no` or `off`, got `maybe`. It was set as `HOLDFAST_NO_COLOR` or `LOG_NO_COLOR`.',
    ],
  ]
  for (const [env, message] of wrong) {
    test(`${JSON.stringify(env)} is refused by its name`, () => {
      assert.throws(
        () => fromEnv(env),
        (error) => error instanceof ConfigError && error.message === message,
      )
    })
  }

  test('is refused all at once', () => {
    assert.throws(
      () => fromEnv({ FORMAT: 'x', CONSOLE_THEME: 'y', CONSOLE_STYLES: 'INFO=z' }),
      (error) =>
        error instanceof ConfigError && error.problems.map(({ path }) => path).join() === 'FORMAT,CONSOLE_THEME,CONSOLE_STYLES',
    )
  })

  test('is read by the names that are documented, and by no other', () => {
    const asked: string[] = []

    consoleAdapter().applyEnvironment?.((name) => {
      asked.push(name)
      return undefined
    })

    assert.deepEqual(
      asked.filter((name) => name !== 'PRESET'),
      CONSOLE_VARIABLES.map(({ name }) => name),
    )
  })
})

describe('the preset of the runtime', () => {
  const rows: readonly (readonly [env: Readonly<Record<string, string>>, code: ConsoleOptions, result: ConsoleOptions])[] = [
    [{ PRESET: 'container' }, {}, { format: 'json', stream: 'stdout' }],
    [{ PRESET: 'container' }, { theme: 'neon' }, { theme: 'neon', format: 'json', stream: 'stdout' }],
    [{ PRESET: 'container' }, { stream: 'stderr' }, { stream: 'stderr', format: 'json' }],
    [{ PRESET: 'container' }, { format: 'pretty' }, { format: 'pretty', stream: 'stdout' }],
    [{ PRESET: 'container' }, { template: '{message}' }, { template: '{message}', stream: 'stdout' }],
    [{ PRESET: 'container', FORMAT: 'pretty', CONSOLE_STREAM: 'both' }, {}, { format: 'pretty', stream: 'both' }],
    [{ PRESET: 'container', CONSOLE_FORMAT_PRESET: 'full' }, {}, { preset: 'full', stream: 'stdout' }],
    [{ PRESET: 'development' }, {}, {}],
    [{}, {}, {}],
  ]
  for (const [env, code, result] of rows) {
    test(`${JSON.stringify(env)} makes ${JSON.stringify(result)} of ${JSON.stringify(code)}`, () => {
      assert.deepEqual(fromEnv(env, code), result)
    })
  }

  test('counts for a console that is named in code, also when the preset comes from code', async () => {
    const shown = async (preset: 'container' | 'development'): Promise<string> => {
      const lines: string[] = []
      const terminal = { isTTY: true, write: (text: string) => lines.push(text) }
      const runtime = makeRuntime({ service: 'test', preset, adapters: [consoleAdapter({ stream: terminal, color: false })] })
      runtime.get('app').info('hello')
      await runtime.shutdown()
      return lines.join('')
    }

    assert.equal(JSON.parse(await shown('container')).message, 'hello')
    assert.match(await shown('development'), /INFO .*hello/)
  })
})
