import type { LogRecord } from '@holdfast/api'

/** One way to journald. Rejections are `AdapterError`s. */
export interface JournalClient {
  readonly kind: 'native' | 'systemd-journald' | 'stream'
  write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> | void
  writeSync?(batch: readonly LogRecord[]): void
  close(): void
}
