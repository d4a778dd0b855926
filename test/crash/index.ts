import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { textTable } from '../bench/report/table.js'
import { describeMachine, describePackages } from '../bench/report/versions.js'
import type { Cell } from './cell.js'
import { SHAPES } from './columns.js'
import { places, runMatrix } from './matrix.js'
import { readOptions } from './options.js'
import { LEGEND, writeGuarantees } from './report/guarantees-page.js'
import { matrixTable } from './report/matrix-table.js'

const REPOSITORY = new URL('../../../', import.meta.url)
const PACKAGES = ['holdfast', 'pino', 'winston', '@logtape/logtape', '@logtape/file']

const options = readOptions(process.argv.slice(2), process.env)
const wanted = places(options.row, options.column)
if (wanted.length === 0)
  throw new RangeError(`Expected a row and a column of the matrix, got \`${options.row}\` \`${options.column}\`.`)
const circumstances = `${describeMachine()}. ${describePackages(PACKAGES)}. ${options.runs} runs of each cell.`
console.log(`${circumstances}\n`)

const cache = fileURLToPath(new URL('.cache/', REPOSITORY))
mkdirSync(cache, { recursive: true })
const scratch = mkdtempSync(`${cache}crash-`)
let done = 0
const progress = (cell: Cell): void => {
  done++
  if (process.stderr.isTTY) process.stderr.write(`\r${done}/${wanted.length} ${cell.row.id} ${cell.column.id}\u001b[K`)
}
try {
  const concurrency = Math.max(1, availableParallelism())
  const cells = await runMatrix(wanted, { ...options, scratch, concurrency }, progress)
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  report(cells)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function report(cells: readonly Cell[]): void {
  for (const shape of SHAPES) console.log(`${shape.title}\n${textTable(matrixTable(cells, shape), '  ')}\n`)
  console.log(`${LEGEND}\n`)
  const broken = cells.filter((cell) => cell.breaches.length > 0)
  for (const { row, column, shape, breaches } of broken) {
    console.log(`✘ ${row.title} | ${column.title} | ${shape.title}: ${[...new Set(breaches)].join('; ')}`)
  }
  if (options.willWrite) writeGuarantees(new URL('docs/guarantees.md', REPOSITORY), cells, circumstances)
  if (broken.some((cell) => cell.row.promise !== undefined)) process.exitCode = 1
}
