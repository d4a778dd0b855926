import type { Percentiles } from '../bench.js'

/** Of durations in any order, which stay as they are. */
export function percentiles(durations: Float64Array): Percentiles {
  const sorted = durations.slice().sort()
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) }
}

/** The median of each over several runs: one run in which the machine was elsewhere does not count. */
export function medianPercentiles(runs: readonly Percentiles[]): Percentiles {
  const median = (pick: (run: Percentiles) => number): number =>
    runs.map(pick).sort((a, b) => a - b)[runs.length >> 1] ?? Number.NaN
  return {
    p50: median((run) => run.p50),
    p99: median((run) => run.p99),
    p999: median((run) => run.p999),
    max: median((run) => run.max),
  }
}
