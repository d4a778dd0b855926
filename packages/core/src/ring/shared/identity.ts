/** Who writes a ring. */
export interface RingIdentity {
  readonly origin: string
  /** Which process, as `formatProcessId` writes it. */
  readonly process: string
  /** 0 for the main thread. */
  readonly thread: number
  /** It made the tree, and hears what matters to all of it. */
  readonly isRoot: boolean
  readonly service: string
  readonly environment: string
  /** The context of everything that it logs, as JSON. */
  readonly context: string
}
