/** The event of every victim, as an application would log it. */
export const MESSAGE = 'request completed successfully'

export type EventFields = {
  readonly n: number
  readonly amount: number
  readonly currency: string
  readonly ok: boolean
}

/** Fields with the number that the oracle looks for. */
export function fields(number: number): EventFields {
  return { n: number, amount: 12.5, currency: 'EUR', ok: true }
}

const WIDE = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`note_${i}`, 'x'.repeat(500)]))

/** The same, so large that a segment holds a few dozen of them. */
export function wideFields(number: number): EventFields {
  return { ...fields(number), ...WIDE }
}
