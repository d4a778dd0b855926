import type { LogRecord } from '@holdfast/api'
import type { SelectOptions } from '../options.js'
import { type Row, readRow } from './row.js'
import { type RowTest, rowTest } from './row-test.js'
import { TimeBudget } from './within-time.js'

/** The rows of a dump, and how many records were left out. */
export interface Selection {
  readonly rows: readonly Row[]
  readonly leftOut: number
}

const DEFAULT_PATTERN_TIMEOUT_MS = 2000
/** Rows that are judged in one go: a bounded call costs about 0.2 ms by itself. */
const BATCH = 1024

/**
 * Reads every record once, in their order, before it returns: what arrives later is not in the dump, what a ring overwrites later still is.
 * Only lines are kept; nothing is parsed unless a field has to be looked at, and then not kept.
 *
 * @throws {DumpError} when patterns take too long
 */
export function selectRows(records: Iterable<LogRecord>, options: SelectOptions): Selection {
  const test = rowTest(options)
  const judge = batchJudge(test, options.patternTimeoutMs ?? DEFAULT_PATTERN_TIMEOUT_MS)
  const limit = options.limit ?? Number.POSITIVE_INFINITY
  let rows: Row[] = []
  let batch: Row[] = []
  let seen = 0
  const keep = (): void => {
    for (const row of judge(batch)) rows.push(row)
    batch = []
    if (rows.length > 2 * limit) rows = rows.slice(-limit)
  }
  for (const record of records) {
    seen++
    const row = readRow(record)
    if (!test.isInRange(row)) continue
    if (batch.push(row) === BATCH) keep()
  }
  keep()
  if (rows.length > limit) rows = rows.slice(-limit)
  return { rows, leftOut: seen - rows.length }
}

function batchJudge({ hasFields, hasPatterns }: RowTest, timeoutMs: number): (batch: readonly Row[]) => readonly Row[] {
  if (hasFields === undefined) return (batch) => batch
  if (!hasPatterns) return (batch) => batch.filter(hasFields)
  const budget = new TimeBudget(timeoutMs)
  return (batch) => budget.run(() => batch.filter(hasFields))
}
