import type { Row, RowId } from '../rows.js'
import type { Stage } from './stage.js'
import type { Victim } from './victim.js'

/** Something that a process cannot have, or that is done to its files, and how the matrix brings it about. */
export interface Trouble {
  readonly id: string
  readonly title: string
  /** Rows that can get into it. */
  readonly rows: readonly RowId[]
  /** It destroys memory that held events. What is left must be whole all the same. */
  readonly mayLose?: boolean
  /** Why it cannot be brought about here; nothing where it can. */
  readonly needs?: () => string | undefined
  /** From outside: starts the processes, does to them and their files what has to be done, and ends when they have. */
  direct(stage: Stage): Promise<void>
  /** From inside: what each of the processes does, by its name. */
  readonly scenes: Readonly<Record<string, (victim: Victim) => Promise<void>>>
}

/** Rows of ours whose events are safe when the call returns. */
export const EVERY_ROW: readonly RowId[] = [
  'holdfast-call',
  'holdfast-tick',
  'holdfast-thread',
  'holdfast-process',
  'holdfast-spool',
]
/** Those with a writer process. */
export const PROCESS_ROWS: readonly RowId[] = ['holdfast-process', 'holdfast-spool']

export function isProcess({ writer }: Row): boolean {
  return writer === 'process'
}

export function needsRoot(): string | undefined {
  return process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'needs root on Linux'
}
