import type { ColumnId } from '../columns.js'

/** Writes the numbered event; true when the logger says, or by returning implies, that it has it. */
export type WriteEvent = (number: number) => boolean

/** Opens a logger in the current tick. Some endings want one that is set up for them. */
export type OpenLogger = (file: string, column: ColumnId) => WriteEvent
