import type { Clock } from '../clock.js'
import type { RuntimeSettings } from '../config/settings.js'
import type { ContextBinder } from '../context/context-binder.js'
import { ContextRenderer } from '../context/context-renderer.js'
import { processIdentity } from '../context/identity.js'
import type { DiagnosticHub } from '../diagnostics/hub.js'
import { Encoder } from '../encode/encoder.js'
import { LevelTable } from '../level-table.js'
import { Pipeline } from '../pipeline/pipeline.js'
import { Producer } from '../ring/producer.js'
import type { FrameReader } from '../ring/reader.js'
import type { Ring } from '../ring/ring.js'
import { RateLimiter } from '../stages/rate-limiter.js'
import type { Lineage } from '../tree/lineage.js'
import type { Writer } from '../writer/writer.js'
import { makeDelivery } from './delivery.js'
import { GuardedSink } from './guarded-sink.js'
import type { Inheritance } from './inheritance.js'
import type { MemberInspection, RuntimeInspection } from './inspection.js'
import { RingSink } from './ring-sink.js'
import { treeInWords } from './tree-in-words.js'

/** Everything a runtime is made of, wired. Data flows from the pipeline through the sink into the ring, and from there to the lanes. */
export interface RuntimeParts {
  readonly origin: string
  readonly settings: RuntimeSettings
  readonly clock: Clock
  readonly hub: DiagnosticHub
  readonly binder: ContextBinder
  readonly renderer: ContextRenderer
  readonly levels: LevelTable
  readonly pipeline: Pipeline
  readonly ring: Ring
  readonly reader: FrameReader
  readonly writer: Writer
  readonly sink: RingSink
  /** Who logs into the same tree. */
  readonly members: () => readonly MemberInspection[]
  readonly place: () => RuntimeInspection['place']
  readonly steppedDown: string | undefined
  /** Its run; or what its tree is like, when it wanted one and found no place for it. */
  readonly tree: Pick<Lineage, 'run' | 'tree'>
}

/** Who a runtime is, and where it stands among the processes that log. */
export interface Standing {
  readonly origin: string
  /** Pids of its ancestors and its own, the oldest first. */
  readonly chain: readonly number[]
  readonly inheritance: Inheritance | undefined
  readonly configModule: URL | undefined
  /** Set when other processes make the same adapters. */
  readonly instance: string | undefined
}

export function buildParts(
  settings: RuntimeSettings,
  clock: Clock,
  hub: DiagnosticHub,
  binder: ContextBinder,
  { origin, chain, inheritance, configModule, instance }: Standing,
): RuntimeParts {
  const { report } = hub
  const encoder = new Encoder({ limits: settings.limits, scrub: settings.scrub, serializers: settings.serializers, report })
  const base = { ...processIdentity(chain), service: settings.service, environment: settings.environment, ...settings.context }
  const renderer = new ContextRenderer(encoder, base)
  const levels = new LevelTable(settings.level, settings.levels)
  const delivery = makeDelivery({
    origin,
    settings,
    clock,
    report,
    context: () => renderer.base.rendered.json,
    counters: () => pipeline.counters,
    configModule,
    instance,
    inheritance,
  })
  const { ring, reader, writer, lowestLane, members, steppedDown } = delivery
  const place = delivery.place ?? (() => (writer.statuses.length > 0 ? 'lanes' : 'ring'))
  const sinkParts = {
    producer: new Producer(ring),
    writer,
    clock,
    report,
    counters: () => pipeline.counters,
    frameBytes: Math.floor(settings.ring.segmentBytes / 4),
    lowestLane,
  }
  const sink = delivery.place === undefined ? new RingSink(sinkParts) : new GuardedSink(sinkParts, delivery.place)
  const pipeline: Pipeline = new Pipeline({
    settings,
    clock,
    report,
    isInside: () => hub.isTelling || writer.isDelivering,
    binder,
    renderer,
    encoder,
    levels,
    rateLimiter: settings.rateLimit === undefined ? undefined : new RateLimiter(settings.rateLimit),
    sink,
  })
  const { run } = writer.inspection
  const tree = run === '' ? { run: undefined, ...treeInWords(settings, configModule) } : { run }
  const own = { origin, settings, clock, hub, binder, renderer, levels, pipeline, ring, reader, writer, sink, members }
  return { ...own, place, steppedDown, tree }
}
