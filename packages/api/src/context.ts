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
  service?: string | null | undefined
  environment?: string | null | undefined
  jobId?: string | null | undefined
  requestId?: string | null | undefined
  userId?: string | null | undefined
  userName?: string | null | undefined
  hostname?: string | null | undefined
  processId?: number | null | undefined
  processIdChain?: readonly number[] | null | undefined
  /** W3C Trace Context header: its ids are those of the events inside unless a live span has others. */
  traceparent?: string | null | undefined
}

/**
 * What `bind` takes: known fields, augmented fields, and any other key (kept in `context.extra`).
 * `object` beside the index signature lets objects of an `interface` in, which have none.
 */
export type ContextFields = KnownContext & { [K in keyof ContextExtra]?: ContextExtra[K] | null | undefined } & (
    | { readonly [key: string]: unknown }
    | object
  )

/** What a `bind` changes beside the context. */
export interface BindOptions {
  /**
   * Level for everything logged inside, whatever the loggers' own level: raises or lowers it for one request. It lowers until the
   * function has returned or, when it returns a promise, until that has settled.
   */
  readonly level?: import('./level.js').Level
}
