import { type Cell, type CellOptions, runCell } from './cell.js'
import { COLUMNS, type Column, isApplicable, SHAPES } from './columns.js'
import type { Place } from './place.js'
import { ROWS } from './rows.js'

/** Every place of the matrix that the filters let through, in the order of the report. */
export function places(rowFilter: string, columnFilter: string): readonly Place[] {
  const rows = ROWS.filter((row) => row.id.includes(rowFilter))
  const columns = COLUMNS.filter((column) => column.id.includes(columnFilter) && isPossible(column))
  return SHAPES.flatMap((shape) =>
    rows.flatMap((row) => columns.filter((column) => isApplicable(row, column)).map((column) => ({ row, column, shape }))),
  )
}

/** Namespaces need root on Linux. */
function isPossible(column: Column): boolean {
  return column.isInit !== true || (process.platform === 'linux' && process.getuid?.() === 0)
}

/** Runs the cells, a few at a time, and tells of each one that is done. */
export async function runMatrix(
  wanted: readonly Place[],
  options: CellOptions & { readonly concurrency: number },
  onCell: (cell: Cell) => void,
): Promise<readonly Cell[]> {
  const cells: Cell[] = []
  const queue = wanted.entries()
  const work = async (): Promise<void> => {
    for (const [index, place] of queue) {
      const cell = await runCell(place, options)
      cells[index] = cell
      onCell(cell)
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, work))
  return cells
}
