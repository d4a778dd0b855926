import type { ColumnId } from '../columns.js'

/** Writes the numbered event; true when the logger says, or by returning implies, that it has it. */
export interface WriteEvent {
  (number: number): boolean
  /** Resolves when a thread or process behind the logger is at work. */
  readonly ready?: Promise<void>
}

/** Opens a logger in the current tick. Some endings want one that is set up for them. */
export type OpenLogger = (file: string, column: ColumnId) => WriteEvent
