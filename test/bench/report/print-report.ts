import { textTable } from './table.js'
import { claimTable, subjectTable } from './tables.js'
import type { Answer } from './verdict.js'

/** One answered question for the terminal. */
export function answerText(answer: Answer): string {
  const notes = (answer.bench.notes ?? []).map((note) => `  ${note}\n`).join('')
  return `${answer.bench.question}  [${answer.bench.id}]\n${textTable(subjectTable(answer), '  ')}\n${notes}${hotSpotsText(answer)}`
}

function hotSpotsText({ outcomes }: Answer): string {
  const spots = outcomes.flatMap((outcome) => outcome.hotSpots ?? [])
  return spots.map(({ place, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${place}\n`).join('')
}

/** All gates and goals for the terminal. */
export function claimsText(answers: readonly Answer[]): string {
  return `${textTable(claimTable(answers), '  ')}\n\n${summary(answers)}`
}

/** How many gates and goals are met. */
export function summary(answers: readonly Answer[]): string {
  const verdicts = answers.flatMap((answer) => answer.verdicts)
  const goals = verdicts.filter((verdict) => verdict.meetsGoal !== undefined)
  const met = verdicts.filter((verdict) => verdict.meetsGate).length
  return `${met} of ${verdicts.length} gates and ${goals.filter((verdict) => verdict.meetsGoal).length} of ${goals.length} goals met`
}
