/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/**
 * One event as it leaves the process: the parsed form of the canonical line, version 1.
 * Absent values are absent keys. What a user supplies is only ever found in `message`, `extra`, `error` and `context`.
 */
export interface LogEvent {
  readonly v: 1
  /** UUIDv7 made from time, origin and seq: equal for every copy of the event. */
  readonly event_id: string
  /** UTC, ISO 8601 with microseconds. */
  readonly timestamp: string
  readonly level: EventLevel
  readonly level_value: number
  readonly logger: string
  readonly message: string
  readonly trace_id?: string
  readonly span_id?: string
  readonly trace_flags?: string
  readonly event_name?: string
  readonly code?: { readonly file?: string; readonly line?: number; readonly function?: string }
  readonly context: EventContext
  readonly extra?: { readonly [key: string]: JsonValue }
  readonly error?: EventError
  /** Identity of the producer: one thread of one process, at least 64 random bits. */
  readonly origin: string
  /** Counts up by one for each event of an origin; a gap is a loss that some counter explains. */
  readonly seq: number
}

/** A level as the canonical line spells it. */
export type EventLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'

/** Who and what an event belongs to. Keys of your own are in `extra`. */
export interface EventContext {
  readonly service?: string
  readonly environment?: string
  readonly job_id?: string
  readonly request_id?: string
  readonly user_id?: string
  readonly user_name?: string
  readonly hostname?: string
  readonly process_id?: number
  readonly process_id_chain?: readonly number[]
  readonly extra?: { readonly [key: string]: JsonValue }
}

/** An error as it is written: nothing but JSON, whatever was thrown. */
export interface EventError {
  readonly type: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  readonly cause?: EventError | JsonValue
  readonly errors?: readonly (EventError | JsonValue)[]
  /** Further own properties of the error. */
  readonly extra?: { readonly [key: string]: JsonValue }
}
