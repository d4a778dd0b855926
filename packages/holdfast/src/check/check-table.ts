import { escapeText } from '@holdfast/console'
import type { AdapterCheck } from './adapter-check.js'

const HEAD = ['adapter', 'reachable', 'accepted', 'latency', 'state'] as const
const GAP = '  '

/** A line for each adapter, and below it what is wrong and what to do. */
export function checkTable(checks: readonly AdapterCheck[]): string {
  if (checks.length === 0) return 'There are no adapters to check.\n'
  const rows = checks.map(({ name, reachable, state, latencyMs }) => [
    escapeText(name),
    state === 'off' ? '-' : yesOrNo(reachable),
    state === 'off' ? '-' : yesOrNo(state === 'accepted'),
    latencyMs === null ? '-' : `${latencyMs.toFixed(1)} ms`,
    state,
  ])
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const toLine = (cells: readonly string[]): string =>
    cells.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join(GAP)
  const indent = ' '.repeat((widths[0] ?? 0) + GAP.length)
  const lines = checks.flatMap((check, index) => [toLine(rows[index] ?? []), ...notes(check).map((note) => indent + note)])
  return `${[toLine(HEAD), ...lines].map((line) => line.trimEnd()).join('\n')}\n`
}

function yesOrNo(is: boolean): string {
  return is ? 'yes' : 'no'
}

/** Numbers are compared by eye: to the right. */
function pad(cell: string, width: number, column: number): string {
  return HEAD[column] === 'latency' ? cell.padStart(width) : cell.padEnd(width)
}

function notes({ error, health, cure, state }: AdapterCheck): readonly string[] {
  const trouble = error === null ? reasonOf(health) : `${error.message} (${error.code})`
  // some errors end with their cure
  const isSaid = cure === null || trouble?.includes(cure) === true
  return [
    ...(state === 'off' ? ['Its level is `off` here: nothing reaches it.'] : []),
    ...(trouble === undefined ? [] : [escapeText(trouble)]),
    ...(isSaid ? [] : [`→ ${escapeText(cure)}`]),
  ]
}

function reasonOf(health: AdapterCheck['health']): string | undefined {
  return health === null || health.state === 'ok' ? undefined : `${health.state}: ${health.reason ?? 'it does not say why'}`
}
