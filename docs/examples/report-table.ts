import type { DeliveryReport } from 'holdfast'

const COLUMNS = ['adapter', 'delivered', 'filtered', 'dropped', 'pending', 'state'] as const

/** Prints a delivery report as a table for people, on stdout. */
export function printReport(report: DeliveryReport, file: { readonly path: string; readonly lines: number }): void {
  const rows = Object.entries(report.adapters).map(([name, adapter]) => [
    name,
    String(adapter.delivered),
    String(adapter.filtered),
    String(Object.values(adapter.dropped).reduce((sum, count) => sum + count, 0)),
    String(adapter.pending),
    adapter.state,
  ])
  const widths = COLUMNS.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  const refused = Object.values(report.refused).reduce((sum, count) => sum + count, 0)
  const lost = Object.values(report.adapters).reduce(
    (sum, { dropped, pending }) => sum + pending + Object.values(dropped).reduce((a, b) => a + b, 0),
    0,
  )
  const out = [
    '',
    'Delivery report',
    `  ${report.calls} calls = ${report.belowLevel} below level + ${refused} refused + ${report.emitted} events`,
    '',
    `  ${line(COLUMNS)}`,
    `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`,
    ...rows.map((row) => `  ${line(row)}`),
    '',
    `  ${lost} lost`,
    `  ${file.path}: ${file.lines} lines, each one JSON`,
    `  look at it: jq -r '[.timestamp, .level, .logger, .message] | @tsv' ${file.path}`,
    '',
  ]
  process.stdout.write(`${out.join('\n')}\n`)
}
