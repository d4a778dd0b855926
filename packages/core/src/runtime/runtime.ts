import type { BindOptions, ContextFields, Level, Logger, LogRecord } from '@holdfast/api'
import type { ContextPayload } from '../context/context-payload.js'
import type { DiagnosticHook } from '../diagnostics/catalogue.js'
import type { TreeVariables } from '../tree/lineage.js'
import type { FlushOptions } from '../writer/writer.js'
import type { DeliveryReport } from './delivery-report.js'
import type { RuntimeInspection } from './inspection.js'
import type { SeveritySnapshot } from './severity.js'

/** A running logger: what `init` installs, and what `createRuntime` keeps to itself. */
export interface Runtime extends AsyncDisposable {
  readonly service: string
  readonly environment: string
  /** Identity of this producer in every event. */
  readonly origin: string
  readonly isClosed: boolean
  /** The logger of a name. @default `app` */
  get(name?: string): Logger
  /** Runs a function with context fields that everything logged inside carries. */
  bind<T>(fields: ContextFields, run: () => T): T
  bind<T>(fields: ContextFields, options: BindOptions, run: () => T): T
  /** Ties a function to the context that is current now; for callbacks that are called from elsewhere. */
  bindFunction<A extends readonly unknown[], R>(run: (...args: A) => R): (...args: A) => R
  /** Adds fields to the context of everything this process logs from now on. */
  bindProcess(fields: ContextFields): void
  /** The current context as a payload for another process, at most 8 KiB of JSON. */
  serializeContext(): ContextPayload
  /**
   * Variables that make a child process join this tree, and start with the context that is current now. Children inherit the tree by
   * themselves; this is for those that get an `env` of their own, and for the context.
   *
   * @example `spawn('node', ['worker.js'], { env: { PATH: process.env.PATH, ...runtime.childEnv() } })`
   */
  childEnv(): TreeVariables
  /** Delivers everything up to now and makes it as durable as each destination can. Never rejects, never waits for ever. */
  flush(options?: FlushOptions): Promise<DeliveryReport>
  /** Flushes, then closes. Later calls return `closed`. The same promise when called again. */
  shutdown(options?: FlushOptions): Promise<DeliveryReport>
  /**
   * The events that are kept, oldest first: at most `ring.maxEvents`, and what `ring.maxBytes` has room for, delivered or not. A snapshot:
   * what is logged meanwhile is not in it. Each is decoded when it is read.
   */
  records(): Iterable<LogRecord>
  /** What became of every call up to this moment. */
  report(): DeliveryReport
  /** Changes levels by logger name (`''` is the base level), for a while or for good. Throws `ConfigError` for a level that is none. */
  setLevels(levels: Readonly<Record<string, Level>>, options?: { readonly forMs?: number }): void
  /** Adds a diagnostic hook and returns its removal. */
  onDiagnostic(hook: DiagnosticHook): () => void
  severitySnapshot(): SeveritySnapshot
  inspect(): RuntimeInspection
  /** Opens files anew, after something else has rotated them. */
  reopen(): void
}

/** What `init` does when there is a runtime already. */
export interface InitOptions {
  /** Replace a runtime with another configuration: what the old one holds is delivered first. @default false */
  readonly replace?: boolean
}
