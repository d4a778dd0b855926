import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { createFormatter, type FormatterOptions, PRESETS, type PresetName, THEMES, type ThemeName } from '@holdfast/format'
import { EVENTS } from './events.js'

const FOLDER = new URL('../test/golden/', import.meta.url)
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'

const presets = Object.keys(PRESETS) as PresetName[]
const themes = Object.keys(THEMES) as ThemeName[]

for (const preset of presets) {
  test(`the preset ${preset} without colour looks as agreed`, () => {
    compare(`${preset}.txt`, { preset, color: false })
  })

  for (const theme of themes) {
    test(`the preset ${preset} in the theme ${theme} looks as agreed`, () => {
      compare(`${preset}-${theme}.txt`, { preset, theme, color: true })
    })
  }
}

test('colour adds SGR codes and changes nothing else', () => {
  for (const preset of presets) {
    const plain = show({ preset, color: false })

    for (const theme of themes) {
      const colored = show({ preset, theme, color: true })

      assert.notEqual(colored, plain)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR codes are what is looked for
      assert.equal(colored.replace(/\u001b\[[\d;]*m/g, ''), plain)
    }
  }
})

function compare(name: string, options: FormatterOptions): void {
  const text = show(options)
  const file = new URL(name, FOLDER)
  if (isUpdate) {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(file, text)
  }

  assert.equal(text, readFileSync(file, 'utf8'))
}

function show(options: FormatterOptions): string {
  const format = createFormatter({ timeZone: 'Europe/Vienna', ...options })
  return EVENTS.map((event) => `${format(event)}\n`).join('')
}
