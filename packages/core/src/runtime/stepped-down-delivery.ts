import { threadId } from 'node:worker_threads'
import type { Adapter, AdapterRecipe } from '@holdfast/api'
import { describeError } from '../diagnostics/hub.js'
import { isRecipe } from '../lane/build-lanes.js'
import { FrameReader } from '../ring/reader.js'
import { Ring } from '../ring/ring.js'
import { type LaneFault, laneRecords } from '../tree/lane-records.js'
import type { LocalWriter } from '../writer/local-writer.js'
import { PartialWriter } from '../writer/partial-writer.js'
import { isLost, type LostLane, UnreachableLane } from '../writer/unreachable-lane.js'
import { type Delivery, type DeliveryParts, lowestOf, makeLocalWriter, self } from './delivery-parts.js'
import { type Inheritance, makeAgain } from './inheritance.js'

/**
 * The delivery of a process that was handed a tree and cannot have a ring in it: it builds the lanes of the tree by itself, as far as it can, under
 * names of its own. With none of them its calls are refused. A tree that was given no adapters has none to reach: there the ring is the place.
 *
 * @param reason why there is no ring
 */
export function makeSteppedDownDelivery(parts: DeliveryParts, inheritance: Inheritance, reason: string): Delivery {
  const { settings, origin, report } = parts
  const { file, lost } = inheritance
  const instance = ownInstance()
  const wanted = [...settings.adapters, ...remoteLanes(inheritance), ...lost]
  const lanes = wanted.map((lane) => (isLost(lane) ? lane : build(lane, instance)))
  const unreachable = lanes.filter(isLost)
  const adapters = lanes.filter((lane): lane is Adapter | AdapterRecipe => !isLost(lane))
  const isRecorder = file !== undefined && file.order.length === 0
  if (unreachable.length > 0 || (adapters.length === 0 && !isRecorder)) {
    const names = unreachable.map((lane) => `${lane.name}: ${lane.reason}`)
    report('lanes_unreachable', { reason, unreachable: names, reached: adapters.map(({ name }) => name) })
  }
  const ring: Ring = new Ring(settings.ring, (oldest) => writer.release(oldest))
  const reader = new FrameReader(origin)
  const local = makeLocalWriter({ ...parts, instance }, ring, reader, adapters)
  const source = { origin, ring, reader }
  const writer: PartialWriter = new PartialWriter(
    local,
    unreachable.map((lane) => new UnreachableLane(lane, source)),
    file?.order ?? [],
  )
  const place = (): 'lanes' | 'ring' | 'none' => (isRecorder ? 'ring' : hasPlace(local) ? 'lanes' : 'none')
  const members = () => [{ ...self(origin), isRoot: false }]
  return { ring, reader, writer, lowestLane: lowestOf(adapters), members, place, steppedDown: reason }
}

/**
 * Whether one of its lanes is a place for events. A lane that has failed ever since it was made is none: what it would hold ends with this process. One
 * that has worked and fails now holds its events as the lanes of any local writer do.
 */
function hasPlace({ lanes }: LocalWriter): boolean {
  return lanes.some(({ cursor, health, settings }) => {
    if (cursor.delivered > 0 || health.state === 'ok') return true
    // it holds nothing that would be tried again: the next event is the trial
    return settings.whenDown === 'drop' && health.isReady()
  })
}

/** Those of a writer, but for adapters that hung in one or ended it: no application builds them. */
function remoteLanes({ file, lineage }: Inheritance): readonly (AdapterRecipe | LostLane)[] {
  const records = lineage.run === undefined ? [] : laneRecords(lineage.run).read()
  const faults = new Map(records.map(({ lane, fault }) => [lane, fault]))
  return (file?.recipes ?? []).map((spec) => {
    const fault = faults.get(spec.name)
    return fault === undefined
      ? makeAgain(spec)
      : { kind: 'lost', name: spec.name, level: spec.lane.level, reason: FAULTS[fault] }
  })
}

const FAULTS: Readonly<Record<LaneFault, string>> = {
  hung: 'its adapter hung',
  crashed: 'its adapter ended a writer',
  late: 'its module was not loaded in time',
}

/** What tells this process's adapters from those of all others: no two processes write one path. */
export function ownInstance(): string {
  return threadId === 0 ? `${process.pid}` : `${process.pid}-${threadId}`
}

/** Builds an adapter now, so that one that cannot be built costs its own lane only. */
function build(given: Adapter | AdapterRecipe, instance: string): Adapter | AdapterRecipe | LostLane {
  if (!isRecipe(given)) return given
  try {
    const adapter = given.create(undefined, instance)
    return { ...given, create: () => adapter }
  } catch (error) {
    return { kind: 'lost', name: given.name, level: given.lane.level, reason: describeError(error) }
  }
}
