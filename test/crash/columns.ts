/** Identifiers of the ways to end. */
export type ColumnId =
  | 'exit'
  | 'throw'
  | 'rejection'
  | 'sigterm'
  | 'sigkill'
  | 'sigkill-outside'
  | 'abort'
  | 'oom'
  | 'blocked'
  | 'init-tick'
  | 'pid-1'

/** One way in which a process ends, and how the matrix brings it about. */
export interface Column {
  readonly id: ColumnId
  readonly title: string
  /** `inside`: the process does it to itself after its last call. `moment`: killed at a random moment while it logs. `blocked`: killed while its loop hangs. */
  readonly end: 'inside' | 'moment' | 'blocked'
  /** When the counter is stored: once, right before the end, or after each call when nobody knows when the end comes. */
  readonly counter: 'end' | 'each'
  /** How the process must end for the cell to count. */
  readonly expects: readonly (number | NodeJS.Signals)[]
  readonly nodeArguments?: readonly string[]
  /** In a PID namespace of its own, as a container has it. Needs root. */
  readonly isInit?: boolean
  /** The kernel gives the process no chance to do anything. */
  readonly isSudden: boolean
}

/** In the order of the matrix. */
export const COLUMNS: readonly Column[] = [
  { id: 'exit', title: 'exit()', end: 'inside', counter: 'end', expects: [0], isSudden: false },
  { id: 'throw', title: 'throw', end: 'inside', counter: 'end', expects: [1], isSudden: false },
  { id: 'rejection', title: 'rejection', end: 'inside', counter: 'end', expects: [1], isSudden: false },
  { id: 'sigterm', title: 'SIGTERM', end: 'inside', counter: 'end', expects: ['SIGTERM'], isSudden: false },
  { id: 'sigkill', title: 'SIGKILL', end: 'inside', counter: 'end', expects: ['SIGKILL'], isSudden: true },
  { id: 'sigkill-outside', title: 'SIGKILL any time', end: 'moment', counter: 'each', expects: ['SIGKILL'], isSudden: true },
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
  { id: 'blocked', title: 'blocked, SIGKILL', end: 'blocked', counter: 'end', expects: ['SIGKILL'], isSudden: true },
  { id: 'init-tick', title: 'tick of init', end: 'inside', counter: 'end', expects: ['SIGKILL'], isSudden: true },
  {
    id: 'pid-1',
    title: 'PID 1, SIGKILL',
    end: 'moment',
    counter: 'each',
    // what is seen is the end of unshare: some versions stumble over the signal and answer 1
    expects: ['SIGKILL', 137, 1],
    isInit: true,
    isSudden: true,
  },
]

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
