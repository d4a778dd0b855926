import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { PLACEHOLDERS, PRESETS, THEMES } from '@holdfast/format'

const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the README', () => {
  test('has every placeholder', () => {
    const [, templates = ''] = page.split('\n## Templates\n')
    const names = new Set(Array.from(templates.matchAll(/`(\w+)`/g), ([, name]) => name))
    const missing = Object.keys(PLACEHOLDERS).filter((name) => !names.has(name.replace(/_loc$/, '')))

    assert.deepEqual(missing, [])
  })

  test('has every preset with its template', () => {
    for (const [name, template] of Object.entries(PRESETS)) {
      assert.match(page, new RegExp(`^\\| \`${name}\` *\\| \`${template.replace(/[{}|.]/g, '\\$&')}\` *\\|$`, 'm'))
    }
  })

  test('has every theme', () => {
    for (const name of Object.keys(THEMES)) assert.match(page, new RegExp(`\`${name}\``))
  })
})
