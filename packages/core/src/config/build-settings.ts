import { type Adapter, type AdapterRecipe, LEVELS, levelValue } from '@holdfast/api'
import { type OptionValues, sectionOf } from './options.js'
import type { RuntimeConfig } from './runtime-config.js'
import {
  LAST_WORDS_DEFAULTS,
  LIMIT_DEFAULTS,
  type LimitSettings,
  LOCAL_MAX_EVENTS,
  QUEUE_DEFAULTS,
  type QueueSettings,
  RING_DEFAULTS,
  type RuntimeSettings,
  SCRUB_DEFAULTS,
  type ScrubSettings,
} from './settings.js'

/** What a preset stands for; whatever is set explicitly wins over it. */
export const PRESETS: Readonly<Record<NonNullable<RuntimeConfig['preset']>, OptionValues>> = {
  container: { level: 'info', 'queue.commit': 'call', 'queue.worker': 'local' },
  development: { level: 'debug' },
}

/**
 * Gives checked values their types and completes them.
 * The casts stand here and nowhere else: each value has passed the check of its option, or has been left out.
 */
export function buildSettings(
  values: OptionValues,
  adapters: readonly (AdapterRecipe | Adapter)[],
  service: () => string,
): RuntimeSettings {
  const config = values as { readonly [K in keyof RuntimeConfig]: RuntimeConfig[K] }
  const ring = { ...RING_DEFAULTS, ...sectionOf(values, 'ring') }
  return {
    service: config.service?.trim() ?? service(),
    environment: config.environment?.trim() ?? 'development',
    context: config.context ?? {},
    level: levelValue(config.level) ?? LEVELS.info,
    levels: Object.fromEntries(
      Object.entries(config.levels ?? {}).map(([logger, level]) => [logger.trim(), levelValue(level) ?? LEVELS.info]),
    ),
    adapters,
    queue: buildQueue(sectionOf(values, 'queue'), ring.maxBytes),
    ring,
    scrub: values.scrub === false ? false : ({ ...SCRUB_DEFAULTS, ...sectionOf(values, 'scrub') } satisfies ScrubSettings),
    limits: { ...LIMIT_DEFAULTS, ...sectionOf(values, 'limits') } satisfies LimitSettings,
    rateLimit: buildRateLimit(sectionOf(values, 'rateLimit')),
    serializers: config.serializers ?? {},
    stages: config.stages ?? [],
    traceProvider: config.traceProvider,
    diagnosticHook: config.diagnosticHook,
    lastWords: buildLastWords(sectionOf(values, 'lastWords')),
    join: config.join ?? 'auto',
  }
}

/** A ring that is smaller than the default queue makes the queue smaller; only who sets both has to make them agree. */
function buildQueue({ enabled, ...queue }: OptionValues, ringBytes: number): QueueSettings {
  const maxBytes = Math.min(QUEUE_DEFAULTS.maxBytes, ringBytes)
  const off = enabled === false ? ({ worker: 'local', commit: 'call' } as const) : undefined
  const settings: QueueSettings = { ...QUEUE_DEFAULTS, maxBytes, ...queue, ...off }
  return settings.worker === 'local' ? { maxEvents: LOCAL_MAX_EVENTS, ...settings } : settings
}

function buildRateLimit({ maxEvents, intervalMs, exempt }: OptionValues): RuntimeSettings['rateLimit'] {
  if (typeof maxEvents !== 'number' || typeof intervalMs !== 'number') return undefined
  return { maxEvents, intervalMs, exempt: levelValue(exempt) ?? LEVELS.error }
}

function buildLastWords({ signals, ...others }: OptionValues): RuntimeSettings['lastWords'] {
  const lastWords = { ...LAST_WORDS_DEFAULTS, ...others }
  if (signals === undefined) return lastWords
  return { ...lastWords, signals: signals === false ? [] : [...new Set(signals as readonly NodeJS.Signals[])] }
}
