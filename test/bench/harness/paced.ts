import type { LatencyBench, Percentiles } from '../bench.js'
import { checkLines, type LineReport } from './check-lines.js'
import { findSubject } from './find-subject.js'
import { percentiles } from './percentiles.js'

/** What the process of one paced run tells. */
export interface PacedReport extends LineReport {
  readonly durations: Percentiles
}

/** Calls that do not count: until code is compiled and a ring of 16 MiB has been used once; the first time, each page is a page fault. */
const WARM_UP_CALLS = 150_000
const WARM_UP_PER_TICK = 100
/** Paced calls that do not count. */
const RUN_IN_CALLS = 2000
const US_PER_MS = 1000

/** Times each call of one subject while they come at a steady pace, in a process of its own. */
async function main(benchId: string, name: string, file: string, calls: number): Promise<void> {
  const { bench, subject } = findSubject('latency', benchId, name)
  const contestant = await subject.open(file)
  const { call } = contestant
  for (let index = 0; index < WARM_UP_CALLS; index++) {
    call(index)
    if (index % WARM_UP_PER_TICK === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await contestant.settle?.(WARM_UP_CALLS - 1)
  const durations = await timePaced(bench, (index) => call(WARM_UP_CALLS + index), calls + RUN_IN_CALLS)
  await contestant.settle?.(WARM_UP_CALLS + calls + RUN_IN_CALLS - 1)
  await contestant.close()
  const report: PacedReport = {
    durations: percentiles(durations.subarray(RUN_IN_CALLS)),
    ...checkLines(file, WARM_UP_CALLS + calls + RUN_IN_CALLS, bench.lines, subject.information),
  }
  process.send?.(report, undefined, undefined, () => process.disconnect())
}

/** In microseconds, in the order of the calls. */
function timePaced({ perMs }: LatencyBench, call: (index: number) => unknown, calls: number): Promise<Float64Array> {
  const durations = new Float64Array(calls)
  let index = 0
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      for (const end = Math.min(calls, index + perMs); index < end; index++) {
        const start = performance.now()
        call(index)
        durations[index] = (performance.now() - start) * US_PER_MS
      }
      if (index < calls) return
      clearInterval(timer)
      resolve(durations)
    }, 1)
  })
}

// nothing else may be left that keeps it alive while a logger closes
process.channel?.ref()
const [benchId = '', name = '', file = '', calls = ''] = process.argv.slice(2)
await main(benchId, name, file, Number(calls))
