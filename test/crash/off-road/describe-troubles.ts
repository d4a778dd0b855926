import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { RowId } from '../rows.js'
import { runTrouble, troublePlaces } from './run-trouble.js'
import { TROUBLES } from './troubles.js'

const CACHE = fileURLToPath(new URL('../../../../.cache/', import.meta.url))

/** Brings each trouble about once for a row, and holds it to its promise. */
export function describeTroubles(row: RowId): void {
  mkdirSync(CACHE, { recursive: true })
  const scratch = mkdtempSync(`${CACHE}off-road-test-`)
  after(() => rmSync(scratch, { recursive: true, force: true }))
  describe(`accepted events are kept, once, and nothing of others is touched: ${row}`, () => {
    for (const { id, title, rows, needs } of TROUBLES) {
      if (!rows.includes(row)) continue
      it(title, { skip: needs?.() ?? false }, async () => {
        for (const place of troublePlaces(row, id)) {
          const { breaches } = await runTrouble(place, 1, scratch)

          assert.deepEqual(breaches, [])
        }
      })
    }
  })
}
