import type { Column, Shape } from '../columns.js'
import type { Row } from '../rows.js'
import type { Findings } from './findings.js'

/** What a tick may lose at most, in bytes of lines. */
const TICK_LOSS_MAX_BYTES = 64 << 10

/** In words, how a run broke what its row promises; `undefined` when it kept it, or promises nothing. */
export function breach(row: Row, column: Column, shape: Shape, found: Findings): string | undefined {
  if (row.promise === undefined) return undefined
  if (found.doubled > 0) return `${found.doubled} events doubled`
  if (found.disordered > 0) return `${found.disordered} events out of order`
  if (found.unparsable > 0) return `${found.unparsable} lines are no JSON`
  if (found.torn > 0 && (!isSudden(row.promise, column) || row.promise === 'every event')) return 'the file ends within a line'
  const allowed = allowedLoss(row.promise, column, shape, found.bytesPerLine)
  return found.lost > allowed ? `${found.lost} events lost, at most ${allowed} allowed` : undefined
}

function allowedLoss(promise: NonNullable<Row['promise']>, column: Column, shape: Shape, bytesPerLine: number): number {
  switch (promise) {
    case 'every event':
    case 'every call':
      return 0
    case 'all but a ring':
      // while a loop hangs, the thread goes on
      return column.end !== 'blocked' && isSudden(promise, column) ? Number.POSITIVE_INFINITY : 0
    case 'every tick':
      return column.isSudden ? Math.min(shape.perTick, eventsIn(TICK_LOSS_MAX_BYTES, bytesPerLine)) : 0
  }
}

/** A signal without a listener gives a thread no time, not even for the rest of a line. */
function isSudden(promise: Row['promise'], column: Column): boolean {
  return column.isSudden || (promise === 'all but a ring' && column.id === 'sigterm')
}

/** A file without lines says nothing about their length; no victim of ours writes a shorter one. */
function eventsIn(bytes: number, bytesPerLine: number): number {
  return Math.ceil(bytes / Math.max(bytesPerLine, 400))
}
