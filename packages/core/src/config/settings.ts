import type { Adapter, AdapterRecipe, ContextFields } from '@holdfast/api'
import type { DiagnosticHook } from '../diagnostics/catalogue.js'
import type { LimitsConfig, QueueConfig, RingConfig, ScrubConfig, Stage, TraceProvider } from './runtime-config.js'

/** A configuration after defaults, environment and checks: nothing in it is optional that has a default. */
export interface RuntimeSettings {
  readonly service: string
  readonly environment: string
  readonly context: ContextFields
  /** Threshold number. */
  readonly level: number
  /** Threshold numbers by logger name. */
  readonly levels: Readonly<Record<string, number>>
  readonly adapters: readonly (AdapterRecipe | Adapter)[]
  readonly queue: QueueSettings
  readonly ring: Required<RingConfig>
  readonly scrub: ScrubSettings | false
  readonly limits: LimitSettings
  readonly rateLimit: { readonly maxEvents: number; readonly intervalMs: number; readonly exempt: number } | undefined
  readonly serializers: Readonly<Record<string, (value: never) => unknown>>
  readonly stages: readonly Stage[]
  readonly traceProvider: TraceProvider | undefined
  readonly diagnosticHook: DiagnosticHook | undefined
  readonly lastWords: { readonly signals: readonly NodeJS.Signals[]; readonly exit: boolean; readonly budgetMs: number }
  readonly join: 'auto' | 'never' | 'required'
}

export type QueueSettings = Required<Omit<QueueConfig, 'enabled' | 'maxEvents' | 'onDrop' | 'spoolDir'>> &
  Pick<QueueConfig, 'maxEvents' | 'onDrop' | 'spoolDir'>
/** With the bound on events that holds where the writer is. */
export type BoundedQueue = QueueSettings & { readonly maxEvents: number }
export type ScrubSettings = Required<ScrubConfig>
export type LimitSettings = Required<LimitsConfig>

export const QUEUE_DEFAULTS: QueueSettings = {
  worker: 'local',
  commit: 'call',
  maxBytes: 8 << 20,
  fullPolicy: 'block',
  putTimeoutMs: 1000,
  stopTimeoutMs: 5000,
  failureResetMs: 30_000,
  spillBytes: 256 << 20,
}

/** Of a writer in the application; one elsewhere is bounded by bytes alone unless `queue.maxEvents` is set. */
export const LOCAL_MAX_EVENTS = 2048

export const RING_DEFAULTS: Required<RingConfig> = { maxBytes: 16 << 20, maxEvents: 25_000, segmentBytes: 256 << 10 }

export const SCRUB_DEFAULTS: ScrubSettings = { keys: [], paths: [], patterns: [], values: true, replacement: '[REDACTED]' }

export const LIMIT_DEFAULTS: LimitSettings = {
  messageMaxChars: 4096,
  extraMaxKeys: 25,
  extraMaxValueChars: 512,
  extraMaxDepth: 3,
  extraMaxItems: 100,
  extraMaxTotalBytes: 8192,
  contextMaxKeys: 20,
  contextMaxValueChars: 256,
  stackMaxFrames: 50,
  stackMaxChars: 16_384,
  errorMaxCauses: 10,
}

export const LAST_WORDS_DEFAULTS: RuntimeSettings['lastWords'] = {
  signals: ['SIGTERM', 'SIGINT', 'SIGHUP'],
  exit: true,
  budgetMs: 2000,
}
