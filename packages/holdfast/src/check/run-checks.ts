import { ConfigError, check, checkValue, type RuntimeConfig } from '@holdfast/core'
import type { AdapterCheck } from './adapter-check.js'
import { adaptersOf } from './adapters-of.js'
import type { CheckAdaptersOptions } from './check-adapters-options.js'
import { checkTable } from './check-table.js'
import { testRecord } from './test-record.js'
import { tryAdapter } from './try-adapter.js'

const LEVEL = check.oneOf('trace', 'debug', 'info', 'warning', 'error', 'critical')

/** What `checkAdapters` does. */
export async function runChecks(config: RuntimeConfig, options: CheckAdaptersOptions): Promise<readonly AdapterCheck[]> {
  const { timeoutMs = 5000, level = 'info', print = true, write = (text) => void process.stderr.write(text) } = options
  const problems = [...checkValue(check.milliseconds, timeoutMs, 'timeoutMs'), ...checkValue(LEVEL, level, 'level')]
  if (problems.length > 0) throw new ConfigError(problems)
  const adapters = adaptersOf(config)
  const record = await testRecord(config, adapters, level)
  const checks = await Promise.all(adapters.map((adapter) => tryAdapter(adapter, record, timeoutMs)))
  if (print) write(checkTable(checks))
  return checks
}
