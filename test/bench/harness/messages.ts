import type { HotSpot } from '../bench.js'

/** What the driver asks of a contestant's process. */
export type Request =
  /** `runIn` ticks that do not count, because caches are cold after the wait for one's turn, then `ticks` that do. */
  | { readonly kind: 'lap'; readonly runIn: number; readonly ticks: number }
  /** Everything before this was warm-up. */
  | { readonly kind: 'start'; readonly isProfiled: boolean }
  | { readonly kind: 'finish' }

/** What a contestant's process answers, once to each request, and `ready` at first. */
export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'lap'; readonly cpuMs: number; readonly wallMs: number }
  | { readonly kind: 'started' }
  | Finish

/** The measured part of a contestant: from `start` until its logger had closed, without run-ins. */
export interface Finish {
  readonly kind: 'finish'
  /** Those that count. */
  readonly calls: number
  /** All threads, user and system, with what happened between laps. */
  readonly cpuMs: number
  /** Wall time of each lap. */
  readonly lapsMs: readonly number[]
  /** CPU time of the thread that logs, of a writer outside of the process, and of both processes in an idle second, where they are asked for. */
  readonly watched: { readonly callerMs: number; readonly outsideMs: number; readonly idleMs: number } | undefined
  readonly gcMs: number | undefined
  readonly bytesPerLine: number
  readonly faults: readonly string[]
  readonly hotSpots: readonly HotSpot[] | undefined
}
