import type { EventTexts } from '../ring/producer.js'
import type { Segment } from '../ring/segment.js'
import type { LaneStatus } from './lane-status.js'

/** How long `flush` and `shutdown` wait, and for whom. */
export interface FlushOptions {
  /** Milliseconds after which it gives up. @default `queue.stopTimeoutMs` */
  readonly timeoutMs?: number
  /** Wait for lanes whose destination is down, too, instead of reporting their events as pending at once. @default false */
  readonly waitForDown?: boolean
  /** Whose events: those of this runtime, or of every process of its tree. The same where there is no tree. @default `own` */
  readonly scope?: 'own' | 'tree'
}

/** Where a writer runs, how events get there, and how it is. */
export interface WriterInspection {
  readonly mode: 'local' | 'thread' | 'process'
  readonly commit: 'call' | 'tick'
  /** How an event gets to the writer. */
  readonly handOff: 'call' | 'shared memory' | 'koffi' | 'ffi' | 'spool'
  /**
   * What an accepted event survives: `memory` the death of nothing, `kernel` and `mmap` that of the process, not of the machine.
   */
  readonly durability: 'memory' | 'kernel' | 'mmap' | 'fsync'
  readonly state: 'running' | 'starting' | 'restarting' | 'hung' | 'ended'
  /** 0 when it is not a process of its own. */
  readonly pid: number
  readonly epoch: number
  readonly restarts: number
  /** Of this runtime's own ring. */
  readonly unreadBytes: number
  readonly highWaterBytes: number
  /** Directory of the run, or '' where there is none. */
  readonly run: string
}

/** Brings what is in the ring to the adapters. One kind per `queue.worker`. */
export interface Writer {
  /** Every lane, in the order of the adapters. */
  readonly statuses: readonly LaneStatus[]
  readonly inspection: WriterInspection
  /** An adapter, wherever it runs, opens its files anew at SIGHUP. */
  readonly wantsReopen: boolean
  /** It needs nothing of this process when that is told to end: not its signals, nor the time after an uncaught exception. */
  readonly outlivesProcess: boolean
  /** What is in its ring when this process ends is delivered all the same, by the writer or by the next run. */
  readonly isRecoverable: boolean
  /** Asked before an event enters the ring; false when there is no room within the policy's budget. */
  admit(level: number): boolean
  /** Whether an event of a level, or as ERROR what tells of a loss, can enter the ring now. Never waits. */
  hasRoom(level: number): boolean
  /**
   * Told after an event entered the ring.
   *
   * @param texts of the event; none of a LOSS frame
   */
  committed(level: number, texts: EventTexts | undefined): void
  /** Told after an event that found no room was counted: if this process is killed, somebody else has to tell of it. */
  refused?(): void
  /** Told before the ring uses its oldest segment again. Returns the position before which no lane needs anything. */
  release(oldest: Segment): number
  /** True while an adapter writes synchronously. */
  readonly isDelivering: boolean
  /** Delivers what is there now, then flushes the adapters. Resolves true when the time was up before all lanes that are up were done. */
  flush(options: FlushOptions): Promise<boolean>
  /** The same, then lets go of the adapters, all within the same time. What a local lane has not delivered is dropped as `shutdown`. */
  close(options: FlushOptions): Promise<boolean>
  /**
   * Delivers what can be delivered synchronously. For a process that may be about to end.
   *
   * @param isEnd this process or thread surely ends; what is logged by then is brought by one more call
   */
  lastDrain(budgetMs: number, isEnd: boolean): void
  /** Opens files anew. */
  reopen(): void
}
