/** Identifiers of the loggers in the matrix. */
export type RowId =
  | 'holdfast-call'
  | 'holdfast-tick'
  | 'holdfast-thread'
  | 'holdfast-process'
  | 'holdfast-spool'
  | 'pino-sync'
  | 'pino-buffered'
  | 'pino-async'
  | 'pino-transport'
  | 'winston-file'
  | 'logtape-file'
  | 'logtape-stream'

/**
 * - `every event`: whatever ends, even the writer itself: each is in the file once, whole and in order.
 * - `every call`: the same for the ends of the one process that there is; its kill may leave the start of a line.
 * - `every tick`: a sudden end takes the current tick at most.
 * - `all but a ring`: a sudden end takes what the writer has not read.
 */
export type Promised = 'every event' | 'every call' | 'every tick' | 'all but a ring'

/** One line of the matrix. */
export interface Row {
  readonly id: RowId
  readonly title: string
  /** What the row promises, if it is ours; the others are only shown. */
  readonly promise: Promised | undefined
  /** Where its writer runs, if that is ours and elsewhere. */
  readonly writer?: 'thread' | 'process'
  /** Variables of its processes. */
  readonly env?: Readonly<Record<string, string>>
  /** Waits for the disk so often that a run takes seconds. */
  readonly isSlow?: boolean
}

/** In the order of the matrix. */
export const ROWS: readonly Row[] = [
  { id: 'holdfast-call', title: "Holdfast local, commit: 'call'", promise: 'every call' },
  { id: 'holdfast-tick', title: "Holdfast local, commit: 'tick'", promise: 'every tick' },
  { id: 'holdfast-thread', title: 'Holdfast thread', promise: 'all but a ring', writer: 'thread' },
  { id: 'holdfast-process', title: 'Holdfast process (mmap)', promise: 'every event', writer: 'process' },
  {
    id: 'holdfast-spool',
    title: 'Holdfast process (spool)',
    promise: 'every event',
    writer: 'process',
    env: { HOLDFAST_TREE_HANDOFF: 'spool' },
  },
  { id: 'pino-sync', title: 'pino, sync destination (default)', promise: undefined },
  { id: 'pino-buffered', title: 'pino, sync, minLength 4096', promise: undefined },
  { id: 'pino-async', title: 'pino, sync: false, minLength 4096', promise: undefined },
  { id: 'pino-transport', title: 'pino.transport, pino/file', promise: undefined },
  { id: 'winston-file', title: 'winston, File', promise: undefined },
  { id: 'logtape-file', title: 'LogTape, getFileSink', promise: undefined, isSlow: true },
  { id: 'logtape-stream', title: 'LogTape, getStreamFileSink', promise: undefined },
]
