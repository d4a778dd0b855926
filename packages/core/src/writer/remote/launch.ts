import type { Control } from '../../host/control.js'
import type { Precautions } from '../../host/writer-spec.js'

/**
 * How a writer ended. `crashed`: by its own doing, as an exception, `process.exit`, an abort or a fault of memory. `killed`: by somebody else, the
 * kernel when memory is short among them.
 */
export type WriterEnding = 'crashed' | 'killed' | 'unknown'

/** Starts, watches and ends the writer of a run: a thread or a process. */
export interface WriterLaunch {
  readonly mode: 'thread' | 'process'
  /**
   * Starts a writer. Synchronous, so that it can be done while the loop is held up; whether it came up shows in its heartbeat.
   *
   * @param precautions what happened to those before
   * @throws when it cannot even be started
   */
  start(precautions: Precautions): void
  /** Whether it is there. `stopped`: by a signal or a debugger. `none`: it was never started, or another process may start it. */
  look(): 'alive' | 'stopped' | 'gone' | 'none'
  /** Ends a writer that hangs, and waits until it is gone. False when it may still be there. */
  kill(): boolean
  /** How the last one ended that this process started; asked when it is gone. */
  ending(): WriterEnding
  /** Makes one that sleeps look at once. */
  wake(control: Control): void
  /** What it said last on its stderr, for a diagnostic. */
  lastWords(): string
  /** The last start failed for want of something that this process may have again, as a descriptor: that says nothing about the writer. */
  readonly isShort: boolean
  /** Whether this process may start one: the root may, and members when the root is gone. */
  readonly mayStart: boolean
}
