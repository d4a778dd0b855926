import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { CONSOLE_VARIABLES } from '@holdfast/console'
import type { AdapterOptions } from '@holdfast/core'
import { CONSOLE_CHECKS } from '../dist/check-options.js'

const page = readFileSync(new URL('../../../docs/adapters/console.md', import.meta.url), 'utf8')

/** The compiler sees to it that none is missing. */
const OF_EVERY_ADAPTER: Readonly<Record<keyof AdapterOptions, true>> = {
  name: true,
  place: true,
  level: true,
  batchMaxEvents: true,
  batchMaxBytes: true,
  timeoutMs: true,
  retryMinMs: true,
  retryMaxMs: true,
  whenDown: true,
}

/** The first cells of the table rows below a heading. */
function firstCells(heading: string): readonly string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const [part = ''] = section.split('\n## ')
  return Array.from(part.matchAll(/^\| `(\w+)`/gm), ([, name = '']) => name)
}

describe('the page about the console', () => {
  test('has every option, and no other', () => {
    const options = Object.keys({ ...CONSOLE_CHECKS, ...OF_EVERY_ADAPTER })

    assert.deepEqual([...firstCells('Options')].sort(), options.sort())
  })

  test('has every environment variable in the order in which they apply, and no other', () => {
    assert.deepEqual(
      firstCells('Environment'),
      CONSOLE_VARIABLES.map(({ name }) => name),
    )
  })
})
