import { threadId } from 'node:worker_threads'
import type { Adapter, AdapterRecipe } from '@holdfast/api'
import { openAsideOfService } from '../aside/open-aside.js'
import type { Clock } from '../clock.js'
import { LOCAL_MAX_EVENTS, type RuntimeSettings } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import { buildLanes } from '../lane/build-lanes.js'
import { laneSettings } from '../lane/settings.js'
import type { ProducerCounters } from '../pipeline/counters.js'
import { NoticeWriter } from '../ring/notice.js'
import type { FrameReader } from '../ring/reader.js'
import type { Ring } from '../ring/ring.js'
import { LocalWriter } from '../writer/local-writer.js'
import type { Writer } from '../writer/writer.js'
import type { Inheritance } from './inheritance.js'
import type { MemberInspection, RuntimeInspection } from './inspection.js'

/** What a runtime hands its events to: a ring, and the writer behind it. */
export interface Delivery {
  readonly ring: Ring
  readonly reader: FrameReader
  readonly writer: Writer
  /** The lowest threshold of any lane. */
  readonly lowestLane: number
  readonly members: () => readonly MemberInspection[]
  /** What keeps an accepted event. @default lanes, or the ring where no adapters are configured */
  readonly place?: () => RuntimeInspection['place']
  /** Why this process has no ring in the tree that it was handed, when it has none. */
  readonly steppedDown?: string
}

export interface DeliveryParts {
  readonly origin: string
  readonly settings: RuntimeSettings
  readonly clock: Clock
  readonly report: Report
  /** The context of what the runtime itself has to say, as JSON. */
  readonly context: () => string
  readonly counters: () => ProducerCounters
  /** Tells this process's adapters from the same ones of other processes, see `AdapterRecipe.create`. */
  readonly instance: string | undefined
  /** The module that the configuration came from, if it was one. */
  readonly configModule: URL | undefined
  /** What this process takes over from an ancestor whose tree it joins. */
  readonly inheritance: Inheritance | undefined
}

/** A writer in this thread for some adapters, on whatever ring. */
export function makeLocalWriter(
  { settings, clock, report, origin, context, instance }: DeliveryParts,
  ring: Ring,
  reader: FrameReader,
  adapters: readonly (Adapter | AdapterRecipe)[],
): LocalWriter {
  const { service } = settings
  const { spoolDir, spillBytes } = settings.queue
  const lanes = buildLanes(
    adapters,
    {
      clock,
      report,
      failureResetMs: settings.queue.failureResetMs,
      notices: new NoticeWriter(clock, context),
      aside: openAsideOfService({ service, spoolDir, spillBytes }),
      wake: (lane, delayMs) => clock.after(delayMs, () => writer.wake(lane)),
      dropped: () => writer.dropped(),
    },
    (recipe) => recipe.create(undefined, instance),
  )
  const queue = { ...settings.queue, maxEvents: settings.queue.maxEvents ?? LOCAL_MAX_EVENTS }
  const writer: LocalWriter = new LocalWriter({ ring, source: { origin, ring, reader }, lanes, queue, clock, report })
  return writer
}

/** The lowest threshold that any of these adapters asks for. */
export function lowestOf(adapters: readonly (Adapter | AdapterRecipe)[]): number {
  const levels = adapters.map((adapter) => ('kind' in adapter ? laneSettings(adapter.lane).level : 0))
  return Math.min(...levels, Number.POSITIVE_INFINITY)
}

/** This thread as a member of a tree. */
export function self(origin: string): MemberInspection {
  return { origin, pid: process.pid, thread: threadId, isRoot: true }
}
