import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LatencyBench, Outcome, Percentiles, RaceSubject } from '../bench.js'
import type { Pace } from './pace.js'
import type { PacedReport } from './paced.js'
import { medianPercentiles } from './percentiles.js'
import { plainEnvironment } from './plain-environment.js'

const PACED = fileURLToPath(new URL('./paced.js', import.meta.url))
const RUN_TIMEOUT_MS = 120_000

interface Runs {
  readonly quiet: PacedReport[]
  readonly loaded: PacedReport[]
}

/**
 * Lets the subjects of a bench run one after the other, again and again, first alone and then beside busy loops.
 * The figures are medians over the runs.
 */
export async function latency(bench: LatencyBench, pace: Pace, scratch: string): Promise<readonly Outcome[]> {
  const runs = new Map<RaceSubject, Runs>(bench.subjects.map((subject) => [subject, { quiet: [], loaded: [] }]))
  for (const condition of ['quiet', 'loaded'] as const) {
    const loops = condition === 'quiet' ? [] : Array.from({ length: bench.busyLoops }, busyLoop)
    try {
      for (let run = 0; run < pace.pacedRuns; run++)
        for (const [subject, reports] of runs) reports[condition].push(await pacedRun(bench, subject, pace, scratch))
    } finally {
      for (const loop of loops) loop.kill('SIGKILL')
    }
  }
  return [...runs].map(([subject, { quiet, loaded }]) => ({
    subject: subject.name,
    figures: { quiet: median(quiet), loaded: median(loaded), bytesPerLine: quiet[0]?.bytesPerLine ?? Number.NaN },
    faults: [...new Set([...quiet, ...loaded].flatMap(({ faults }) => faults))],
  }))
}

async function pacedRun(bench: LatencyBench, { name }: RaceSubject, pace: Pace, scratch: string): Promise<PacedReport> {
  const file = join(scratch, `${bench.id}.log`)
  const child = fork(PACED, [bench.id, name, file, String(pace.pacedCalls)], { env: plainEnvironment() })
  const signal = AbortSignal.timeout(RUN_TIMEOUT_MS)
  try {
    const ended = once(child, 'exit', { signal }).then(([code, signalName]) => {
      throw new Error(`Expected \`${name}\` to report, got its end with \`${signalName ?? code}\`.`)
    })
    ended.catch(() => undefined)
    const [report] = (await Promise.race([once(child, 'message', { signal }), ended])) as [PacedReport]
    return report
  } finally {
    child.kill('SIGKILL')
    rmSync(file, { force: true })
  }
}

function busyLoop(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
}

function median(reports: readonly PacedReport[]): Percentiles {
  return medianPercentiles(reports.map(({ durations }) => durations))
}
