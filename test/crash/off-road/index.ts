import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { textTable } from '../../bench/report/table.js'
import { describeMachine } from '../../bench/report/versions.js'
import { readOptions } from '../options.js'
import { writeTroubles } from '../report/guarantees-page.js'
import { runTrouble, type TroubleCell, troublePlaces } from './run-trouble.js'
import { cellText, troubleTable } from './trouble-table.js'

const REPOSITORY = new URL('../../../../', import.meta.url)
const CACHE = fileURLToPath(new URL('.cache/', REPOSITORY))

const options = readOptions(process.argv.slice(2), process.env)
const places = troublePlaces(options.row, options.column)
if (places.length === 0) throw new RangeError(`Expected a row and a trouble, got \`${options.row}\` \`${options.column}\`.`)
const circumstances = `${describeMachine()}. ${options.runs} runs of each cell.`
console.log(`${circumstances}\n`)

mkdirSync(CACHE, { recursive: true })
const scratch = mkdtempSync(`${CACHE}off-road-`)
const cells: TroubleCell[] = []
try {
  for (const place of places) {
    const start = performance.now()
    const cell = await runTrouble(place, options.runs, scratch)
    const seconds = ((performance.now() - start) / 1000).toFixed(0)
    cells.push(cell)
    process.stderr.write(
      `${cells.length}/${places.length} ${place.trouble.id} ${place.row.id}: ${cellText(cell)} (${seconds} s)\n`,
    )
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(`${textTable(troubleTable(cells), '  ')}\n`)
const broken = cells.filter(({ breaches }) => breaches.length > 0)
for (const { row, trouble, breaches } of broken)
  console.log(`✘ ${row.title} | ${trouble.title}: ${[...new Set(breaches)].join('; ')}`)
if (options.willWrite) writeTroubles(new URL('docs/guarantees.md', REPOSITORY), cells, circumstances)
if (broken.length > 0) process.exitCode = 1
