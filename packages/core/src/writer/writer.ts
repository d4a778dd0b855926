import type { Lane } from '../lane/lane.js'
import type { Segment } from '../ring/segment.js'

/** How long `flush` and `shutdown` wait, and for whom. */
export interface FlushOptions {
  /** Milliseconds after which it gives up. @default `queue.stopTimeoutMs` */
  readonly timeoutMs?: number
  /** Wait for lanes whose destination is down, too, instead of reporting their events as pending at once. @default false */
  readonly waitForDown?: boolean
}

/** Brings what is in the ring to the adapters. One kind per `queue.worker`. */
export interface Writer {
  readonly lanes: readonly Lane[]
  /** Asked before an event enters the ring; false when there is no room within the policy's budget. */
  admit(level: number): boolean
  /**
   * Told after an event entered the ring.
   *
   * @param lineBytes about how long its line is
   */
  committed(level: number, lineBytes: number): void
  /** Told before the ring uses its oldest segment again. */
  release(oldest: Segment): void
  /** True while an adapter writes synchronously. */
  readonly isDelivering: boolean
  /** Delivers what is there now, then flushes the adapters. Resolves true when the time was up before all lanes that are up were done. */
  flush(options: FlushOptions): Promise<boolean>
  /** The same, then drops the rest as `shutdown` and closes the adapters, all within the same time. */
  close(options: FlushOptions): Promise<boolean>
  /** Delivers what can be delivered synchronously. For a process that is about to end. */
  lastDrain(budgetMs: number): void
  /** Opens files anew. */
  reopen(): void
}
