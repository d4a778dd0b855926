/** Identifiers of the loggers in the matrix. */
export type RowId =
  | 'holdfast-call'
  | 'holdfast-tick'
  | 'pino-sync'
  | 'pino-buffered'
  | 'pino-async'
  | 'pino-transport'
  | 'winston-file'
  | 'logtape-file'
  | 'logtape-stream'

/** One line of the matrix. */
export interface Row {
  readonly id: RowId
  readonly title: string
  /** What the row promises, if it is ours; the others are only shown. */
  readonly promise: 'every call' | 'every tick' | undefined
  /** Waits for the disk so often that a run takes seconds. */
  readonly isSlow?: boolean
}

/** In the order of the matrix. */
export const ROWS: readonly Row[] = [
  { id: 'holdfast-call', title: "Holdfast local, commit: 'call'", promise: 'every call' },
  { id: 'holdfast-tick', title: "Holdfast local, commit: 'tick'", promise: 'every tick' },
  { id: 'pino-sync', title: 'pino, sync destination (default)', promise: undefined },
  { id: 'pino-buffered', title: 'pino, sync, minLength 4096', promise: undefined },
  { id: 'pino-async', title: 'pino, sync: false, minLength 4096', promise: undefined },
  { id: 'pino-transport', title: 'pino.transport, pino/file', promise: undefined },
  { id: 'winston-file', title: 'winston, File', promise: undefined },
  { id: 'logtape-file', title: 'LogTape, getFileSink', promise: undefined, isSlow: true },
  { id: 'logtape-stream', title: 'LogTape, getStreamFileSink', promise: undefined },
]
