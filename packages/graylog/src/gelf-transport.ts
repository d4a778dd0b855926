/**
 * Brings GELF messages to the server: the only network I/O of this adapter. Opens at the first call, and again after a failure.
 *
 * - `send` resolves when the kernel has every message; it rejects with an `AdapterError` that says how many leading ones it has
 * - one `send` at a time
 * - `flush` makes as sure as the protocol allows that the server has read what was sent
 */
export interface GelfTransport {
  send(messages: readonly string[], signal: AbortSignal): Promise<void>
  flush(): Promise<void>
  /** Releases everything, after what `flush` does. Settles within seconds, and never rejects. */
  close(): Promise<void>
  /** What helps an operator, in values that JSON can carry. */
  details(): Readonly<Record<string, string | number | boolean>>
}
