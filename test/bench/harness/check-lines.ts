import { existsSync, statSync } from 'node:fs'
import type { LineExpectation, RaceSubject } from '../bench.js'
import { CONTEXT, callNumber, LOGGER, MESSAGE } from '../workload.js'
import { readLines } from './read-lines.js'

/** What a file holds, against what was logged. */
export interface LineReport {
  readonly bytesPerLine: number
  /** In words; empty when all is well. */
  readonly faults: readonly string[]
}

/** Parses every line and compares count, numbers and contents with the calls that were made. */
export function checkLines(
  file: string,
  calls: number,
  expected: LineExpectation,
  information: RaceSubject['information'],
): LineReport {
  const seen = new Uint8Array(expected.numbered ? calls : 0)
  const tally = { lines: 0, unparsable: 0, doubled: 0, leaked: 0, poor: 0 }
  for (const line of existsSync(file) ? readLines(file) : []) {
    tally.lines++
    const parsed = parse(line)
    if (parsed === undefined) tally.unparsable++
    else if (expected.numbered) count(seen, tally, callNumber((parsed.extra ?? parsed.properties ?? parsed).amount))
    if (expected.secret !== undefined && line.includes(expected.secret)) tally.leaked++
    if (tally.lines === 1 && information === 'full' && !isComplete(line)) tally.poor++
  }
  const missing = expected.numbered ? seen.reduce((sum, times) => sum + (times === 0 ? 1 : 0), 0) : 0
  const wanted = calls * expected.perCall
  return {
    bytesPerLine: tally.lines === 0 ? 0 : statSync(file).size / tally.lines,
    faults: [
      ...(tally.lines === wanted ? [] : [`${tally.lines} lines for ${wanted} events`]),
      ...(tally.unparsable === 0 ? [] : [`${tally.unparsable} lines are no JSON`]),
      ...(missing === 0 ? [] : [`${missing} numbers are missing`]),
      ...(tally.doubled === 0 ? [] : [`${tally.doubled} numbers are doubled or foreign`]),
      ...(tally.leaked === 0 ? [] : [`${tally.leaked} lines hold the secret`]),
      ...(tally.poor === 0 ? [] : ['a line lacks a part of the context']),
    ],
  }
}

/** Loggers keep user fields at the top, under `extra`, or under `properties`. */
interface Line {
  readonly amount?: unknown
  readonly extra?: Line
  readonly properties?: Line
}

function parse(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function count(seen: Uint8Array, tally: { doubled: number }, number: number | undefined): void {
  if (number === undefined || seen[number] !== 0) tally.doubled++
  else seen[number] = 1
}

function isComplete(line: string): boolean {
  return [MESSAGE, LOGGER, ...Object.values(CONTEXT)]
    .map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))
    .every((text) => line.includes(text) || line.includes(text.replaceAll('.', '","')))
}
