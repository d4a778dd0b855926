import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Bench, Outcome } from './bench.js'
import { BENCHES } from './benches.js'
import { importCost } from './harness/import-cost.js'
import { latency } from './harness/latency.js'
import { FULL_PACE, QUICK_PACE } from './harness/pace.js'
import { race } from './harness/race.js'
import { readOptions } from './options.js'
import { markdownReport } from './report/markdown-report.js'
import { answerText, claimsText } from './report/print-report.js'
import { type Answer, judge } from './report/verdict.js'
import { describeMachine, describePackages } from './report/versions.js'

const REPOSITORY = new URL('../../../', import.meta.url)
const PACKAGES = ['holdfast', 'pino', 'winston', '@logtape/logtape', '@logtape/file']

const options = readOptions(process.argv.slice(2))
const pace = options.isQuick ? QUICK_PACE : FULL_PACE
const benches = BENCHES.filter((bench) => bench.id.includes(options.filter))
if (benches.length === 0) {
  throw new RangeError(`Expected a part of \`${BENCHES.map((bench) => bench.id).join('`, `')}\`, got \`${options.filter}\`.`)
}
const machine = describeMachine()
const packages = describePackages(PACKAGES)
console.log(`${machine}\n${packages}\n`)

// beside the sources: a temporary directory may be memory
const cache = fileURLToPath(new URL('.cache/', REPOSITORY))
mkdirSync(cache, { recursive: true })
const scratch = mkdtempSync(`${cache}bench-`)
const answers: Answer[] = []
try {
  for (const bench of benches) {
    const answer = judge(bench, await measure(bench))
    answers.push(answer)
    console.log(answerText(answer))
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(claimsText(answers))
if (options.willWrite) writeFileSync(new URL('docs/benchmarks.md', REPOSITORY), markdownReport(answers, machine, packages))

function measure(bench: Bench): Promise<readonly Outcome[]> {
  switch (bench.kind) {
    case 'race':
      return race(bench, pace, scratch, options.isProfiled)
    case 'latency':
      return latency(bench, pace, scratch)
    case 'import':
      return importCost(bench, pace)
  }
}

// a missed gate is a finding; an incomplete file makes every figure void
if (answers.some((answer) => answer.outcomes.some((outcome) => outcome.faults.length > 0))) process.exitCode = 1
