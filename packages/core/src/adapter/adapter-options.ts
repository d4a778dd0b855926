import type { LaneOptions } from '@holdfast/api'

/** Options that every adapter factory takes beside its own. */
export interface AdapterOptions extends LaneOptions {
  /** Name in reports and diagnostics. @default the destination's own word */
  readonly name?: string
  /**
   * Overrides where it runs. `writer` needs options that JSON can carry, because a writer elsewhere builds the adapter from them:
   * no functions, no streams.
   */
  readonly place?: 'application' | 'writer'
}
