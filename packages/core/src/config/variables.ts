/** How the text of a variable is read; `read-variable.ts` has the readers. */
export type VariableKind =
  | 'text'
  | 'choice'
  | 'boolean'
  | 'count'
  | 'size'
  | 'duration'
  | 'levels'
  | 'list'
  | 'path list'
  | 'signals'
  | 'rate limit'
  | 'scrub'
  | 'scrub patterns'

export interface Variable {
  readonly name: string
  /** Names that mean the same and give way to `name`, the first one first: those of the Python runtime that Holdfast follows. */
  readonly also: readonly string[]
  readonly kind: VariableKind
  /** The option that it sets. */
  readonly option: string
  /** Counts only when neither code nor another variable sets the option: names that are not ours. */
  readonly isFallback?: true
}

/** All variables that set options of the runtime. Those of adapters are listed by the adapters. */
export const VARIABLES: readonly Variable[] = [
  variable('SERVICE', 'text', 'service', ['LOG_SERVICE']),
  { name: 'OTEL_SERVICE_NAME', also: [], kind: 'text', option: 'service', isFallback: true },
  variable('ENVIRONMENT', 'text', 'environment', ['LOG_ENVIRONMENT']),
  { name: 'NODE_ENV', also: [], kind: 'text', option: 'environment', isFallback: true },
  variable('LEVEL', 'text', 'level', ['LOG_LEVEL']),
  variable('LEVELS', 'levels', 'levels', ['LOG_LEVELS']),
  variable('PRESET', 'choice', 'preset', ['LOG_PRESET']),
  variable('QUEUE_ENABLED', 'boolean', 'queue.enabled', ['LOG_QUEUE_ENABLED']),
  variable('QUEUE_WORKER', 'choice', 'queue.worker'),
  variable('QUEUE_COMMIT', 'choice', 'queue.commit'),
  variable('QUEUE_MAX_EVENTS', 'count', 'queue.maxEvents', ['LOG_QUEUE_MAXSIZE']),
  variable('QUEUE_MAX_BYTES', 'size', 'queue.maxBytes'),
  variable('QUEUE_FULL_POLICY', 'choice', 'queue.fullPolicy', ['LOG_QUEUE_FULL_POLICY']),
  variable('QUEUE_PUT_TIMEOUT', 'duration', 'queue.putTimeoutMs', ['LOG_QUEUE_PUT_TIMEOUT']),
  variable('QUEUE_STOP_TIMEOUT', 'duration', 'queue.stopTimeoutMs', ['LOG_QUEUE_STOP_TIMEOUT']),
  variable('QUEUE_FAILURE_RESET', 'duration', 'queue.failureResetMs'),
  variable('QUEUE_SPOOL_DIR', 'text', 'queue.spoolDir'),
  variable('QUEUE_SPILL_BYTES', 'size', 'queue.spillBytes'),
  variable('RING_MAX_BYTES', 'size', 'ring.maxBytes'),
  variable('RING_MAX_EVENTS', 'count', 'ring.maxEvents', ['LOG_RING_BUFFER_SIZE']),
  variable('RING_SEGMENT_BYTES', 'size', 'ring.segmentBytes'),
  variable('SCRUB', 'scrub', 'scrub'),
  variable('SCRUB_KEYS', 'list', 'scrub.keys'),
  { name: 'LOG_SCRUB_PATTERNS', also: [], kind: 'scrub patterns', option: 'scrub.keys' },
  variable('SCRUB_PATHS', 'path list', 'scrub.paths'),
  variable('SCRUB_VALUES', 'boolean', 'scrub.values'),
  variable('SCRUB_REPLACEMENT', 'text', 'scrub.replacement'),
  variable('LIMITS_MESSAGE_MAX_CHARS', 'count', 'limits.messageMaxChars'),
  variable('LIMITS_EXTRA_MAX_KEYS', 'count', 'limits.extraMaxKeys'),
  variable('LIMITS_EXTRA_MAX_VALUE_CHARS', 'count', 'limits.extraMaxValueChars'),
  variable('LIMITS_EXTRA_MAX_DEPTH', 'count', 'limits.extraMaxDepth'),
  variable('LIMITS_EXTRA_MAX_ITEMS', 'count', 'limits.extraMaxItems'),
  variable('LIMITS_EXTRA_MAX_TOTAL_BYTES', 'size', 'limits.extraMaxTotalBytes'),
  variable('LIMITS_CONTEXT_MAX_KEYS', 'count', 'limits.contextMaxKeys'),
  variable('LIMITS_CONTEXT_MAX_VALUE_CHARS', 'count', 'limits.contextMaxValueChars'),
  variable('LIMITS_STACK_MAX_FRAMES', 'count', 'limits.stackMaxFrames'),
  variable('LIMITS_STACK_MAX_CHARS', 'count', 'limits.stackMaxChars'),
  variable('LIMITS_ERROR_MAX_CAUSES', 'count', 'limits.errorMaxCauses'),
  variable('RATE_LIMIT', 'rate limit', 'rateLimit', ['LOG_RATE_LIMIT']),
  variable('RATE_LIMIT_EXEMPT', 'text', 'rateLimit.exempt'),
  variable('LAST_WORDS_SIGNALS', 'signals', 'lastWords.signals'),
  variable('LAST_WORDS_EXIT', 'boolean', 'lastWords.exit'),
  variable('LAST_WORDS_BUDGET', 'duration', 'lastWords.budgetMs'),
  variable('JOIN', 'choice', 'join'),
]

/** What `HOLDFAST_*` names that look right but are none should be. */
export const REFUSED_VARIABLES: Readonly<Record<string, string>> = {
  HOLDFAST_ENV: 'Use `HOLDFAST_ENVIRONMENT`; the option `env` can only be set in code.',
  HOLDFAST_SCRUB_PATTERNS:
    'Regular expressions can only be set in code, by `scrub.patterns`; `HOLDFAST_SCRUB_KEYS` takes key names.',
}

/** Variables with this prefix are set by Holdfast for its child processes, and are not settings. */
export const TREE_PREFIX = 'HOLDFAST_TREE_'

/**
 * First words of the variables of adapters. One such variable is only an error when an adapter that reads its family is there and
 * does not know it: a machine may set `HOLDFAST_FILE_DIR` for several applications, and one of them may write no files.
 */
export const ADAPTER_FAMILIES: readonly string[] = [
  'FORMAT',
  'FORCE_COLOR',
  'NO_COLOR',
  'CONSOLE',
  'FILE',
  'DUMP',
  'JOURNALD',
  'EVENTLOG',
  'GRAYLOG',
  'OTLP',
  'NATS',
  'STORE',
  'MESH',
  'PROCESS',
]

function variable(name: string, kind: VariableKind, option: string, also: readonly string[] = []): Variable {
  return { name: `HOLDFAST_${name}`, also, kind, option }
}
