import type { Table } from '../../bench/report/table.js'
import { ROWS } from '../rows.js'
import type { TroubleCell } from './run-trouble.js'
import { TROUBLES } from './troubles.js'

/** Troubles down, loggers across: events lost of those that were accepted, and what else was wrong. */
export function troubleTable(cells: readonly TroubleCell[]): Table {
  const rows = ROWS.filter((row) => cells.some((cell) => cell.row === row))
  const troubles = TROUBLES.filter((trouble) => cells.some((cell) => cell.trouble === trouble))
  return {
    head: ['lost of accepted', ...rows.map(({ title }) => title.replace('Holdfast ', ''))],
    rows: troubles.map((trouble) => [
      trouble.title,
      ...rows.map((row) => cellText(cells.find((cell) => cell.row === row && cell.trouble === trouble))),
    ]),
  }
}

/** `0 of 4000`, and what else was wrong. */
export function cellText(cell: TroubleCell | undefined): string {
  if (cell === undefined) return '–'
  const sum = (key: 'told' | 'lost' | 'doubled' | 'disordered' | 'unparsable' | 'touched'): number =>
    cell.runs.reduce((total, run) => total + run[key], 0)
  const others = (['doubled', 'disordered', 'unparsable', 'touched'] as const).filter((key) => sum(key) > 0)
  return [
    `${sum('lost')} of ${sum('told')}`,
    ...others.map((key) => `${sum(key)} ${key}`),
    ...(cell.breaches.length === 0 ? [] : ['✘']),
  ].join(', ')
}
