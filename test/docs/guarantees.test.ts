import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ROWS } from '../crash/rows.js'
import { SUMMARY_PAGES, summaryOf, withSummary } from './guarantee-summary.js'
import { readSource } from './pages.js'

const guarantees = readSource('docs/guarantees.md')

describe('the table of guarantees', () => {
  for (const path of SUMMARY_PAGES) {
    it(`stands in ${path} as it was measured`, () => {
      const page = readSource(path)

      assert.equal(page, withSummary(page, guarantees))
    })
  }

  it('has a row for every logger of the matrix', () => {
    const titles = summaryOf(guarantees)
      .split('\n')
      .slice(2)
      .map((line) => line.split('|')[1]?.trim())

    assert.deepEqual(
      titles,
      ROWS.map(({ title }) => title),
    )
  })

  it('was measured without a broken promise', () => {
    const ours = guarantees.split('\n').filter((line) => line.startsWith('| Holdfast'))

    assert.ok(ours.length >= 4)
    assert.deepEqual(
      ours.filter((line) => line.includes('✘')),
      [],
    )
  })
})
