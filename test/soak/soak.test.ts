import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { soakFolder } from './layout.js'
import { report } from './report.js'
import { type SoakOutcome, soak } from './soak.js'

const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url))
const SECONDS = 15

/** A short one of what `npm run soak` does for ten minutes. */
async function short(): Promise<SoakOutcome> {
  mkdirSync(CACHE, { recursive: true })
  const path = mkdtempSync(`${CACHE}soak-test-`)
  try {
    return await soak(soakFolder(path), { seconds: SECONDS, producers: 4, keep: undefined, isPlanted: false })
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

describe('a tree whose producers, writer and log server are killed and stopped at random', () => {
  it('has each accepted event in its file once and in order, and with its log server at least once', async () => {
    const outcome = await short()

    assert.deepEqual(report(outcome), [])
    assert.ok(outcome.tolls.writer.killed > 0, 'no writer was killed')
  })
})
