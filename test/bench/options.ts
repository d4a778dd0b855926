import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface BenchOptions {
  /** Part of a row's id; all rows without it. */
  readonly filter: string
  readonly isQuick: boolean
  /** Whether the hot spots of our subject are shown; its figures are then too high. */
  readonly isProfiled: boolean
  /** Whether `docs/benchmarks.md` is written. */
  readonly willWrite: boolean
}

/** Reads `[row-filter] [--quick] [--profile] [--write]`. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, profile: { type: 'boolean' }, write: { type: 'boolean' } },
  })
  return {
    filter: positionals[0] ?? '',
    isQuick: values.quick === true,
    isProfiled: values.profile === true,
    willWrite: values.write === true && values.profile !== true,
  }
}
