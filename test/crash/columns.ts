import type { Row } from './rows.js'

/** Identifiers of the ways to end. */
export type ColumnId =
  | 'exit'
  | 'throw'
  | 'rejection'
  | 'sigterm'
  | 'sigkill'
  | 'sigkill-outside'
  | 'busy'
  | 'abort'
  | 'oom'
  | 'blocked'
  | 'init-tick'
  | 'segment-change'
  | 'ring-full'
  | 'dead-lane'
  | 'with-parent'
  | 'writer-killed'
  | 'both-killed'
  | 'pid-1-exit'
  | 'pid-1'

/**
 * Who brings the end about, and when.
 *
 * - `inside`: the process does it to itself after its last call.
 * - `moment`: killed at a random moment while it logs.
 * - `blocked`: killed while its loop hangs.
 * - `writer`: its writer is killed at a random moment; the process goes on and exits.
 * - `both`: it and its writer are killed together at a random moment.
 * - `full`: its writer is stopped; the process is killed when a call found no room, and then the writer goes on.
 */
export type EndId = 'inside' | 'moment' | 'blocked' | 'writer' | 'both' | 'full'

/** One way in which a process ends, and how the matrix brings it about. */
export interface Column {
  readonly id: ColumnId
  readonly title: string
  readonly end: EndId
  /** When the counter is stored: once, right before the end, or after each call when nobody knows when the end comes. */
  readonly counter: 'end' | 'each'
  /** How the process must end for the cell to count. */
  readonly expects: readonly (number | NodeJS.Signals)[]
  readonly nodeArguments?: readonly string[]
  /** In a PID namespace of its own, as a container has it. Needs root. */
  readonly isInit?: boolean
  /** The kernel gives the process no chance to do anything. */
  readonly isSudden: boolean
  /** Only for loggers of ours, or only for those with a writer process. */
  readonly only?: 'ours' | 'writer' | 'writer process'
  /** The application starts once more; what its logger recovers then counts as kept. */
  readonly isRestarted?: boolean
  /** The process has joined the tree of a parent that is killed with it. */
  readonly hasParent?: boolean
  /** Beside loops that take all processors. */
  readonly isBusy?: boolean
}

const KILLED = ['SIGKILL'] as const
/** A process that is killed while it logs. */
const MOMENT = { end: 'moment', counter: 'each', expects: KILLED, isSudden: true } as const
// what is seen is the end of unshare: some versions stumble over the signal and answer 1
const INIT_KILLED = ['SIGKILL', 137, 1] as const

/** In the order of the matrix. */
export const COLUMNS: readonly Column[] = [
  { id: 'exit', title: 'exit()', end: 'inside', counter: 'end', expects: [0], isSudden: false },
  { id: 'throw', title: 'throw', end: 'inside', counter: 'end', expects: [1], isSudden: false },
  { id: 'rejection', title: 'rejection', end: 'inside', counter: 'end', expects: [1], isSudden: false },
  { id: 'sigterm', title: 'SIGTERM', end: 'inside', counter: 'end', expects: ['SIGTERM'], isSudden: false },
  { id: 'sigkill', title: 'SIGKILL', end: 'inside', counter: 'end', expects: KILLED, isSudden: true },
  { id: 'sigkill-outside', title: 'SIGKILL any time', ...MOMENT },
  { id: 'busy', title: 'busy machine, SIGKILL', ...MOMENT, isBusy: true },
  { id: 'abort', title: 'abort()', end: 'inside', counter: 'end', expects: ['SIGABRT'], isSudden: true },
  {
    id: 'oom',
    title: 'heap OOM',
    end: 'inside',
    counter: 'each',
    // V8 aborts, or traps where its builds do so
    expects: ['SIGABRT', 'SIGTRAP', 'SIGILL', 133, 134],
    nodeArguments: ['--max-old-space-size=64'],
    isSudden: true,
  },
  { id: 'blocked', title: 'blocked, SIGKILL', end: 'blocked', counter: 'end', expects: KILLED, isSudden: true },
  { id: 'init-tick', title: 'tick of init', end: 'inside', counter: 'end', expects: KILLED, isSudden: true },
  { id: 'segment-change', title: 'segment change', ...MOMENT, only: 'writer' },
  { id: 'ring-full', title: 'ring full', ...MOMENT, end: 'full', only: 'writer process' },
  { id: 'dead-lane', title: 'dead lane beside', ...MOMENT, only: 'ours' },
  { id: 'with-parent', title: 'with its parent', ...MOMENT, only: 'writer process', hasParent: true },
  {
    id: 'writer-killed',
    title: 'writer killed',
    end: 'writer',
    counter: 'each',
    expects: [0],
    isSudden: false,
    only: 'writer process',
  },
  { id: 'both-killed', title: 'both killed, restart', ...MOMENT, end: 'both', only: 'writer process', isRestarted: true },
  { id: 'pid-1-exit', title: 'PID 1, exit()', end: 'inside', counter: 'end', expects: [0], isInit: true, isSudden: false },
  { id: 'pid-1', title: 'PID 1, SIGKILL, restart', ...MOMENT, expects: INIT_KILLED, isInit: true, isRestarted: true },
]

/** Whether a row can end in the way of a column: there is no writer to kill where there is none. */
export function isApplicable(row: Row, { only }: Column): boolean {
  if (only === 'ours') return row.promise !== undefined
  if (only === 'writer') return row.writer !== undefined
  return only === undefined || row.writer === 'process'
}

/** How the events fall into ticks. */
export interface Shape {
  readonly id: 'burst' | 'trickle'
  readonly title: string
  readonly perTick: number
}

/** Events of one run that ends by itself. */
export const EVENTS = 10_000

export const SHAPES: readonly Shape[] = [
  { id: 'burst', title: '10 000 events in one tick', perTick: EVENTS },
  { id: 'trickle', title: '10 000 events, 50 per tick', perTick: 50 },
]
