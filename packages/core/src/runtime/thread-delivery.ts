import { threadId } from 'node:worker_threads'
import { openAsideOfService } from '../aside/open-aside.js'
import { CONTROL_BYTES, Control } from '../host/control.js'
import { planRecipes } from '../host/lane-plan.js'
import { WriterHost } from '../host/writer-host.js'
import type { Quarantine } from '../host/writer-spec.js'
import { regionBytes } from '../ring/shared/layout.js'
import { makeRegion } from '../ring/shared/region.js'
import { RingView } from '../ring/shared/ring-view.js'
import { NO_RECORDS } from '../tree/lane-records.js'
import { formatProcessId, ownProcessId } from '../tree/process-id.js'
import { laneNameOf } from '../writer/remote/remote-lane.js'
import { IN_MEMORY } from '../writer/remote/ring-place.js'
import { ThreadLaunch } from '../writer/remote/thread-launch.js'
import { writerProgram } from '../writer/remote/writer-program.js'
import { type Delivery, type DeliveryParts, self } from './delivery-parts.js'
import { makeRemoteDelivery, ringSize, splitAdapters, writerSpec } from './remote-delivery.js'

/** A writer in a thread of this process, over memory that both share. `undefined` when there can be none; why is reported. */
export function makeThreadDelivery(parts: DeliveryParts): Delivery | undefined {
  const { settings, origin, clock, report } = parts
  const program = writerProgram('thread')
  if (typeof program !== 'string') {
    report('writer_unavailable', { ...program })
    return undefined
  }
  const { own, remote } = splitAdapters(settings.adapters)
  const size = ringSize(settings.ring)
  const page = new SharedArrayBuffer(CONTROL_BYTES)
  const memory = new SharedArrayBuffer(regionBytes(size.segments, size.segmentBytes))
  const control = Control.format(makeRegion(page))
  const spec = writerSpec(parts, remote)
  const makeHost = (banned: readonly Quarantine[]): WriterHost => {
    const epoch = control.epoch + 1
    control.begin(epoch, process.pid)
    const host = new WriterHost({
      clock,
      precautions: { quarantine: banned, isCareful: false },
      control,
      epoch,
      lanes: remote.map(({ name }) => name),
      plans: planRecipes(remote, () => undefined, spec.instance),
      context: spec.context,
      failureResetMs: spec.failureResetMs,
      stopTimeoutMs: spec.stopTimeoutMs,
      spillBytes: 0,
      aside: openAsideOfService(spec),
      spillPath: () => undefined,
      dropsRest: true,
    })
    host.add(new RingView(makeRegion(memory)))
    return host
  }
  return makeRemoteDelivery({
    ...parts,
    mode: 'thread',
    handOff: 'shared memory',
    run: '',
    region: makeRegion(memory),
    place: IN_MEMORY,
    size,
    identity: {
      origin,
      process: formatProcessId(ownProcessId()),
      thread: threadId,
      isRoot: true,
      service: settings.service,
      environment: settings.environment,
      context: spec.context,
    },
    control,
    launch: new ThreadLaunch({ program, spec, control: page, ring: memory }),
    lanes: remote.map(laneNameOf),
    ownAdapters: own,
    order: settings.adapters.map(({ name }) => name),
    makeHost,
    records: NO_RECORDS,
    members: () => [self(origin)],
    closed: () => undefined,
  })
}
