import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface MatrixOptions {
  /** Runs of each cell. */
  readonly runs: number
  /** Part of a row's id; all rows when empty. */
  readonly row: string
  /** Part of a column's id; all columns when empty. */
  readonly column: string
  /** Whether `docs/guarantees.md` is written. */
  readonly willWrite: boolean
  /** Whether the oracle is told of an event that never was, to see the matrix turn red. */
  readonly isPlanted: boolean
}

/** Reads `[--runs N] [--row ID] [--column ID] [--write] [--plant]`; `HOLDFAST_CRASH_PLANT=1` is the same as `--plant`. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): MatrixOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      row: { type: 'string' },
      column: { type: 'string' },
      write: { type: 'boolean' },
      plant: { type: 'boolean' },
    },
  })
  const { HOLDFAST_CRASH_PLANT } = environment
  const runs = Number(values.runs ?? '1')
  if (!Number.isInteger(runs) || runs < 1) {
    throw new RangeError(`Expected \`--runs\` to be a positive integer, got \`${values.runs}\`.`)
  }
  return {
    runs,
    row: values.row ?? '',
    column: values.column ?? '',
    willWrite: values.write === true,
    isPlanted: values.plant === true || HOLDFAST_CRASH_PLANT === '1',
  }
}
