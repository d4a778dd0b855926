import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { markdownTable } from '../../bench/report/table.js'
import type { Cell } from '../cell.js'
import { SHAPES } from '../columns.js'
import type { TroubleCell } from '../off-road/run-trouble.js'
import { troubleTable } from '../off-road/trouble-table.js'
import { matrixTable } from './matrix-table.js'

const BEGIN = '<!-- crash-matrix:begin, written by `npm run crash-matrix -- --write` -->'
const END = '<!-- crash-matrix:end -->'
const NEW_PAGE = `# Guarantees\n\n${BEGIN}\n${END}\n`

const TROUBLES_BEGIN = '<!-- off-road:begin, written by `npm run crash-matrix -- --off-road --write` -->'
const TROUBLES_END = '<!-- off-road:end -->'

/** Puts the matrix between the markers of the page, which is made if it is not there. */
export function writeGuarantees(page: URL, cells: readonly Cell[], circumstances: string): void {
  writeBetween(page, BEGIN, END, markdown(cells, circumstances))
}

/** The same for the table of troubles. */
export function writeTroubles(page: URL, cells: readonly TroubleCell[], circumstances: string): void {
  writeBetween(page, TROUBLES_BEGIN, TROUBLES_END, `${circumstances}\n\n${markdownTable(troubleTable(cells))}`)
}

function writeBetween(page: URL, beginMark: string, endMark: string, text: string): void {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : NEW_PAGE
  const [begin, end] = [before.indexOf(beginMark), before.indexOf(endMark)]
  if (begin === -1 || end < begin) throw new Error(`Expected \`${page.pathname}\` to hold \`${beginMark}\` and \`${endMark}\`.`)
  writeFileSync(page, `${before.slice(0, begin + beginMark.length)}\n\n${text}\n\n${before.slice(end)}`)
}

function markdown(cells: readonly Cell[], circumstances: string): string {
  const tables = SHAPES.flatMap((shape) => [`### ${shape.title}`, markdownTable(matrixTable(cells, shape))])
  return [circumstances, LEGEND, ...tables].join('\n\n')
}

/** How to read a cell. */
export const LEGEND =
  'Events lost out of those whose call had returned (Holdfast: had returned `accepted`), the least and the most over all runs. ' +
  '`doubled`, `disordered` and `unparsable` count events and lines over all runs; `torn` counts files that end within a line; ✘ is a broken promise or a run that did not end as it should; – does not apply. ' +
  'In the column `tick of init` the process logs its first tick, of 10 000 or of 50 events, and kills itself in it. ' +
  'In the columns with SIGKILL at any time, and in those from `segment change` to `both killed`, it logs until it is killed at a random moment: on a busy machine (four loops), with events of 8 KiB in a small ring, when a call found no room, beside a lane whose destination is dead, together with the parent whose tree it joined, together with its writer. ' +
  'Where it says `restart` the application is started once more, without logging, and what that recovers is not lost.'
