import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROWS, type Row } from '../rows.js'
import { examineFolder, type FolderFindings } from './examine-folder.js'
import { Stage } from './stage.js'
import type { Trouble } from './trouble.js'
import { TROUBLES } from './troubles.js'

/** One row in one trouble. */
export interface TroublePlace {
  readonly row: Row
  readonly trouble: Trouble
}

/** The same after its runs. */
export interface TroubleCell extends TroublePlace {
  readonly runs: readonly FolderFindings[]
  /** What was lost, doubled or touched, and what did not go as it should; nothing when the promise was kept. */
  readonly breaches: readonly string[]
}

/** Every place that the filters let through and that can be had here. */
export function troublePlaces(rowFilter: string, troubleFilter: string): readonly TroublePlace[] {
  const troubles = TROUBLES.filter(({ id, needs }) => id.includes(troubleFilter) && needs?.() === undefined)
  return troubles.flatMap((trouble) =>
    ROWS.filter(({ id }) => trouble.rows.includes(id) && id.includes(rowFilter)).map((row) => ({ row, trouble })),
  )
}

/** Brings the trouble about a few times. */
export async function runTrouble({ row, trouble }: TroublePlace, runs: number, scratch: string): Promise<TroubleCell> {
  const findings: FolderFindings[] = []
  const breaches: string[] = []
  for (let run = 0; run < runs; run++) {
    const folder = mkdtempSync(join(scratch, `${trouble.id}-`))
    const stage = new Stage(row, trouble.id, folder)
    try {
      await trouble.direct(stage)
      const found = examineFolder(stage.logs, join(folder, 'counters'), stage.foreign)
      findings.push(found)
      breaches.push(...stage.strays, ...breachesOf(trouble, found))
    } finally {
      stage.clear()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
  return { row, trouble, runs: findings, breaches }
}

function breachesOf({ mayLose }: Trouble, found: FolderFindings): readonly string[] {
  const { told, lost, doubled, disordered, unparsable, touched } = found
  // a process that failed to start must not look like nothing lost
  if (told === 0) return ['nothing was accepted']
  const counts = { lost: mayLose === true ? 0 : lost, doubled, disordered, unparsable, 'foreign texts touched': touched }
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
}
