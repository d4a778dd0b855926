import type { Adapter, AdapterRecipe, ContextFields, EventContext, Level, LevelName } from '@holdfast/api'
import type { DiagnosticHook, DropReason } from '../diagnostics/catalogue.js'

/** Everything that `init` and `createRuntime` take. All of it is optional. */
export interface RuntimeConfig {
  /** Name of the application. @default `LOG_SERVICE`, `OTEL_SERVICE_NAME`, the name in the nearest package.json, or `unknown-service` */
  readonly service?: string
  /** @default `LOG_ENVIRONMENT`, `NODE_ENV`, or `development` */
  readonly environment?: string
  /** Fields that every event carries in its context. */
  readonly context?: ContextFields
  /** What enters the ring; each adapter may ask for less. @default `info` */
  readonly level?: Level
  /** Levels by logger name; a name also counts for the dotted names below it, the longest match wins. */
  readonly levels?: Readonly<Record<string, Level>>
  /** `container`: JSON lines on stdout, committed per call, no child process. `development`: readable lines on stderr from `debug` up. */
  readonly preset?: 'container' | 'development'
  /** Where events go. @default the console */
  readonly adapters?: readonly (AdapterRecipe | Adapter)[]
  readonly queue?: QueueConfig
  readonly ring?: RingConfig
  /** What is made unreadable before an event is kept anywhere. `false` switches all of it off. */
  readonly scrub?: ScrubConfig | false
  readonly limits?: LimitsConfig
  /** Bounds the events of each logger and level. @default none */
  readonly rateLimit?: RateLimitConfig
  /** Turns a top-level field into something loggable, by field name. What throws becomes a marker. Wins over the built-in `req` and `res`. */
  readonly serializers?: Readonly<Record<string, (value: never) => unknown>>
  /** Run in order on each event before it is scrubbed; may enrich it, or refuse it by returning `null`. */
  readonly stages?: readonly Stage[]
  /** Read at each call. @default the active span of `@opentelemetry/api` when the application has loaded it */
  readonly traceProvider?: TraceProvider
  /** Called with every diagnostic. Without it, the first of each name at warning or above goes to stderr. */
  readonly diagnosticHook?: DiagnosticHook
  readonly lastWords?: LastWordsConfig
  /**
   * How environment variables are read, which override code: `strict` makes a bad value an error, `lenient` keeps the code's value
   * and says so, `false` reads none. @default `strict`
   */
  readonly env?: 'strict' | 'lenient' | false
  /** Whether this process joins the runtime of an ancestor. @default `auto` */
  readonly join?: 'auto' | 'never' | 'required'
}

/** When events are written, and what happens when their destinations are slower than the application. */
export interface QueueConfig {
  /** `false` is the same as `commit: 'call'` with the local writer. @default true */
  readonly enabled?: boolean
  /** Where the writer runs. @default `local` */
  readonly worker?: 'local' | 'thread' | 'process'
  /** `call`: an event is with the kernel before the call returns. `tick`: at the end of the tick, or earlier at 64 KiB or an ERROR. @default `call` */
  readonly commit?: 'call' | 'tick'
  /** Most unread events. @default 2048; none with `worker` `thread` or `process`, which `maxBytes` bounds */
  readonly maxEvents?: number
  /** Most unread bytes; at most `ring.maxBytes`. @default 8388608, or `ring.maxBytes` when that is less */
  readonly maxBytes?: number
  /** What a call does when the queue is full: wait for room, or give up at once. @default `block` */
  readonly fullPolicy?: 'block' | 'drop'
  /** How long one stall may hold calls up, in milliseconds, all calls together; 0 never waits. @default 1000 */
  readonly putTimeoutMs?: number
  /** How long `flush` and `shutdown` wait. @default 5000 */
  readonly stopTimeoutMs?: number
  /** After this long without a failure a failed lane counts as healthy again, and calls wait for it again. @default 30000 */
  readonly failureResetMs?: number
  /** Called, coalesced, when events were dropped. */
  readonly onDrop?: (drop: { readonly adapter: string; readonly reason: DropReason; readonly count: number }) => void
  /** Where a writer process keeps its files. @default the user's state directory */
  readonly spoolDir?: string
  /** Most bytes a lagging lane may hold on disk; an eighth of it is for records that were put aside, under every writer. @default 268435456 */
  readonly spillBytes?: number
}

/** The memory that events are kept in. All of it together is `maxBytes`, whatever is logged. */
export interface RingConfig {
  /** Memory for unread and recent events together. @default 16777216 */
  readonly maxBytes?: number
  /** Most events that are kept for a later dump. @default 25000 */
  readonly maxEvents?: number
  /** Size of one segment: a power of two, at most half of `maxBytes`; no event may be larger than a quarter of it. @default 262144 */
  readonly segmentBytes?: number
}

/** What counts as a secret beside the defaults, and what is written in its place. `docs/scrubbing.md` has the rules. */
export interface ScrubConfig {
  /** More key names whose values are replaced, at any depth; case and separators do not matter. `!name` takes a default name out. */
  readonly keys?: readonly string[]
  /** Paths in the event, as `extra.user.pin`, `context.extra.token`, `extra.items[*].code`. */
  readonly paths?: readonly string[]
  /** More patterns; every match in any text is replaced. Must be linear: no nested quantifiers, no back-references. */
  readonly patterns?: readonly RegExp[]
  /** Look for bearer tokens, JWTs, URL credentials, card numbers and other known forms in every text. @default true */
  readonly values?: boolean
  /** @default `[REDACTED]` */
  readonly replacement?: string
}

/** How much of what is logged is kept. What is cut carries a mark, and a diagnostic says so. Raising a limit makes events larger and slower. */
export interface LimitsConfig {
  /** UTF-16 units of the message. @default 4096 */
  readonly messageMaxChars?: number
  /** Top-level keys of `extra`, and keys of any object in it. @default 25 */
  readonly extraMaxKeys?: number
  /** UTF-16 units of one text value. @default 512 */
  readonly extraMaxValueChars?: number
  /** Levels of nesting below `extra`. @default 3 */
  readonly extraMaxDepth?: number
  /** Items of one array, Set or Map. @default 100 */
  readonly extraMaxItems?: number
  /** UTF-8 bytes of `extra` as JSON. @default 8192 */
  readonly extraMaxTotalBytes?: number
  /** Keys of `context.extra`. @default 20 */
  readonly contextMaxKeys?: number
  /** UTF-16 units of one text value of the context. @default 256 */
  readonly contextMaxValueChars?: number
  /** Frames of one stack: the first and last halves are kept. @default 50 */
  readonly stackMaxFrames?: number
  /** UTF-16 units of one stack after that. @default 16384 */
  readonly stackMaxChars?: number
  /** Causes and aggregated errors, together, of one error. @default 10 */
  readonly errorMaxCauses?: number
}

/** At most so many events in so much time, for each logger and level, over a sliding window. */
export interface RateLimitConfig {
  readonly maxEvents: number
  readonly intervalMs: number
  /** Levels at and above this one are never limited. @default `error` */
  readonly exempt?: LevelName | 'off'
}

/** What the local writer does when the process ends. */
export interface LastWordsConfig {
  /** Signals on which the local writer drains before the process ends. `false` installs no listener. @default `['SIGTERM', 'SIGINT', 'SIGHUP']` */
  readonly signals?: readonly NodeJS.Signals[] | false
  /** Drain when the process exits or an exception goes uncaught. @default true */
  readonly exit?: boolean
  /** Most milliseconds that the last drain may take. @default 2000 */
  readonly budgetMs?: number
}

/** An event before it is scrubbed and encoded, as stages see it. Return the same or a changed one, or `null` to refuse it. */
export interface Draft {
  readonly level: LevelName
  readonly logger: string
  readonly time: number
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly error: unknown
  readonly context: EventContext
}

/** Enriches an event, or refuses it with `null`. What it throws is reported as `stage_error`, and the event is kept as it was. */
export type Stage = (draft: Draft) => Draft | null

/** The ids of a span, as W3C Trace Context has them. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string
  readonly traceFlags?: number
}

/** Tells the span that is active now, or nothing. Called for each event, so it has to be quick. */
export type TraceProvider = () => TraceContext | undefined
