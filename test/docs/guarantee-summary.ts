import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ROOT } from './pages.js'

const BEGIN = '<!-- guarantees:begin, copied from docs/guarantees.md by `node test/.build/docs/guarantee-summary.js` -->'
const END = '<!-- guarantees:end -->'
/** The shape of load, and the columns of its table, that fit a first page. */
const SHAPE = '10 000 events in one tick'
const COLUMNS = [
  'exit()',
  'throw',
  'SIGTERM',
  'SIGKILL any time',
  'heap OOM',
  'blocked, SIGKILL',
  'writer killed',
  'both killed, restart',
  'PID 1, SIGKILL, restart',
]

/** Pages that show a part of the measured table. */
export const SUMMARY_PAGES = ['README.md', 'QUEUE.md'] as const

/** A page with the part of the measured table that it shows, as it has to be. */
export function withSummary(page: string, guarantees: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin === -1 || end < begin) throw new Error(`Expected the page to hold \`${BEGIN}\` and \`${END}\`.`)
  return `${page.slice(0, begin + BEGIN.length)}\n\n${summaryOf(guarantees)}\n\n${page.slice(end)}`
}

/** The rows of all loggers, in the columns of the summary. */
export function summaryOf(guarantees: string): string {
  const [, rest = ''] = guarantees.split(`### ${SHAPE}\n`)
  const [section = ''] = rest.split('\n### ')
  const [head = [], ...others] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  const indexes = [0, ...COLUMNS.map((column) => head.indexOf(column))]
  const missing = COLUMNS.filter((column) => !head.includes(column))
  if (missing.length > 0) throw new Error(`Expected the measured table to have the columns ${missing.join(', ')}.`)
  return alignTable([head, ...others].map((row) => indexes.map((index) => row[index] ?? '')))
}

function alignTable(rows: readonly (readonly string[])[]): string {
  const isRule = (row: readonly string[]): boolean => row.every((cell) => /^:?-+:?$/.test(cell))
  const plain = rows.filter((row) => !isRule(row))
  const widths = (plain[0] ?? []).map((_, column) => Math.max(...plain.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [head = [], ...body] = plain
  return [line(head), rule, ...body.map(line)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const guarantees = readFileSync(`${ROOT}docs/guarantees.md`, 'utf8')
  for (const path of SUMMARY_PAGES) writeFileSync(ROOT + path, withSummary(readFileSync(ROOT + path, 'utf8'), guarantees))
}
