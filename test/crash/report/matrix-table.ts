import type { Table } from '../../bench/report/table.js'
import type { Cell } from '../cell.js'
import { COLUMNS, type Shape } from '../columns.js'
import type { Findings } from '../oracle/findings.js'
import { ROWS } from '../rows.js'

/** The cells of one shape: loggers down, endings across. */
export function matrixTable(cells: readonly Cell[], shape: Shape): Table {
  const shown = cells.filter((cell) => cell.shape === shape)
  const columns = COLUMNS.filter((column) => shown.some((cell) => cell.column === column))
  const rows = ROWS.filter((row) => shown.some((cell) => cell.row === row))
  return {
    head: ['events lost', ...columns.map((column) => column.title)],
    rows: rows.map((row) => [
      row.title,
      ...columns.map((column) => cellText(shown.find((cell) => cell.row === row && cell.column === column))),
    ]),
  }
}

/** Lost events, the least and the most of all runs, then what else was wrong. */
function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return '–'
  const lost = cell.runs.map((run) => run.lost)
  const [least, most] = [Math.min(...lost), Math.max(...lost)]
  const sum = (count: (run: Findings) => number): number => cell.runs.reduce((total, run) => total + count(run), 0)
  const [doubled, disordered] = [sum((run) => run.doubled), sum((run) => run.disordered)]
  const [unparsable, torn] = [sum((run) => run.unparsable), sum((run) => run.torn)]
  return [
    least === most ? `${most}` : `${least}–${most}`,
    ...(doubled === 0 ? [] : [`${doubled} doubled`]),
    ...(disordered === 0 ? [] : [`${disordered} disordered`]),
    ...(unparsable === 0 ? [] : [`${unparsable} unparsable`]),
    ...(torn === 0 ? [] : [`${torn} torn`]),
    ...(cell.breaches.length === 0 ? [] : ['✘']),
  ].join(' ')
}
