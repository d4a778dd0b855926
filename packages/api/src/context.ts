/**
 * Keys of your own that every context may carry; they land in `context.extra`.
 * Augment it to have them typed:
 *
 * ```ts
 * declare module '@holdfast/api' { interface ContextExtra { tenant: string } }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented
export interface ContextExtra {}

/** The context fields with a place of their own; `undefined` inherits, `null` clears. */
export interface KnownContext {
  service?: string | null
  environment?: string | null
  jobId?: string | null
  requestId?: string | null
  userId?: string | null
  userName?: string | null
  hostname?: string | null
  processId?: number | null
  processIdChain?: readonly number[] | null
  /** W3C Trace Context header: its ids are those of the events inside unless a live span has others. */
  traceparent?: string | null
}

/** What `bind` takes: known fields, augmented fields, and any other key (kept in `context.extra`). */
export type ContextFields = KnownContext & { [K in keyof ContextExtra]?: ContextExtra[K] | null } & {
  readonly [key: string]: unknown
}

export interface BindOptions {
  /** Level for everything logged inside, whatever the loggers' own level: raises or lowers it for one request. */
  readonly level?: import('./level.js').Level
}
