import type { Environment } from '../config/environment.js'

/** Variables that runners set in the processes where tests run; children inherit them. */
const MARKS: readonly (readonly [runner: string, variable: string])[] = [
  ['node:test', 'NODE_TEST_CONTEXT'],
  ['vitest', 'VITEST'],
  ['jest', 'JEST_WORKER_ID'],
  ['ava', 'AVA_PATH'],
  ['tap', 'TAP'],
  ['playwright', 'TEST_WORKER_INDEX'],
  ['wtr', 'WTR_SESSION_ID'],
]
const MOCHA = /[\\/](mocha|_mocha)([\\/]|(\.c?js)?$)/

/** The test runners that a process runs under, as one word; empty for none. */
export function testRunnerOf(env: Environment, { execArgv, argv }: Pick<NodeJS.Process, 'execArgv' | 'argv'> = process): string {
  const runners = MARKS.filter(([, variable]) => (env[variable] ?? '') !== '').map(([runner]) => runner)
  // with `--test-isolation=none` the tests run in the process that was started
  if (execArgv.includes('--test') && !runners.includes('node:test')) runners.unshift('node:test')
  if (MOCHA.test(argv[1] ?? '')) runners.push('mocha')
  return runners.join('+')
}

/** Whether a process runs under a runner that another one does not run under. */
export function hasOtherRunner(own: string, other: string): boolean {
  const known = other.split('+')
  return own.split('+').some((runner) => runner !== '' && !known.includes(runner))
}
