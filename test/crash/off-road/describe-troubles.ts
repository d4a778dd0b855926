import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { RowId } from '../rows.js'
import { runTrouble, troublePlaces } from './run-trouble.js'
import { TROUBLES } from './troubles.js'

const CACHE = fileURLToPath(new URL('../../../../.cache/', import.meta.url))

/** Ten starts take their time: a file of their own. */
const SLOW = 'dead-lane-starts'

/** Brings each trouble about once for a row, and holds it to its promise. */
export function describeTroubles(row: RowId, which: 'all but the slow one' | 'the slow one' = 'all but the slow one'): void {
  mkdirSync(CACHE, { recursive: true })
  const scratch = mkdtempSync(`${CACHE}off-road-test-`)
  after(() => rmSync(scratch, { recursive: true, force: true }))
  describe(`accepted events are kept, once, and nothing of others is touched: ${row}`, () => {
    for (const { id, title, rows, needs } of TROUBLES) {
      if (!rows.includes(row) || (id === SLOW) !== (which === 'the slow one')) continue
      it(title, { skip: needs?.() ?? false }, async () => {
        for (const place of troublePlaces(row, id)) {
          const { breaches } = await runTrouble(place, 1, scratch)

          assert.deepEqual(breaches, [])
        }
      })
    }
  })
}
