import type { Adapter, AdapterRecipe, Level } from '@holdfast/api'
import { describeError } from '../diagnostics/hub.js'
import type { Control } from '../host/control.js'
import type { WriterHost } from '../host/writer-host.js'
import { type Quarantine, type RecipeSpec, specOf, type WriterSpec } from '../host/writer-spec.js'
import { isRecipe } from '../lane/build-lanes.js'
import { FrameReader } from '../ring/reader.js'
import { Ring, type RingSettings } from '../ring/ring.js'
import type { RingIdentity } from '../ring/shared/identity.js'
import { LaneBlock } from '../ring/shared/lane-block.js'
import type { Region } from '../ring/shared/region.js'
import { SharedMemory } from '../ring/shared/shared-memory.js'
import type { LaneRecords } from '../tree/lane-records.js'
import type { WriterLaunch } from '../writer/remote/launch.js'
import type { LaneName } from '../writer/remote/remote-lane.js'
import { RemoteWriter } from '../writer/remote/remote-writer.js'
import type { RingPlace } from '../writer/remote/ring-place.js'
import { Supervisor } from '../writer/remote/supervisor.js'
import { WriterFallback } from '../writer/remote/writer-fallback.js'
import type { WriterInspection } from '../writer/writer.js'
import { type Delivery, type DeliveryParts, lowestOf, makeLocalWriter } from './delivery-parts.js'
import type { MemberInspection } from './inspection.js'

export interface RemoteDeliveryParts extends DeliveryParts {
  readonly mode: 'thread' | 'process'
  readonly handOff: WriterInspection['handOff']
  readonly run: string
  readonly region: Region
  readonly place: RingPlace
  readonly size: RingSize
  readonly identity: RingIdentity
  readonly control: Control
  readonly launch: WriterLaunch
  readonly lanes: readonly LaneName[]
  /** Adapters of this thread. */
  readonly ownAdapters: readonly (Adapter | AdapterRecipe)[]
  /** Names of all lanes, in the order in which reports show them. */
  readonly order: readonly string[]
  /** Where it is kept which lanes are not to be trusted. */
  readonly records: LaneRecords
  /** @param banned lanes that must not be run here */
  readonly makeHost: (banned: readonly Quarantine[]) => WriterHost
  readonly members: () => readonly MemberInspection[]
  readonly closed: () => void
}

export interface RingSize {
  readonly segments: number
  readonly segmentBytes: number
}

/** Fewer segments than this leave a writer elsewhere no room to be behind. */
const MIN_SEGMENTS = 4

export function ringSize({ maxBytes, segmentBytes }: RingSettings): RingSize {
  return { segments: Math.max(MIN_SEGMENTS, Math.floor(maxBytes / segmentBytes)), segmentBytes }
}

/** Puts together what the writer thread and the writer process have in common. */
export function makeRemoteDelivery(parts: RemoteDeliveryParts): Delivery {
  const { origin, region, size, identity, ownAdapters, lanes, control, launch, clock, report, settings } = parts
  const memory = new SharedMemory(region, { ...size, identity })
  const maxBytes = size.segments * size.segmentBytes
  const ring: Ring = new Ring({ maxBytes, segmentBytes: size.segmentBytes }, (oldest) => writer.release(oldest), memory)
  const reader = new FrameReader(origin)
  const local = makeLocalWriter(parts, ring, reader, ownAdapters)
  const fallback = new WriterFallback({ clock, report, make: () => parts.makeHost(banned()) })
  const names = lanes.map(({ name }) => name)
  const giveUp = (): void => {
    try {
      fallback.switchOn()
    } catch (error) {
      // called from a timer and from log calls, none of which may end the application
      const cure = 'what is in the ring is delivered by the next start of the application'
      report('writer_unavailable', { reason: describeError(error), cure })
    }
  }
  const supervisor = new Supervisor({ launch, control, clock, report, lanes: names, records: parts.records, giveUp })
  const banned = (): readonly Quarantine[] => [...supervisor.banned, ...quarantinedIn(region, names)]
  const queue = {
    ...settings.queue,
    maxEvents: settings.queue.maxEvents ?? Number.POSITIVE_INFINITY,
    maxBytes: Math.min(settings.queue.maxBytes, Math.floor(maxBytes / 2)),
  }
  const writer: RemoteWriter = new RemoteWriter({
    ...parts,
    ring,
    source: { origin, ring, reader },
    segments: size.segments,
    local,
    queue,
    supervisor,
    wake: () => launch.wake(control),
    fallback,
  })
  const levels = lanes.map(({ level }) => level)
  const lowestLane = Math.min(lowestOf(ownAdapters), lowestOf(levels.map(asRecipe)))
  return { ring, reader, writer, lowestLane, members: parts.members }
}

/** Lanes that the last writer had in quarantine. */
function quarantinedIn(region: Region, names: readonly string[]): readonly Quarantine[] {
  const lanes = names.filter((_, index) => new LaneBlock(region, index).state === 'quarantined')
  const reason = 'it was in quarantine when the last writer ended: it is not run in the application'
  return lanes.map((lane) => ({ lane, reason, pauseMs: Number.POSITIVE_INFINITY }))
}

function asRecipe(level: Level | undefined): AdapterRecipe {
  const lane = level === undefined ? {} : { level }
  return {
    kind: 'recipe',
    name: '',
    options: undefined,
    place: 'writer',
    lane,
    create: () => ({ name: '', write: () => undefined }),
  }
}

/** Which adapters run here, and which are for the writer. A plain object has nothing that another thread could make it from. */
export function splitAdapters(adapters: readonly (Adapter | AdapterRecipe)[]): {
  readonly own: readonly (Adapter | AdapterRecipe)[]
  readonly remote: readonly AdapterRecipe[]
} {
  const remote = adapters.filter((adapter): adapter is AdapterRecipe => isRecipe(adapter) && adapter.place === 'writer')
  return { own: adapters.filter((adapter) => !remote.includes(adapter as AdapterRecipe)), remote }
}

/** What the writer has to know of these settings. */
export function writerSpec(
  { settings, context, configModule, instance }: DeliveryParts,
  recipes: readonly AdapterRecipe[],
): WriterSpec {
  const { failureResetMs, stopTimeoutMs, spillBytes, spoolDir } = settings.queue
  const { service } = settings
  const specs: readonly RecipeSpec[] = recipes.map((recipe) => specOf(recipe, configModule))
  const own = instance === undefined ? undefined : { instance }
  return { recipes: specs, context: context(), failureResetMs, stopTimeoutMs, spillBytes, service, spoolDir, ...own }
}
