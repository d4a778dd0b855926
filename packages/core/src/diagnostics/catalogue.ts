import type { LevelName } from '@holdfast/api'

/** Why an event did not reach an adapter, or was refused. One word each, the same in reports, diagnostics and records. */
export type DropReason =
  /** No room in the queue within the policy's budget. */
  | 'queue_full'
  /** The lane lagged so far behind that the ring needed the room. */
  | 'overflow'
  /** What earlier versions called `unprocessable`; counted by nobody any more, and still read. */
  | 'rejected'
  /** The destination was down and `whenDown` is `drop`. */
  | 'down'
  /** Still held when the stop time-out ended. */
  | 'shutdown'
  /** The frame could not be read back. */
  | 'corrupt'
  /** The adapter cannot process this record: it was put aside, and the lane goes on. */
  | 'unprocessable'
  /** The adapter of this lane cannot be had in this process, nor its writer. */
  | 'unreachable'

/** Why a call got no sequence number. */
export type RefuseReason = 'rate_limited' | 'stage' | 'reentrant' | 'closed' | 'pre_init_full' | 'failed' | 'no_destination'

/** Counts by level name; levels without events are absent. */
export type LevelCounts = Readonly<Partial<Record<LevelName, number>>>

/**
 * Every diagnostic, its severity and its payload: one shape per name. Payloads never carry what a user logged.
 * `docs/diagnostics.md` says when each appears and what to do.
 */
export interface DiagnosticPayloads {
  queue_dropped: { readonly adapter: string; readonly reason: DropReason; readonly count: number; readonly by_level: LevelCounts }
  queue_full: { readonly policy: 'block' | 'drop'; readonly unread: number; readonly limit: number }
  queue_worker_error: {
    readonly adapter: string
    readonly error: string
    readonly code: string
    /** What to do, or `''` when that is not known. */
    readonly cure: string
    readonly attempt: number
    readonly retry_in_ms: number
  }
  queue_worker_recovered: { readonly adapter: string; readonly down_ms: number; readonly attempts: number }
  queue_degraded_drop_mode: { readonly adapter: string; readonly reason: 'worker_failed' | 'stalled' }
  record_put_aside: {
    readonly adapter: string
    readonly origin: string
    readonly seq: number
    readonly event_id: string
    readonly error: string
    readonly code: string
    /** Path of the file that has it; empty where there is no room for one. */
    readonly file: string
  }
  queue_drop_callback_error: { readonly error: string }
  queue_shutdown_timeout: {
    readonly timeout_ms: number
    readonly timed_out: boolean
    readonly dropped: number
    readonly pending: number
    readonly adapters: readonly string[]
  }
  adapter_error: {
    readonly adapter: string
    readonly operation: 'import' | 'create' | 'resume' | 'flush' | 'close' | 'reopen' | 'health' | 'rotate' | 'write'
    readonly error: string
    readonly code: string
  }
  adapter_health: {
    readonly adapter: string
    readonly from: 'ok' | 'degraded' | 'down'
    readonly to: 'ok' | 'degraded' | 'down'
    readonly reason: string
  }
  writer_gone: { readonly lane: string; readonly restarts: number; readonly last_words: string }
  writer_hung: { readonly lane: string; readonly silent_ms: number }
  writer_restarted: { readonly restarts: number; readonly pid: number }
  writer_unavailable: { readonly reason: string; readonly cure: string }
  hand_off_degraded: { readonly hand_off: 'spool'; readonly reasons: readonly string[] }
  run_directory_temporary: { readonly path: string; readonly reason: string }
  run_directory_gone: { readonly path: string }
  run_recovered: {
    readonly run: string
    readonly rings: number
    readonly events: number
    readonly from: string
    readonly to: string
  }
  run_left: { readonly run: string; readonly reason: string }
  ring_damaged: {
    readonly run: string
    readonly origin: string
    readonly bytes: number
    readonly recovered: number
    readonly lost: number
    readonly kept: string
  }
  remains_removed: { readonly path: string; readonly bytes: number }
  join_refused: { readonly reason: string; readonly detail: string }
  lanes_unreachable: {
    readonly reason: string
    readonly unreachable: readonly string[]
    readonly reached: readonly string[]
  }
  process_gone: {
    readonly origin: string
    readonly pid: number
    readonly thread: number
    readonly exit: string
    readonly last_seen: string
    readonly recovered: number
    readonly refused: number
  }
  upkeep_failed: { readonly what: string; readonly error: string; readonly code: string; readonly count: number }
  process_ended: {
    readonly origin: string
    readonly pid: number
    readonly thread: number
    readonly exit: string
    readonly last_seen: string
    readonly recovered: number
    readonly refused: number
  }
  diagnostics_lost: { readonly count: number }
  origin_gap: { readonly origin: string; readonly from_seq: number; readonly to_seq: number; readonly count: number }
  rate_limited: { readonly logger: string; readonly level: LevelName; readonly suppressed: number; readonly interval_ms: number }
  message_truncated: { readonly logger: string; readonly original_length: number; readonly new_length: number }
  extra_keys_dropped: {
    readonly logger: string
    readonly place: 'extra' | 'context' | 'nested'
    readonly dropped: number
    readonly limit: number
  }
  extra_value_truncated: {
    readonly logger: string
    readonly place: 'extra' | 'context'
    readonly reason: 'length' | 'depth' | 'items' | 'total'
    readonly original_length: number
    readonly limit: number
  }
  stack_truncated: { readonly logger: string; readonly frames_removed: number; readonly limit: number }
  event_truncated: { readonly logger: string; readonly original_bytes: number; readonly limit: number }
  value_unreadable: {
    readonly logger: string
    readonly what: 'getter' | 'to_json' | 'proxy' | 'serializer' | 'iterator' | 'fields_function' | 'other'
  }
  stage_error: { readonly stage: string; readonly error: string }
  trace_provider_error: { readonly error: string }
  log_call_failed: { readonly logger: string; readonly error: string }
  config_lenient: { readonly path: string; readonly expected: string; readonly got: string; readonly kept: string }
  level_changed: { readonly levels: Readonly<Record<string, string>>; readonly for_ms: number | null }
  pre_init_dropped: { readonly count: number; readonly limit_events: number; readonly limit_bytes: number }
  hook_error: { readonly error: string; readonly count: number }
  last_words: { readonly cause: string; readonly delivered: number; readonly pending: number; readonly budget_ms: number }
}

/** The name of a diagnostic. */
export type DiagnosticName = keyof DiagnosticPayloads

/** How much a diagnostic matters: those at `warning` and above reach stderr when there is no hook. */
export const DIAGNOSTIC_LEVELS: Readonly<Record<DiagnosticName, 'info' | 'warning' | 'error'>> = {
  queue_dropped: 'error',
  queue_full: 'warning',
  queue_worker_error: 'error',
  queue_worker_recovered: 'info',
  queue_degraded_drop_mode: 'warning',
  record_put_aside: 'error',
  queue_drop_callback_error: 'error',
  queue_shutdown_timeout: 'error',
  adapter_error: 'error',
  adapter_health: 'warning',
  writer_gone: 'warning',
  writer_hung: 'error',
  writer_restarted: 'warning',
  writer_unavailable: 'error',
  hand_off_degraded: 'warning',
  run_directory_temporary: 'warning',
  run_directory_gone: 'error',
  run_recovered: 'warning',
  run_left: 'warning',
  ring_damaged: 'error',
  remains_removed: 'info',
  join_refused: 'warning',
  lanes_unreachable: 'error',
  process_gone: 'warning',
  upkeep_failed: 'warning',
  process_ended: 'info',
  diagnostics_lost: 'warning',
  origin_gap: 'warning',
  rate_limited: 'info',
  message_truncated: 'info',
  extra_keys_dropped: 'info',
  extra_value_truncated: 'info',
  stack_truncated: 'info',
  event_truncated: 'warning',
  value_unreadable: 'info',
  stage_error: 'error',
  trace_provider_error: 'warning',
  log_call_failed: 'error',
  config_lenient: 'warning',
  level_changed: 'info',
  pre_init_dropped: 'warning',
  hook_error: 'warning',
  last_words: 'info',
}

/** Called with each diagnostic; narrowing `name` narrows `payload`. Name both parameters, or none: TypeScript refuses a hook with one. */
export type DiagnosticHook = (...diagnostic: Diagnostic) => void

/** A diagnostic as a pair of name and payload. */
export type Diagnostic = { [K in DiagnosticName]: [name: K, payload: DiagnosticPayloads[K]] }[DiagnosticName]

/** Where parts of the runtime report to. */
export type Report = <K extends DiagnosticName>(name: K, payload: DiagnosticPayloads[K]) => void
