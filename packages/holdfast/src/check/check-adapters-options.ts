import type { LevelName } from '@holdfast/api'

/** How `checkAdapters` goes about it. */
export interface CheckAdaptersOptions {
  /** How long each adapter has to take the event, and again to flush and close. @default 5000 */
  readonly timeoutMs?: number
  /** Level of the test event. Higher ones may wake somebody up. @default `info` */
  readonly level?: LevelName
  /** Whether a table is written. @default true */
  readonly print?: boolean
  /** Takes the table. @default it goes to stderr */
  readonly write?: (text: string) => void
}
