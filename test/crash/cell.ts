import { breach } from './oracle/breach.js'
import type { Findings } from './oracle/findings.js'
import type { Place } from './place.js'
import { runVictim } from './run-victim.js'

/** One cell of the matrix after its runs. */
export interface Cell extends Place {
  readonly runs: readonly Findings[]
  /** Each run that broke the promise of the row, or did not end as the column says. */
  readonly breaches: readonly string[]
}

export interface CellOptions {
  readonly runs: number
  readonly scratch: string
  readonly isPlanted: boolean
}

/** Runs victims one after the other and holds what they left against the promise of the row. */
export async function runCell(place: Place, options: CellOptions): Promise<Cell> {
  const runs: Findings[] = []
  const breaches: string[] = []
  for (let run = 0; run < options.runs; run++) {
    const { findings, strayEnd } = await runVictim(place, options.scratch, options.isPlanted)
    runs.push(findings)
    if (strayEnd !== undefined) breaches.push(strayEnd)
    const broken = breach(place.row, place.column, place.shape, findings)
    if (broken !== undefined) breaches.push(broken)
  }
  return { ...place, runs, breaches }
}
