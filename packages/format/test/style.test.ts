import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFormatter, type FormatterOptions, TemplateError } from '@holdfast/format'
import kleur from 'kleur'
import { makeEvent } from './events.js'

const ESC = '\u001b'

function level(styles: Readonly<Record<string, string>>, options: Partial<FormatterOptions> = {}): string {
  return createFormatter({ template: '{LEVEL}', color: true, styles, ...options })(makeEvent()).replaceAll(ESC, '␛')
}

describe('styles', () => {
  const rows: readonly (readonly [style: string, shown: string])[] = [
    ['bold', '␛[1mINFO␛[22m'],
    ['red', '␛[31mINFO␛[39m'],
    ['Bold  Red', '␛[1m␛[31mINFO␛[39m␛[22m'],
    ['bright_green', '␛[92mINFO␛[39m'],
    ['grey', '␛[90mINFO␛[39m'],
    ['bg_red', '␛[41mINFO␛[49m'],
    ['white on red', '␛[37m␛[41mINFO␛[49m␛[39m'],
    ['on bright_blue', '␛[104mINFO␛[49m'],
    ['#00ffd5', '␛[38;2;0;255;213mINFO␛[39m'],
    ['#0fd', '␛[38;2;0;255;221mINFO␛[39m'],
    ['rgb(0, 255, 213)', '␛[38;2;0;255;213mINFO␛[39m'],
    ['bg_#000000', '␛[48;2;0;0;0mINFO␛[49m'],
    ['bold on #102030', '␛[1m␛[48;2;16;32;48mINFO␛[49m␛[22m'],
    ['none', 'INFO'],
    ['', 'INFO'],
  ]
  for (const [style, shown] of rows) {
    test(`"${style}" gives ${shown}`, () => {
      assert.equal(level({ info: style }), shown)
    })
  }

  test('are found by alias and in any case', () => {
    const format = createFormatter({ template: '{LEVEL}', color: true, styles: { WARN: 'red' } })

    assert.equal(format(makeEvent({ level: 'WARNING', level_value: 30 })), `${ESC}[31mWARNING${ESC}[39m`)
  })

  test('apply to the level and the message', () => {
    const format = createFormatter({ template: '{message}', color: true, styles: { info: 'red' } })

    assert.equal(format(makeEvent()), `${ESC}[31mstarted${ESC}[39m`)
  })

  test('come down to 256 and 16 colours for terminals that have no more', () => {
    assert.equal(level({ info: '#ff8700' }, { colorDepth: 8 }), '␛[38;5;208mINFO␛[39m')
    assert.equal(level({ info: '#808080' }, { colorDepth: 8 }), '␛[38;5;244mINFO␛[39m')
    assert.equal(level({ info: '#ff2020' }, { colorDepth: 4 }), '␛[91mINFO␛[39m')
    assert.equal(level({ info: '#101010' }, { colorDepth: 4 }), '␛[30mINFO␛[39m')
    assert.equal(level({ info: 'on #00aa00' }, { colorDepth: 4 }), '␛[42mINFO␛[49m')
  })

  const wrong: readonly (readonly [styles: Readonly<Record<string, string>>, message: RegExp])[] = [
    [{ info: 'bould' }, /^Expected `styles\.info` to be style words .* got "bould"\. Did you mean `bold`\?$/],
    [{ info: 'rgb(1,2,256)' }, /`styles\.info`/],
    [{ info: '#12' }, /`styles\.info`/],
    [{ inof: 'red' }, /^Expected `styles` to be styles by level.* got `inof`\. Did you mean `info`\?$/],
  ]
  for (const [styles, message] of wrong) {
    test(`refuse ${JSON.stringify(styles)}, also without colour`, () => {
      assert.throws(
        () => createFormatter({ color: false, styles }),
        (error: unknown) => {
          assert.ok(error instanceof TemplateError)
          assert.match(error.message, message)
          return true
        },
      )
    })
  }

  test('refuse an unknown theme with the nearest name', () => {
    assert.throws(
      () => createFormatter({ color: false, theme: 'pastell' as 'pastel' }),
      /got `pastell`\. Did you mean `pastel`\?$/,
    )
  })
})

test('colour does not depend on the switch of kleur, and does not touch it', () => {
  const before = kleur.enabled
  try {
    for (const enabled of [true, false]) {
      kleur.enabled = enabled

      assert.equal(level({ info: 'bold' }), '␛[1mINFO␛[22m')
      assert.equal(level({ info: 'bold' }, { color: false }), 'INFO')
      assert.equal(kleur.enabled, enabled)
    }
  } finally {
    kleur.enabled = before
  }
})
