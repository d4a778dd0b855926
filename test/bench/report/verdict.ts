import type { Bench, Claim, Figures, Outcome } from '../bench.js'

/** A claim with its measured value. */
export interface Verdict {
  readonly claim: Claim
  readonly value: number
  readonly meetsGate: boolean
  /** `undefined` when the claim has no goal. */
  readonly meetsGoal: boolean | undefined
}

/** A bench with everything that was measured for it. */
export interface Answer {
  readonly bench: Bench
  readonly outcomes: readonly Outcome[]
  readonly verdicts: readonly Verdict[]
}

/** Holds the claims of a bench against what was measured. */
export function judge(bench: Bench, outcomes: readonly Outcome[]): Answer {
  const figures = (subject: string): Figures => outcomes.find((outcome) => outcome.subject === subject)?.figures ?? {}
  const verdicts = bench.claims.map((claim) => {
    const value = claim.measure(figures)
    const meets = (threshold: number): boolean => (claim.better === 'higher' ? value >= threshold : value <= threshold)
    return {
      claim,
      value,
      meetsGate: meets(claim.gate),
      meetsGoal: claim.goal === undefined ? undefined : meets(claim.goal),
    }
  })
  return { bench, outcomes, verdicts }
}
