/** Cells of text under headings; the first column is left-aligned, and so is every other that holds words. */
export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Aligned columns for a terminal, two spaces apart. */
export function textTable(table: Table, indent = ''): string {
  const widths = table.head.map((title, column) => Math.max(title.length, ...table.rows.map((row) => (row[column] ?? '').length)))
  const lines = [table.head, ...table.rows].map((row) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, isNumeric(table, column))).join('  '),
  )
  return lines.map((line) => `${indent}${line}`.trimEnd()).join('\n')
}

/** The same as Markdown. */
export function markdownTable(table: Table): string {
  const rule = table.head.map((_, column) => (isNumeric(table, column) ? '---:' : '---'))
  return [table.head, rule, ...table.rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

function isNumeric(table: Table, column: number): boolean {
  return column > 0 && table.rows.every((row) => !/^\p{Letter}/u.test(row[column] ?? ''))
}

function pad(cell: string, width: number, toTheRight: boolean): string {
  return toTheRight ? cell.padStart(width) : cell.padEnd(width)
}
