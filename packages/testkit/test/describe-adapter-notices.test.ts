import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CONTRACT, describeAdapter } from '@holdfast/testkit'
import { FAULTS } from './fixtures/faults.js'

const RUNNER = fileURLToPath(new URL('./fixtures/run-faults.js', import.meta.url))

// the runs of the chapters wait more than they work
describe('describeAdapter', { concurrency: true }, () => {
  for (const [chapter, faults] of FAULTS.entries()) {
    it(`notices each fault of the chapter "${CONTRACT[chapter]?.title}", and by the right rules`, async () => {
      const expected = Object.fromEntries(faults.map(({ name, rules }) => [`adapter contract: ${name}`, [...rules].sort()]))

      const failed = failedRules(await runFaults(chapter))

      assert.deepEqual(failed, expected)
    })
  }

  it('has a broken adapter for every rule', () => {
    const proven = new Set(FAULTS.flat().flatMap(({ rules }) => rules))

    const unproven = CONTRACT.flatMap(({ rules }) => rules).filter(({ title }) => !proven.has(title))

    assert.deepEqual(unproven, [])
  })

  it('refuses to skip a rule that does not exist', () => {
    const skip = { 'MUST be fast': 'it is not' }

    assert.throws(() => describeAdapter({ name: 'x', recipe: () => assert.fail(), readBack: () => [], skip }), /`MUST be fast`/)
  })
})

/** TAP, the one report format that is a standard; a suite that fails makes the exit code 1. */
function runFaults(chapter: number): Promise<string> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return new Promise((resolve) => {
    execFile(process.execPath, ['--test-reporter=tap', RUNNER, String(chapter)], { env, maxBuffer: 64 << 20 }, (_error, stdout) =>
      resolve(stdout),
    )
  })
}

/** Titles of the failed tests, by suite. Suites stand at the margin, chapters one step in, rules two. */
function failedRules(tap: string): Record<string, readonly string[]> {
  const failed: Record<string, readonly string[]> = {}
  let suite = ''
  for (const line of tap.split('\n')) {
    suite = /^# Subtest: (.*)/.exec(line)?.[1] ?? suite
    const title = /^ {8}not ok \d+ - (.*)/.exec(line)?.[1]
    if (title !== undefined) failed[suite] = [...(failed[suite] ?? []), title].sort()
  }
  return failed
}
