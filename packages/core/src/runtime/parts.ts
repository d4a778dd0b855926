import type { Adapter, AdapterRecipe } from '@holdfast/api'
import type { Clock } from '../clock.js'
import type { RuntimeSettings } from '../config/settings.js'
import type { ContextBinder } from '../context/context-binder.js'
import { ContextRenderer } from '../context/context-renderer.js'
import { processIdentity } from '../context/identity.js'
import type { Report } from '../diagnostics/catalogue.js'
import { type DiagnosticHub, describeError, errorCode } from '../diagnostics/hub.js'
import { Encoder } from '../encode/encoder.js'
import { Lane } from '../lane/lane.js'
import { LANE_DEFAULTS, laneSettings } from '../lane/settings.js'
import { LevelTable } from '../level-table.js'
import { Pipeline } from '../pipeline/pipeline.js'
import { NoticeWriter } from '../ring/notice.js'
import { newOrigin } from '../ring/origin.js'
import { Producer } from '../ring/producer.js'
import { FrameReader } from '../ring/reader.js'
import { Ring } from '../ring/ring.js'
import { RateLimiter } from '../stages/rate-limiter.js'
import { LocalWriter } from '../writer/local-writer.js'
import { RingSink } from './ring-sink.js'

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
  readonly writer: LocalWriter
  readonly sink: RingSink
}

export function buildParts(settings: RuntimeSettings, clock: Clock, hub: DiagnosticHub, binder: ContextBinder): RuntimeParts {
  const origin = newOrigin()
  const { report } = hub
  const encoder = new Encoder({ limits: settings.limits, scrub: settings.scrub, serializers: settings.serializers, report })
  const base = { ...processIdentity(), service: settings.service, environment: settings.environment, ...settings.context }
  const renderer = new ContextRenderer(encoder, base)
  const levels = new LevelTable(settings.level, settings.levels)
  const reader = new FrameReader(origin)
  const ring: Ring = new Ring({ ...settings.ring, isChecked: false }, (oldest) => writer.release(oldest))
  const lanes = buildLanes(settings, {
    clock,
    report,
    failureResetMs: settings.queue.failureResetMs,
    notices: new NoticeWriter(clock, () => renderer.base.rendered.json),
    wake: (lane, delayMs) => clock.after(delayMs, () => writer.wake(lane)),
    dropped: () => writer.dropped(),
  })
  const writer: LocalWriter = new LocalWriter({ ring, source: { origin, ring, reader }, lanes, queue: settings.queue, clock, report })
  const sink: RingSink = new RingSink({
    producer: new Producer(ring),
    writer,
    clock,
    report,
    counters: () => pipeline.counters,
    frameBytes: Math.floor(settings.ring.segmentBytes / 4),
    lowestLane: Math.min(...lanes.map((lane) => lane.settings.level), Number.POSITIVE_INFINITY),
  })
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
  return { origin, settings, clock, hub, binder, renderer, levels, pipeline, ring, reader, writer, sink }
}

function buildLanes(settings: RuntimeSettings, parts: ConstructorParameters<typeof Lane>[3]): readonly Lane[] {
  const built: Adapter[] = []
  return settings.adapters.map((given) => {
    if (!isRecipe(given)) return new Lane(given, given.name, LANE_DEFAULTS, parts)
    const adapter = create(given, built, parts.report)
    built.push(adapter)
    return new Lane(adapter, given.name, laneSettings(given.lane), parts)
  })
}

/** When one cannot be built there is no runtime: those built before it are closed, and the application gets the error. */
function create(recipe: AdapterRecipe, built: readonly Adapter[], report: Report): Adapter {
  try {
    return recipe.create()
  } catch (error) {
    const tell = (adapter: string, operation: 'create' | 'close', reason: unknown): void =>
      report('adapter_error', { adapter, operation, error: describeError(reason), code: errorCode(reason) })
    tell(recipe.name, 'create', error)
    for (const adapter of built) closeQuietly(adapter, (reason) => tell(adapter.name, 'close', reason))
    throw error
  }
}

function closeQuietly(adapter: Adapter, tell: (reason: unknown) => void): void {
  try {
    Promise.resolve(adapter.close?.()).catch(tell)
  } catch (reason) {
    tell(reason)
  }
}

function isRecipe(given: Adapter | AdapterRecipe): given is AdapterRecipe {
  return 'kind' in given && given.kind === 'recipe'
}
