/** One question about cost, with its subjects and what we claim about the answer. */
export type Bench = RaceBench | LatencyBench | ImportBench

/** Several loggers do the same work in turns, each in a process of its own. */
export interface RaceBench {
  readonly kind: 'race'
  /** Short name for the row filter. */
  readonly id: string
  /** What a reader wants to know. */
  readonly question: string
  /** Calls before the event loop turns: what commits per tick commits this often. */
  readonly perTick: number
  readonly lines: LineExpectation
  /** How many times the usual number of laps, where a small difference is asked for. @default 1 */
  readonly patience?: number
  /** How many times longer laps are, where a writer elsewhere works in batches. @default 1 */
  readonly lapScale?: number
  /** Laps of so many ticks, and few of them: shows how many events a second come to the file. */
  readonly longLapTicks?: number
  /** Also tells the calling thread's CPU time, and that of a writer elsewhere. Linux only. @default false */
  readonly watchWriter?: boolean
  /** Also measures garbage collection, at the price of an observer in each process. @default false */
  readonly watchGc?: boolean
  /** For the processes of the subjects. */
  readonly nodeArguments?: readonly string[]
  /** The first one is ours; the others are shown relative to it. */
  readonly subjects: readonly RaceSubject[]
  readonly claims: readonly Claim[]
  /** What a reader must know to judge the figures. */
  readonly notes?: readonly string[]
}

/** How long single calls take while they come at a steady pace, alone on the machine and beside busy loops. */
export interface LatencyBench {
  readonly kind: 'latency'
  readonly id: string
  readonly question: string
  /** Calls each millisecond. */
  readonly perMs: number
  /** Processes that do nothing but keep a processor busy, in the second half of the runs. */
  readonly busyLoops: number
  readonly lines: LineExpectation
  readonly subjects: readonly RaceSubject[]
  readonly claims: readonly Claim[]
  readonly notes?: readonly string[]
}

/** Fresh processes import one package each. */
export interface ImportBench {
  readonly kind: 'import'
  readonly id: string
  readonly question: string
  /** Package names; the first one is ours. */
  readonly packages: readonly string[]
  readonly claims: readonly Claim[]
  readonly notes?: readonly string[]
}

export interface RaceSubject {
  readonly name: string
  /** Whether a line carries everything that ours does, or what the logger writes by default. */
  readonly information: 'full' | 'minimal'
  /** Opens a logger that writes to a file which does not exist yet. */
  readonly open: (file: string) => Promise<Contestant> | Contestant
}

/** A logger that is ready to be measured. */
export interface Contestant {
  /** Makes one log call; the index is its number, from 0. */
  readonly call: (index: number) => unknown
  /**
   * Ends a lap of a logger that writes later, which would otherwise measure its memory: waits until everything is written.
   * `last` is the index of the last call.
   */
  readonly settle?: (last: number) => Promise<void>
  /** The threads that write for it. */
  readonly writer?: TaskClock
  /** Brings everything to the file. Its CPU time counts. */
  readonly close: () => Promise<void> | void
}

/** CPU time of some threads. */
export interface TaskClock {
  /** Whether they are threads of this process, and so part of its CPU time. */
  readonly isInside: boolean
  /** Milliseconds so far. */
  read(): number
}

/** What the file must hold once a contestant has closed. */
export interface LineExpectation {
  readonly perCall: 0 | 1
  /** Each line carries the number of its call, so that a double cannot hide a loss. */
  readonly numbered: boolean
  /** A text that must not be in any line. */
  readonly secret?: string
}

/** One promise with its threshold. */
export interface Claim {
  readonly text: string
  readonly unit: 'times' | 'ns'
  /** Whether a higher value is better. */
  readonly better: 'higher' | 'lower'
  readonly measure: (figures: (subject: string) => Figures) => number
  readonly gate: number
  readonly goal?: number
}

/** What was measured of one subject; per call where the name says so. */
export interface Figures {
  readonly cpuNsPerCall?: number
  readonly wallNsPerCall?: number
  readonly gcNsPerCall?: number
  /** CPU time of the thread that logs, until its last call returned. */
  readonly callerNsPerCall?: number
  /** CPU time of the process and of a writer outside. */
  readonly totalCpuNsPerCall?: number
  /** CPU time of both in a second without a call, in milliseconds. */
  readonly idleMsPerSecond?: number
  /** Up to the moment when the last one is in the file: of the median lap, and of the best. */
  readonly eventsPerSecond?: number
  readonly bestEventsPerSecond?: number
  readonly quiet?: Percentiles
  readonly loaded?: Percentiles
  readonly bytesPerLine?: number
  readonly calls?: number
  readonly importMs?: number
  readonly importCpuMs?: number
  readonly rssMb?: number
}

/** Durations of single calls, in microseconds. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** One subject's figures, and what is wrong with the file that it wrote, if anything. */
export interface Outcome {
  readonly subject: string
  readonly figures: Figures
  readonly faults: readonly string[]
  /** Where the CPU time went, if that was asked for. */
  readonly hotSpots?: readonly HotSpot[]
}

/** One function in a profile. */
export interface HotSpot {
  /** Its name and file. */
  readonly place: string
  /** Share of the samples that were taken in it and not in what it calls. */
  readonly share: number
}

/** How many times the CPU time per call of one subject is that of another. */
export function cpuRatio(figures: (subject: string) => Figures, theirs: string, ours: string): number {
  return figure(figures(theirs).cpuNsPerCall) / figure(figures(ours).cpuNsPerCall)
}

/** A figure that must be there; `NaN` fails every claim. */
export function figure(value: number | undefined): number {
  return value ?? Number.NaN
}
