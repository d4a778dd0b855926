import type { LogRecord } from '@holdfast/api'
import { type RecordedRing, readRings, records } from '@holdfast/core'
import { type DumpOptions, type DumpResult, dumpRecords } from '@holdfast/dump'

/**
 * Dumps the events that the installed runtime keeps, delivered or not: as text, JSON or a page. A snapshot; what is logged meanwhile is not in
 * it.
 *
 * @example `await dump({ format: 'html_table', path: 'dump.html', level: 'warning' })`
 * @throws when there is no runtime; DumpError for an option that is none
 */
export async function dump(options: DumpOptions = {}): Promise<DumpResult> {
  return dumpRecords(records(), options)
}

/**
 * The flight recorder: dumps what the rings of a run still hold, in the order of their time. Works when every process of it is dead, and changes
 * nothing: what was not delivered is still recovered at the next start.
 *
 * @param path a run directory (`inspect().writer.run`), or one ring file below its `rings`
 * @throws RingRefused when it is none; DumpError for an option that is none
 */
export async function recoverRing(path: string, options: DumpOptions = {}): Promise<DumpResult> {
  return dumpRecords(byTime(readRings(path)), options)
}

/** Always the ring goes on whose next event is the oldest. */
function* byTime(rings: readonly RecordedRing[]): Generator<LogRecord> {
  const heads = rings.map((ring) => ring.records[Symbol.iterator]()).map((rest) => ({ rest, next: rest.next() }))
  for (;;) {
    let first: (typeof heads)[number] | undefined
    for (const head of heads) {
      if (head.next.done === true) continue
      if (first === undefined || head.next.value.time < first.next.value.time) first = head
    }
    if (first === undefined) return
    yield first.next.value
    first.next = first.rest.next()
  }
}
