import type { LogEvent } from './event.js'
import type { Level } from './level.js'

/** One event on its way to a destination. Valid for ever; the batch array that holds it is not. */
export interface LogRecord {
  /** The level's number, 5 to 50. */
  readonly level: number
  /** Milliseconds since 1970, UTC, with microseconds as decimals. */
  readonly time: number
  /** The canonical line: JSON without a line end, encoded once for all adapters. */
  readonly json: string
  /** The canonical line parsed, on first use. */
  readonly event: LogEvent
}

/** Canonical lines as bytes, valid only during the call that hands them over. Line `i` ends at `ends[i]`, where the next one begins. */
export interface LineBlock {
  /** UTF-8; each line with its line feed. What is outside of `start` to `end` is not part of it. */
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** Lines in it. */
  readonly count: number
  /** Offset behind the line feed of each line. */
  readonly ends: ArrayLike<number>
  /** Time of the last line, as `LogRecord.time`. */
  readonly lastTime: number
  /** The highest level in it, as `LogRecord.level`. */
  readonly highestLevel: number
}

/** How a destination is, as `inspect()` and `adapter_health` show it. */
export interface Health {
  readonly state: 'ok' | 'degraded' | 'down'
  /** Why, for people, when it is not `ok`. */
  readonly reason?: string
  /** Anything that helps: the path of a file, the address of a server, bytes written. */
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

/** What a writer elsewhere gives to an adapter that it builds. */
export interface AdapterHome {
  /**
   * A folder (0700) of this adapter in this run alone, which outlives the writer: an adapter that a restarted writer builds finds
   * there what its predecessor kept. One writer at a time owns it (the caller holds a lock).
   */
  readonly stateDir: string
  /** What people know the application by. */
  readonly service?: string
  /** The run that this writer serves: an absolute path, never two at a time. */
  readonly run?: string
  /**
   * Whether the writer of another run, given by its path, is about to end: its application is gone or has taken another configuration, and
   * nobody else logs to it. What such a writer owns is free soon; what another one owns may stay so for ever.
   */
  readonly isEnding?: (run: string) => boolean
}

/** The next event of each origin behind the highest `seq` that its destination has. */
export type NextRecords = (seqs: ReadonlyMap<string, number>) => readonly LogRecord[]

/**
 * Brings records to one destination and does nothing else: batching, level gates, time-outs, retries and back-off belong to the lane.
 * The full contract, in MUST and SHOULD form: `docs/adapter-contract.md`.
 */
export interface Adapter {
  readonly name: string
  /** Writes in order. Resolves when the destination has accepted all of them; rejects otherwise, best with an `AdapterError`. */
  write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> | void
  /** Makes what was accepted as durable as the destination can. */
  flush?(): Promise<void> | void
  /** Releases everything. No call follows. Called once. */
  close?(): Promise<void> | void
  health?(): Health
  /** Writes in order before it returns, or throws. What commit per call and last words need. */
  writeSync?(batch: readonly LogRecord[]): void
  /**
   * `writeSync` for canonical lines that are bytes already. An adapter that writes exactly those has it in place of `writeSync`'s work:
   * the lane then makes no strings and no records at all.
   */
  writeLinesSync?(lines: LineBlock): void
  /** `flush` for last words. */
  flushSync?(): void
  /** Opens its files anew, for log rotation from outside. */
  reopen?(): void
  /** True when SIGHUP means `reopen` to it. The signal then no longer ends the process. */
  readonly reopensOnHangup?: boolean
  /**
   * Lets go at once, before it returns, of what only one may own (see `AdapterRecipe.resource`), so that another one can have it. Called
   * when everything has been written and this writer or its process is about to end. A `write` that comes all the same takes it again.
   */
  release?(): void
  /**
   * Asked once, before the first write, by a writer that took over from another: the highest `seq` of each `origin` that the
   * destination surely has. Events up to there are not written again. Only for destinations that get the events of one origin in order.
   *
   * @param left the home of an earlier run, of which all processes are dead: what its adapter may have written last. Asked before anything
   *   else, once for each such run; it is another writer's no more
   * @param next given with `left`: the events that come next, when everything up to these numbers is there, for the line that a kill has torn
   */
  resume?(left?: AdapterHome, next?: NextRecords): ReadonlyMap<string, number>
  /**
   * Asked once behind `resume`, before the first write: the next event of each origin. A line that a kill has torn is the beginning of one of
   * these, or nobody's. Answers as `resume` does, with the event whose line was completed.
   */
  mend?(next: readonly LogRecord[]): ReadonlyMap<string, number>
}

/** How the lane in front of an adapter behaves. */
export interface LaneOptions {
  /** Only records at this level and above reach the adapter. @default `trace` */
  readonly level?: Level
  /** Most records of one batch. @default 512 */
  readonly batchMaxEvents?: number
  /** Most bytes of one batch; one record may exceed it alone. @default 262144 */
  readonly batchMaxBytes?: number
  /** An asynchronous `write` that takes longer counts as failed. @default 10000 */
  readonly timeoutMs?: number
  /** First pause after a failure; doubles each time, with jitter. @default 100 */
  readonly retryMinMs?: number
  /** Longest pause between attempts. @default 30000 */
  readonly retryMaxMs?: number
  /**
   * While the destination is down: `hold` keeps events until the ring needs their room, then drops the oldest;
   * `drop` drops at once what is new, for destinations where late is worthless. Either way counted and reported. @default `hold`
   */
  readonly whenDown?: 'hold' | 'drop'
}

/** An adapter that is described but not built, so that a writer elsewhere can build the same one. */
export interface AdapterRecipe {
  readonly kind: 'recipe'
  readonly name: string
  /** URL of the module that exports the factory, for a writer in another thread or process. */
  readonly module?: string
  /** What that module exports it as. @default the name with `Adapter` behind it */
  readonly factory?: string
  /** JSON-safe unless the adapter can only run in the application. */
  readonly options: unknown
  /** Its options hold a secret: they are not written to disk. @default false */
  readonly holdsSecrets?: boolean
  /** What only one adapter of a runtime may own, as `file:/var/log/app.log`: two recipes with the same one are refused. @default none */
  readonly resource?: string
  /**
   * True when its adapters say so, see `Adapter.reopensOnHangup`: a signal reaches the application, wherever they are made. @default false
   */
  readonly reopensOnHangup?: boolean
  /** Where it runs. @default `writer` */
  readonly place: 'application' | 'writer'
  readonly lane: LaneOptions
  /**
   * @param home given by a writer that can be restarted; without one the adapter keeps nothing beside its destination
   * @param instance given when several processes make this adapter at once, each for itself: what only one may own gets this in its name
   */
  create(home?: AdapterHome, instance?: string): Adapter
  /**
   * The same recipe after environment variables: `read('CONSOLE_THEME')` answers `HOLDFAST_CONSOLE_THEME`, else `LOG_CONSOLE_THEME`.
   * Throws `ConfigError` for a value that cannot be understood.
   */
  applyEnvironment?(read: (name: string) => string | undefined): AdapterRecipe
}
