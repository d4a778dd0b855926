/** Starts, watches and ends the writer of a run: a thread or a process. */
export interface WriterLaunch {
  readonly mode: 'thread' | 'process'
  /**
   * Starts a writer. Synchronous, so that it can be done while the loop is held up; whether it came up shows in its heartbeat.
   *
   * @param quarantine the lane whose adapter hung under the one before, and how long it is left alone
   * @throws when it cannot even be started
   */
  start(quarantine: Quarantine | undefined): void
  /** Whether it is there. `none`: it was never started, or another process may start it. */
  look(): 'alive' | 'gone' | 'none'
  /** Ends a writer that hangs, and waits until it is gone. False when it may still be there. */
  kill(): boolean
  /** What it said last on its stderr, for a diagnostic. */
  lastWords(): string
  /** Whether this process may start one: the root may, and members when the root is gone. */
  readonly mayStart: boolean
}

export interface Quarantine {
  readonly lane: string
  readonly pauseMs: number
}
