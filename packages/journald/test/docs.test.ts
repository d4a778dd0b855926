import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { AdapterOptions } from '@holdfast/core'
import { JOURNALD_CHECKS } from '../dist/check-options.js'
import { parseEntry } from './parse-entry.js'

const page = readFileSync(new URL('../../../docs/adapters/journald.md', import.meta.url), 'utf8')

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

/** What is marked as code in the first cells of the table below a heading. */
function firstCells(heading: string): readonly string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const [part = ''] = section.split('\n## ')
  const cells = Array.from(part.matchAll(/^\| (`.*?)\|/gm), ([, cell = '']) => cell)
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)`/g), ([, name = '']) => name))
}

describe('the page about journald', () => {
  test('has every option, and no other', () => {
    const options = Object.keys({ ...JOURNALD_CHECKS, ...OF_EVERY_ADAPTER })

    assert.deepEqual([...firstCells('Options')].sort(), options.sort())
  })

  test('has every field of a whole event, and no other', () => {
    const golden = parseEntry(readFileSync(new URL('../test/golden/full.entry', import.meta.url)))
    const ofTheCaller = ['TENANT', 'CHUNK', 'EXTRA_CHUNK', 'RATIO', 'FINAL', 'NOTHING', 'LIST', 'NESTED', 'TWO_WORDS']
    const fields = Object.keys(golden).filter((name) => !ofTheCaller.includes(name))

    assert.deepEqual([...firstCells('What lands where')].sort(), [...fields, 'MESSAGE_ID'].sort())
  })
})
