/** Writes the numbered event; true when the logger says, or by returning implies, that it has it. */
export type WriteEvent = (number: number) => boolean
