/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where: `queue.maxEvents`, `adapters[0].level`, `HOLDFAST_LEVEL`. */
  readonly path: string
  readonly expected: string
  /** What was found, shortened; never a secret's value. */
  readonly got: string
  /** The nearest valid name, or what to do. */
  readonly hint?: string
}

/** Thrown by `init`, `createRuntime` and adapter factories. One error lists every problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'HOLDFAST_CONFIG'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(describe).join('\n'))
    this.problems = problems
  }
}

function describe({ path, expected, got, hint }: ConfigProblem): string {
  return `Expected \`${path}\` to be ${expected}, got ${got}.${hint === undefined ? '' : ` ${hint}`}`
}
