import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { CONTRACT } from '@holdfast/testkit'

const DOCUMENT = readFileSync(new URL('../../../docs/adapter-contract.md', import.meta.url), 'utf8')
const [RULES = '', REVIEW = ''] = DOCUMENT.split('\n## Review\n')

describe('docs/adapter-contract.md', () => {
  it('has a test for each of its rules, in its order and under its headings', () => {
    const documented = RULES.split(/^## /m)
      .map((chapter) => ({ title: chapter.split('\n', 1)[0], rules: boldRules(chapter) }))
      .filter(({ rules }) => rules.length > 0)

    const tested = CONTRACT.map(({ title, rules }) => ({ title, rules: rules.map((rule) => rule.title) }))

    assert.deepEqual(documented, tested)
  })

  it('marks rules as tested everywhere but under Review', () => {
    assert.deepEqual(RULES.match(/^- (?:MUST|SHOULD).*/gm), null)
    assert.deepEqual(boldRules(REVIEW), [])
    assert.ok((REVIEW.match(/^- (?:MUST|SHOULD) /gm) ?? []).length > 0)
  })
})

function boldRules(text: string): readonly string[] {
  return [...text.matchAll(/^- \*\*((?:MUST|SHOULD) .*?)\.\*\*/gm)].map(([, rule]) => rule ?? '')
}
