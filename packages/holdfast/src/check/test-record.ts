import type { Adapter, AdapterRecipe, LevelName, LogRecord } from '@holdfast/api'
import { type RuntimeConfig, systemClock } from '@holdfast/core'
import { createRuntime } from '../init.js'
import { variableOf } from './variables.js'

const LOGGER = 'holdfast.check'

/**
 * The test event, as this configuration makes events: its service, context, limits and scrubbing. It comes from a runtime of its own
 * that knows the adapters by name, so that a wrong one is told as `init` would tell it, and builds none of them.
 */
export async function testRecord(
  config: RuntimeConfig,
  adapters: readonly (AdapterRecipe | Adapter)[],
  level: LevelName,
): Promise<LogRecord> {
  const { context, scrub, limits } = config
  const service = serviceOf(config)
  const environment = environmentOf(config)
  const records: LogRecord[] = []
  const keep = (batch: readonly LogRecord[]): void => void records.push(...batch)
  const runtime = createRuntime({
    ...(service === undefined ? undefined : { service }),
    ...(environment === undefined ? undefined : { environment }),
    ...(context === undefined ? undefined : { context }),
    ...(scrub === undefined ? undefined : { scrub }),
    ...(limits === undefined ? undefined : { limits }),
    level: 'trace',
    adapters: Array.isArray(adapters) ? [...adapters.map(inert), { name: LOGGER, write: keep, writeSync: keep }] : adapters,
    diagnosticHook: () => undefined,
  })
  runtime.get(LOGGER).log(level, 'test event of checkAdapters', { sent_at_ms: Math.round(systemClock.now()) })
  await runtime.shutdown()
  const [record] = records
  if (record === undefined) throw new Error('Expected the test event to come through, got nothing.')
  return record
}

/** The same adapter to look at, with nothing behind it. */
function inert(adapter: AdapterRecipe | Adapter): AdapterRecipe | Adapter {
  if (typeof adapter !== 'object' || adapter === null) return adapter
  const nothing = { name: adapter.name, write: () => undefined }
  if (!('kind' in adapter)) return typeof adapter.write === 'function' ? nothing : adapter
  if (typeof adapter.create !== 'function') return adapter
  const { applyEnvironment: _applied, ...recipe } = adapter
  return { ...recipe, create: () => nothing }
}

function serviceOf({ env, service }: RuntimeConfig): string | undefined {
  return env === false ? service : (variableOf('SERVICE') ?? service ?? process.env['OTEL_SERVICE_NAME'])
}

function environmentOf({ env, environment }: RuntimeConfig): string | undefined {
  return env === false ? environment : (variableOf('ENVIRONMENT') ?? environment ?? process.env['NODE_ENV'])
}
