import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installPacked } from '../../fixtures/packed-modules.js'
import type { ImportBench, Outcome } from '../bench.js'
import type { ImportSample } from './import-probe.js'
import type { Pace } from './pace.js'

const PROBE = fileURLToPath(new URL('./import-probe.js', import.meta.url))
const run = promisify(execFile)

/** Imports each package, ours as it is published, in fresh processes, in turns, and takes medians. */
export async function importCost(bench: ImportBench, pace: Pace): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-import-'))
  try {
    const others = bench.packages.filter((name) => name !== 'holdfast')
    installPacked(folder, others)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
    copyFileSync(PROBE, join(folder, 'probe.js'))
    return await measure(bench, pace, join(folder, 'probe.js'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(bench: ImportBench, pace: Pace, program: string): Promise<readonly Outcome[]> {
  const samples = new Map<string, ImportSample[]>(bench.packages.map((name) => [name, []]))
  // the first round fills the page cache and does not count
  for (let round = 0; round <= pace.imports; round++) {
    for (const [name, taken] of samples) {
      const sample = await probe(program, name)
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

async function probe(program: string, name: string): Promise<ImportSample> {
  const { stdout } = await run(process.execPath, [program, name])
  return JSON.parse(stdout) as ImportSample
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
