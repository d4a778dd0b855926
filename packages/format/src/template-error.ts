/** What `TemplateError` says, in parts, for callers that collect problems. */
export interface TemplateProblem {
  /** The option: `template`, `preset`, `theme`, `styles.error`, `timeZone`. */
  readonly path: string
  readonly expected: string
  readonly got: string
  /** The nearest valid name, or what to do. */
  readonly hint?: string
}

/** Thrown by `createFormatter` for a template, preset, theme, style or time zone that cannot be understood. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly code = 'HOLDFAST_TEMPLATE'
  readonly problem: TemplateProblem

  constructor(problem: TemplateProblem) {
    const hint = problem.hint === undefined ? '' : ` ${problem.hint}`
    super(`Expected \`${problem.path}\` to be ${problem.expected}, got ${problem.got}.${hint}`)
    this.problem = problem
  }
}
