import type { Level, LevelName } from './level.js'

/**
 * What became of a log call. Only `accepted` (and `buffered`, before `init`) means that the event is kept.
 *
 * - `accepted`: it has a place in the ring and a sequence number.
 * - `buffered`: no runtime yet; kept in memory until `init`.
 * - `below_level`: the level is switched off for this logger.
 * - `refused`: a stage refused it, or it was logged from inside the logging of another event or a diagnostic hook.
 * - `rate_limited`: the rate limit of this logger and level is spent.
 * - `queue_full`: no room within the policy's budget; counted and reported as dropped.
 * - `closed`: the runtime was shut down.
 */
export type LogResult = 'accepted' | 'buffered' | 'below_level' | 'refused' | 'rate_limited' | 'queue_full' | 'closed'

/** Structured fields of a call: any object, or a function that makes one and runs only when the level is enabled. */
export type Fields = object | (() => object)

/**
 * A log call. It never throws. The message is never interpolated; surplus arguments are kept in `extra.args`.
 *
 * - `(message, fields?)`
 * - `(message, error, fields?)`: `unknown` from a catch clause compiles
 * - `(error, message?, fields?)`
 * - `(fields, message?)`, as pino's users and Fastify call it
 */
export interface LogMethod {
  (message: string, fields?: Fields): LogResult
  (message: string, error: unknown, fields?: Fields, ...args: readonly unknown[]): LogResult
  (error: unknown, message?: string, fields?: Fields, ...args: readonly unknown[]): LogResult
}

/** What a child logger changes beside its fields. */
export interface ChildOptions {
  /** Level of this child and its own children; without it, or with a text that is no level, the logger's name decides. */
  readonly level?: Level
  /** Serializers by top-level field name, beside those of the runtime. */
  readonly serializers?: Readonly<Record<string, (value: never) => unknown>>
}

/** `ChildOptions` for callers that know no levels but `string`. */
export interface LooseChildOptions<L extends string> {
  readonly level?: (string extends L ? L : never) | undefined
  readonly serializers?: Readonly<Record<string, (value: never) => unknown>> | undefined
}

/** Writes events under one name. Cheap to make, safe to keep for ever: it finds the installed runtime at each call. */
export interface Logger {
  readonly name: string
  /** The threshold in force. Setting it overrides the levels by name for this logger alone. */
  get level(): LevelName | 'off'
  set level(level: Level)
  readonly trace: LogMethod
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warning: LogMethod
  /** The same as `warning`. */
  readonly warn: LogMethod
  readonly error: LogMethod
  readonly critical: LogMethod
  /** The same as `critical`. */
  readonly fatal: LogMethod
  /** The same as `error`, for catch clauses. */
  readonly exception: LogMethod
  /** Does nothing; loggers of other libraries have it. */
  readonly silent: LogMethod
  log(level: Level, message: string, fields?: Fields): LogResult
  log(level: Level, message: string, error: unknown, fields?: Fields, ...args: readonly unknown[]): LogResult
  log(level: Level, error: unknown, message?: string, fields?: Fields, ...args: readonly unknown[]): LogResult
  /** A logger whose events all carry these fields in `extra`; fields of a call win over them. */
  with(fields: object): Logger
  /** The same as `with`, with options of its own. */
  child(fields: object, options?: ChildOptions): Logger
  /** For frameworks that are typed to hand over any text as a level, as Fastify does; one that is written down has to be a level. */
  child<L extends string>(fields: object, options?: LooseChildOptions<L>): Logger
  /** True when a call at this level would do work. As cheap as a disabled call. */
  isEnabled(level: Level): boolean
  /** The same as `isEnabled`. */
  isLevelEnabled(level: Level): boolean
}
