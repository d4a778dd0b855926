/** The event of every victim, as an application would log it. */
export const MESSAGE = 'request completed successfully'

/** Fields with the number that the oracle looks for. */
export function fields(number: number): {
  readonly n: number
  readonly amount: number
  readonly currency: string
  readonly ok: boolean
} {
  return { n: number, amount: 12.5, currency: 'EUR', ok: true }
}
