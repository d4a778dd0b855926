import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ImportBench, Outcome } from '../bench.js'
import type { ImportSample } from './import-probe.js'
import type { Pace } from './pace.js'

const PROBE = fileURLToPath(new URL('./import-probe.js', import.meta.url))
const run = promisify(execFile)

/** Imports each package in fresh processes, in turns, and takes medians. */
export async function importCost(bench: ImportBench, pace: Pace): Promise<readonly Outcome[]> {
  const samples = new Map<string, ImportSample[]>(bench.packages.map((name) => [name, []]))
  // the first round fills the page cache and does not count
  for (let round = 0; round <= pace.imports; round++) {
    for (const [name, taken] of samples) {
      const sample = await probe(name)
      if (round > 0) taken.push(sample)
    }
  }
  return [...samples].map(([subject, taken]) => ({
    subject,
    figures: {
      importMs: median(taken.map((sample) => sample.wallMs)),
      importCpuMs: median(taken.map((sample) => sample.cpuMs)),
      rssMb: median(taken.map((sample) => sample.rssMb)),
    },
    faults: [],
  }))
}

async function probe(name: string): Promise<ImportSample> {
  const { stdout } = await run(process.execPath, [PROBE, name])
  return JSON.parse(stdout) as ImportSample
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
