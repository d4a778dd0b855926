import type { RuntimeConfig } from '@holdfast/core'
import type { AdapterCheck } from './check/adapter-check.js'
import type { CheckAdaptersOptions } from './check/check-adapters-options.js'

/**
 * Tries a configuration out: builds each adapter, sends one test event to it, flushes and closes it, all of them side by side, and
 * writes a table. What is dead or hangs is a line of that table and never an exception. Variables count as they do in `init`; the
 * installed runtime, if there is one, is not touched. An adapter that is an object and no recipe is used as it is and left open.
 *
 * @throws ConfigError for adapters that `init` would refuse too, before anything is built
 *
 * @example
 * ```ts
 * const checks = await checkAdapters({ adapters: [consoleAdapter(), fileAdapter({ path: 'logs/app.log' })] })
 * process.exitCode = checks.every(({ state }) => state === 'accepted' || state === 'off') ? 0 : 1
 * ```
 */
export async function checkAdapters(
  config: RuntimeConfig = {},
  options: CheckAdaptersOptions = {},
): Promise<readonly AdapterCheck[]> {
  // loaded when it is wanted: most processes that load the package never check anything
  const { runChecks } = await import('./check/run-checks.js')
  return runChecks(config, options)
}
