import type { LogRecord } from '@holdfast/api'
import { makeRecord, type RecordOptions } from './make-record.js'

/**
 * Several records of one origin, with `seq` counting up.
 *
 * @param first options of all of them; `seq` is that of the first, and without `time` and `message` each has its own
 * @example `makeRecords(3, { seq: 10 })` makes `record-000010` to `record-000012`
 */
export function makeRecords(count: number, first: RecordOptions = {}): readonly LogRecord[] {
  const from = first.seq ?? 1
  return Array.from({ length: count }, (_, index) => makeRecord({ ...first, seq: from + index }))
}
