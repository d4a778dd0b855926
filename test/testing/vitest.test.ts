import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { fencesOf } from '../docs/fences.js'
import { readPage } from '../docs/pages.js'
import { PeerProject } from '../fixtures/peer-project.js'
import { assertAsExpected, ESM, run, type Summary } from './runner.js'

const peers = PeerProject.install({ vitest: '4.1.12' })
const VITEST = `import { afterEach, beforeEach, describe, expect, it } from 'vitest'\n${ESM}`

describe('captureLogs under Vitest', () => {
  const vitest = (test: TestContext, pool: string): Summary | undefined =>
    run(peers, test, 'vitest/vitest.mjs', ['run', '--pool', pool, '--reporter=json'], {
      'a.test.js': VITEST,
      'b.test.js': VITEST,
    })

  for (const pool of ['threads', 'forks', 'vmThreads']) {
    it(`works with the pool ${pool}`, (test) => {
      const summary = vitest(test, pool)
      if (summary === undefined) return

      assertAsExpected(summary, 2)
    })
  }

  it('works with `using`, as docs/testing.md shows', (test) => {
    const files = { 'orders.test.ts': shown('orders.test.ts'), 'vitest.config.ts': shown('vitest.config.ts') }
    const summary = run(peers, test, 'vitest/vitest.mjs', ['run', '--reporter=json'], files)
    if (summary === undefined) return

    assert.deepEqual([summary.numPassedTests, summary.numFailedTests], [1, 0])
  })
})

/** A file that the page shows. */
function shown(name: string): string {
  return fencesOf(readPage('docs/testing.md')).find(({ text }) => text.startsWith(`// ${name}\n`))?.text ?? ''
}
