const UNIT = 8

/** A full-width position as a word: its low 32 bits, in units of 8 bytes. */
export function positionWord(position: number): number {
  return (position / UNIT) | 0
}

/** The full-width position that a word stands for, nearest to one that is known. */
export function positionNear(known: number, word: number): number {
  return known + ((word - positionWord(known)) | 0) * UNIT
}
