import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { CONSOLE_VARIABLES } from '@holdfast/console'
import { OPTION_NAMES } from '../dist/options.js'

const page = readFileSync(new URL('../../../docs/adapters/console.md', import.meta.url), 'utf8')

/** The first cells of the table rows below a heading. */
function firstCells(heading: string): readonly string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const [part = ''] = section.split('\n## ')
  return Array.from(part.matchAll(/^\| `(\w+)`/gm), ([, name = '']) => name)
}

describe('the page about the console', () => {
  test('has every option, and no other', () => {
    assert.deepEqual([...firstCells('Options')].sort(), [...OPTION_NAMES].sort())
  })

  test('has every environment variable in the order in which they apply, and no other', () => {
    assert.deepEqual(
      firstCells('Environment'),
      CONSOLE_VARIABLES.map(({ name }) => name),
    )
  })
})
