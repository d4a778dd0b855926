import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCell } from './cell.js'
import { places, runMatrix } from './matrix.js'

const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url))
/** Endings that the spool does not share with mapped files. */
const SPOOL = /^(exit|sigkill-outside|ring-full|with-parent|writer-killed|both-killed)$/

mkdirSync(CACHE, { recursive: true })
const scratch = mkdtempSync(`${CACHE}crash-test-`)
after(() => rmSync(scratch, { recursive: true, force: true }))

test('a writer process over mapped files has each accepted event in the file once, whatever is killed', async () => {
  // the loads take turns: each ending under one of them
  const wanted = places('holdfast-process', '').filter((place, index) => (place.shape.id === 'burst') === (index % 2 === 0))

  const cells = await runMatrix(wanted, { runs: 1, scratch, isPlanted: false, concurrency: 2 }, () => {})

  assert.deepEqual(
    cells.filter(({ breaches }) => breaches.length > 0).map((cell) => [cell.column.title, cell.shape.title, cell.breaches]),
    [],
  )
})

test('a writer process over the spool does, too', async () => {
  const wanted = places('holdfast-spool', '').filter(({ column, shape }) => SPOOL.test(column.id) && shape.id === 'trickle')

  const cells = await runMatrix(wanted, { runs: 1, scratch, isPlanted: false, concurrency: 2 }, () => {})

  assert.deepEqual(
    cells.filter(({ breaches }) => breaches.length > 0).map((cell) => [cell.column.title, cell.breaches]),
    [],
  )
})

test('a writer that acknowledges what it has not written turns its kill red', async () => {
  const place = places('holdfast-process', 'writer-killed').find(({ shape }) => shape.id === 'trickle')
  assert.ok(place)
  const early = { ...place, row: { ...place.row, env: { CRASH_EARLY_CURSOR: '1' } } }

  // a kill before the writer has taken anything costs nothing
  const cell = await runCell(early, { runs: 5, scratch, isPlanted: false })

  assert.match(cell.breaches.join(), /events lost, at most 0 allowed/)
})
