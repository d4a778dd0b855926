import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chooseColor, chooseDepth, chooseFormat, createEncoder, type Surroundings } from '../dist/encode.js'
import type { ConsoleOptions } from '../dist/options.js'
import { makeRecords, settingsOf } from './records.js'

const [record] = makeRecords(1)
assert.ok(record !== undefined)
const line = record

function fail(error: unknown): void {
  assert.fail(String(error))
}

describe('the format', () => {
  const custom = (): string => 'custom'
  const rows: readonly (readonly [options: ConsoleOptions, onTTY: unknown, elsewhere: unknown])[] = [
    [{}, 'pretty', 'json'],
    [{ format: 'auto' }, 'pretty', 'json'],
    [{ format: 'auto', preset: 'full' }, 'pretty', 'pretty'],
    [{ format: 'auto', template: '{message}' }, 'pretty', 'pretty'],
    [{ format: 'auto', theme: 'neon', color: 'always' }, 'pretty', 'json'],
    [{ format: 'pretty' }, 'pretty', 'pretty'],
    [{ format: 'json' }, 'json', 'json'],
    [{ format: 'json', preset: 'full', template: '{message}' }, 'json', 'json'],
    [{ format: custom, preset: 'full' }, custom, custom],
  ]
  for (const [options, onTTY, elsewhere] of rows) {
    test(`of ${JSON.stringify(options)} is ${String(onTTY)} on a terminal and ${String(elsewhere)} elsewhere`, () => {
      const settings = settingsOf({ format: 'auto', ...options })

      assert.equal(chooseFormat(settings, true), onTTY)
      assert.equal(chooseFormat(settings, false), elsewhere)
    })
  }
})

describe('colour', () => {
  const rows: readonly (readonly [
    color: 'auto' | 'always' | 'never',
    env: Surroundings['env'],
    onTTY: boolean,
    elsewhere: boolean,
  ])[] = [
    ['auto', {}, true, false],
    ['auto', { NO_COLOR: '1' }, false, false],
    ['auto', { NO_COLOR: '0' }, false, false],
    ['auto', { NO_COLOR: '' }, true, false],
    ['auto', { FORCE_COLOR: '1' }, true, true],
    ['auto', { FORCE_COLOR: '' }, true, false],
    ['auto', { FORCE_COLOR: '0' }, false, false],
    ['auto', { FORCE_COLOR: 'false' }, false, false],
    ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, false, false],
    ['auto', { TERM: 'dumb' }, false, false],
    ['auto', { TERM: 'dumb', FORCE_COLOR: '1' }, true, true],
    ['always', {}, true, true],
    ['always', { NO_COLOR: '1', TERM: 'dumb' }, true, true],
    ['never', { FORCE_COLOR: '1' }, false, false],
  ]
  for (const [color, env, onTTY, elsewhere] of rows) {
    test(`${color} with ${JSON.stringify(env)} is ${onTTY} on a terminal and ${elsewhere} elsewhere`, () => {
      assert.equal(chooseColor(color, { isTTY: true, env }), onTTY)
      assert.equal(chooseColor(color, { isTTY: false, env }), elsewhere)
    })
  }

  const depths: readonly (readonly [env: Surroundings['env'], depth: number])[] = [
    [{}, 4],
    [{ TERM: 'xterm' }, 4],
    [{ TERM: 'xterm-256color' }, 8],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 24],
    [{ COLORTERM: '24bit' }, 24],
    [{ TERM: 'xterm-kitty' }, 24],
    [{ WT_SESSION: 'x' }, 24],
    [{ FORCE_COLOR: '1' }, 4],
    [{ FORCE_COLOR: '2' }, 8],
    [{ FORCE_COLOR: '3' }, 24],
  ]
  for (const [env, depth] of depths) {
    test(`has ${depth} bits with ${JSON.stringify(env)}`, () => {
      assert.equal(chooseDepth(env), depth)
    })
  }

  test('never changes the format', () => {
    for (const isTTY of [true, false]) {
      for (const format of ['auto', 'pretty', 'json'] as const) {
        const [plain, colored] = (['never', 'always'] as const).map((color): string =>
          createEncoder(settingsOf({ format, color }), { isTTY, env: {} }, fail)(line),
        )

        assert.equal(colored?.replaceAll('\u001b', '␛').replace(/␛\[[\d;]*m/g, ''), plain)
      }
    }
  })
})

describe('a line', () => {
  test('is the canonical line and a line end in json', () => {
    assert.equal(createEncoder(settingsOf(), { isTTY: true, env: {} }, fail)(line), `${line.json}\n`)
  })

  test('is what the function returns, ended once', () => {
    for (const text of ['custom', 'custom\n']) {
      const encode = createEncoder(settingsOf({ format: () => text }), { isTTY: true, env: {} }, fail)

      assert.equal(encode(line), 'custom\n')
    }
  })

  const broken: readonly (readonly [what: string, format: () => string])[] = [
    [
      'throws',
      () => {
        throw new Error('oops')
      },
    ],
    ['returns no text', () => undefined as never],
    ['returns a promise', () => Promise.resolve('x') as never],
  ]
  for (const [what, format] of broken) {
    test(`falls back to the canonical line when the function ${what}, and says so`, () => {
      const failures: unknown[] = []
      const encode = createEncoder(settingsOf({ format }), { isTTY: true, env: {} }, (error) => failures.push(error))

      assert.equal(encode(line), `${line.json}\n`)
      assert.equal(failures.length, 1)
    })
  }

  test('is in the theme and styles that were asked for, with the colours that the terminal has', () => {
    const settings = settingsOf({ format: 'pretty', template: '{LEVEL}', styles: { info: '#ff8700' }, color: 'always' })
    const encode = (env: Surroundings['env']): string => createEncoder(settings, { isTTY: true, env }, fail)(line)

    assert.equal(encode({ COLORTERM: 'truecolor' }), '\u001b[38;2;255;135;0mINFO\u001b[39m\n')
    assert.equal(encode({ TERM: 'xterm-256color' }), '\u001b[38;5;208mINFO\u001b[39m\n')
  })
})
