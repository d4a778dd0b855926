import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projects, sources } from './projects.mjs'
import { runTestFile } from './test-file.mjs'
import { reportFile, reportSummary } from './test-report.mjs'

/**
 * Runs the compiled test files, one process each, and returns the exit code. Arguments that are not options select the files whose
 * path contains one of them; `--except PART` leaves out those whose path contains PART; `--patient` gives files
 * that failed a second attempt.
 */
export async function runTests(args) {
  const options = parseOptions(args)
  if (options === undefined) return 1
  const files = projects()
    .flatMap(sources)
    .filter(({ source }) => /\.test\.m?ts$/.test(source))
  const isIn =
    (parts) =>
    ({ source }) =>
      parts.some((part) => source.includes(part))
  const isLeftOut = isIn(options.except)
  const chosen = files.filter((file) => (options.filters.length === 0 || isIn(options.filters)(file)) && !isLeftOut(file))
  if (chosen.length === 0) {
    console.error(
      `Expected test files${options.filters.length > 0 ? ` with \`${options.filters.join('` or `')}\` in their path` : ''}, got none.`,
    )
    return 1
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  stopOnSignals()
  try {
    const run = { ...options, folder, env: testEnvironment() }
    const results = await runAll(chosen, run)
    return reportSummary(options.isPatient ? await runAgain(results, chosen, run) : results)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function parseOptions(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        verbose: { type: 'boolean', default: false },
        patient: { type: 'boolean', default: false },
        concurrency: { type: 'string', default: String(availableParallelism()) },
        'time-limit': { type: 'string', default: '300' },
        except: { type: 'string', multiple: true, default: [] },
      },
    })
    return {
      filters: positionals,
      except: values.except,
      isVerbose: values.verbose,
      isPatient: values.patient,
      concurrency: positive('concurrency', values.concurrency),
      timeLimitMs: positive('time-limit', values['time-limit']) * 1000,
    }
  } catch (error) {
    console.error(error.message)
    return undefined
  }
}

function positive(name, text) {
  const value = Number(text)
  if (!(value > 0)) throw new RangeError(`Expected \`--${name}\` to be a positive number, got \`${text}\`.`)
  return value
}

/** Files of promises that hold always or not at all: a second attempt would hide what they are there to find. */
const NEVER_AGAIN = /^test\/(crash|soak)\//

/** Runs files that failed once more, one at a time: a machine may have been too busy for a test. What passes then is told. */
async function runAgain(results, files, options) {
  const again = []
  for (const result of results) {
    const file = files.find(({ source }) => source === result.source)
    if (result.failed.length === 0 || file === undefined || NEVER_AGAIN.test(result.source)) {
      again.push(result)
      continue
    }
    console.log(`\nAgain: ${result.source}`)
    const second = await runTestFile(file, options)
    reportFile(second, options)
    if (second.failed.length === 0)
      console.log(`Passed at the second attempt only: ${result.failed.map(({ name }) => name).join(', ')}`)
    again.push(second)
  }
  return again
}

async function runAll(files, options) {
  const waiting = [...files]
  const results = []
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runTestFile(file, options)
      results.push(result)
      reportFile(result, options)
    }
  }
  await Promise.all(Array.from({ length: Math.ceil(options.concurrency) }, work))
  return results
}

/** Tests see the same environment everywhere: nothing that configures a logger, colours or the test runner leaks into them. */
function testEnvironment() {
  const isKept = (name) =>
    !/^(LOG_|OTEL_|HOLDFAST_(?!REQUIRE_PEERS$|TEST_)|(NO_COLOR|FORCE_COLOR|NODE_ENV|NODE_TEST_CONTEXT)$)/.test(name)
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name)))
}

/** Test files run in groups of their own and would outlive this process; its `exit` event ends them. */
function stopOnSignals() {
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  process.once('SIGHUP', () => process.exit(129))
}
