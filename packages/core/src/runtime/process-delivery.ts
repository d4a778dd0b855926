import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { AdapterRecipe } from '@holdfast/api'
import { openAsideOfRun } from '../aside/open-aside.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import { upkeep } from '../diagnostics/upkeep.js'
import { CONTROL_BYTES, Control } from '../host/control.js'
import { laneHome } from '../host/lane-home.js'
import { planRecipes } from '../host/lane-plan.js'
import { openRegion } from '../host/open-region.js'
import { readIdentityOf } from '../host/read-identity.js'
import { listRings, ringPath, takeRingFile } from '../host/ring-files.js'
import { describeTree, type TreeFile, writeTreeFile, writeWriterFile } from '../host/tree-file.js'
import { WriterHost } from '../host/writer-host.js'
import type { Quarantine, WriterSpec } from '../host/writer-spec.js'
import { allocateFile } from '../mapping/allocate-file.js'
import { findMapperIn } from '../mapping/find-mapper.js'
import type { Mapper } from '../mapping/mapping.js'
import { WIRE_VERSION } from '../ring/shared/layout.js'
import { RingView } from '../ring/shared/ring-view.js'
import { type ClaimedRun, claimDeadRuns } from '../tree/claim-runs.js'
import { noteDeaths } from '../tree/deaths.js'
import { laneRecords } from '../tree/lane-records.js'
import { formatProcessId, ownProcessId, type ProcessId, parseProcessId } from '../tree/process-id.js'
import { joinPulse } from '../tree/pulse.js'
import { type CreatedRun, createRunDirectory, removeRunDirectory } from '../tree/run-directory.js'
import { runPaths, safeName } from '../tree/run-paths.js'
import { acquireWriter, currentWriter } from '../tree/writer-lock.js'
import type { WriterLaunch } from '../writer/remote/launch.js'
import { ProcessLaunch } from '../writer/remote/process-launch.js'
import { writerProgram } from '../writer/remote/writer-program.js'
import type { Delivery, DeliveryParts } from './delivery-parts.js'
import type { MemberInspection } from './inspection.js'
import { makeRemoteDelivery, type RemoteDeliveryParts, ringSize, splitAdapters, writerSpec } from './remote-delivery.js'
import { RunPlace } from './ring-place.js'

/**
 * A writer in a process of its own, over mapped files: what is in the ring survives this process. This one is the root of a tree.
 * `undefined` when there can be none; why is reported.
 */
export function makeProcessDelivery(parts: DeliveryParts): Delivery | undefined {
  const { settings, clock, report } = parts
  const program = writerProgram('process')
  if (typeof program !== 'string') {
    report('writer_unavailable', { ...program })
    return undefined
  }
  const { service } = settings
  const { spoolDir } = settings.queue
  const created = createRunDirectory({ service, spoolDir, wireVersion: WIRE_VERSION, clock })
  if ('unavailable' in created) {
    report('writer_unavailable', { reason: created.unavailable, cure: 'set `queue.spoolDir` to a directory of this user' })
    return undefined
  }
  const { path, isTemporary, reason = '' } = created
  if (isTemporary) report('run_directory_temporary', { path, reason })
  try {
    return startRun(parts, created)
  } catch (error) {
    // a full disk, say: the application logs nevertheless
    removeRunDirectory(path)
    report('writer_unavailable', {
      reason: describeError(error),
      cure: 'see what is wrong with the directory of the run, `queue.spoolDir`',
    })
    return undefined
  }
}

function startRun(parts: DeliveryParts, { path: run, base }: CreatedRun): Delivery {
  const { settings, clock } = parts
  const { service } = settings
  const { mapper, control } = openControl(parts, run)
  const { own, remote } = splitAdapters(settings.adapters)
  const spec = writerSpec(parts, remote)
  const { configModule } = parts
  const ownRecipes = own.filter((adapter): adapter is AdapterRecipe => 'kind' in adapter)
  const tree = describeTree({ settings, own: ownRecipes, remote, configModule, isSpooled: mapper === undefined })
  writeTreeFile(run, tree)
  writeWriterFile(run, spec, tree.recipes)
  const claims = claimDeadRuns({ base, service, wireVersion: WIRE_VERSION, members: membersOf })
  const launch = new ProcessLaunch({
    run,
    clock,
    spec: () => spec,
    needs: [join(run, 'control'), ringPath(run, parts.origin)],
    recover: claims.claimed.map(({ path }: ClaimedRun) => path),
    mayStart: () => true,
  })
  const { lanes, order } = tree
  return attach(parts, { run, mapper, control, launch, lanes, order, own, remote: () => remote, spec, isRoot: true })
}

/** The control page of a new run. Where the file system maps without sharing, nothing of the run is mapped. */
function openControl(parts: DeliveryParts, run: string): { readonly mapper: Mapper | undefined; readonly control: Control } {
  const path = join(run, 'control')
  const make = (mapper: Mapper | undefined): { readonly mapper: Mapper | undefined; readonly control: Control } => {
    allocateFile(path, CONTROL_BYTES, mapper)
    return { mapper, control: Control.format(openRegion(path, mapper)) }
  }
  const mapper = mapperFor(parts, run)
  try {
    return make(mapper)
  } catch (error) {
    if (mapper === undefined || !errorCode(error).startsWith('HOLDFAST_MAPPING_')) throw error
    parts.report('hand_off_degraded', { hand_off: 'spool', reasons: [describeError(error)] })
    rmSync(path, { force: true })
    return make(undefined)
  }
}

interface Attachment {
  readonly run: string
  readonly mapper: Mapper | undefined
  readonly control: Control
  readonly launch: WriterLaunch
  readonly lanes: TreeFile['lanes']
  readonly order: readonly string[]
  readonly own: DeliveryParts['settings']['adapters']
  /** What the writer is made of; asked when this process has to write itself. */
  readonly remote: () => readonly AdapterRecipe[]
  readonly spec: WriterSpec
  readonly isRoot: boolean
}

/** Gives this thread a ring in a run. */
export function attach(parts: DeliveryParts, attachment: Attachment): Delivery {
  const { settings, origin, clock } = parts
  const { run, mapper, control, launch, lanes, order, own, remote, spec, isRoot } = attachment
  const size = ringSize(settings.ring)
  const path = takeRingFile(run, origin, size, mapper)
  const region = openOrRemove(path, mapper)
  const place = new RunPlace({ run, ring: path, isMapped: mapper !== undefined && isRoot, clock, report: parts.report })
  const pulse = isRoot ? undefined : joinPulse(run)
  const stopNoting = noteDeaths(run, parts.report)
  const leave = (): void => {
    region.close()
    pulse?.stop()
    stopNoting()
  }
  const makeHost = (banned: readonly Quarantine[]): WriterHost => {
    // a member leaves that to the root: who restores a run has to be one
    if (isRoot) place.restore()
    const after = currentWriter(run)?.epoch ?? 0
    const lock = acquireWriter(run, after, 'application')
    if (lock === undefined) throw new Error('Another process holds the lock of the writer.')
    control.begin(lock.epoch, process.pid)
    const host = new WriterHost({
      clock,
      precautions: { quarantine: banned, isCareful: false },
      control,
      epoch: lock.epoch,
      lanes: lanes.map(({ name }) => name),
      plans: planRecipes(remote(), (lane) => laneHome(run, lane)),
      context: spec.context,
      failureResetMs: spec.failureResetMs,
      stopTimeoutMs: spec.stopTimeoutMs,
      spillBytes: spec.spillBytes,
      aside: openAsideOfRun(run, spec.spillBytes),
      spillPath: (of) => join(runPaths(run).spill, safeName(of)),
    })
    // its own is in its memory, whatever has become of the file
    const isOwnHere = region.mirror === undefined || !place.hasRing
    if (isOwnHere) host.add(new RingView(region.detach()))
    const others = listRings(run).filter((ring) => !isOwnHere || ring.origin !== origin)
    // one that cannot be had costs no other
    for (const { path } of others) upkeep(parts.report, 'delivery', () => void host.add(new RingView(openRegion(path, mapper))))
    return host
  }
  const remoteParts: RemoteDeliveryParts = {
    ...parts,
    mode: 'process',
    handOff: mapper === undefined ? 'spool' : mapper.way,
    run,
    region,
    place,
    size,
    identity: {
      origin,
      process: formatProcessId(ownProcessId()),
      thread: threadId,
      isRoot,
      service: settings.service,
      environment: settings.environment,
      context: spec.context,
    },
    control,
    launch,
    lanes,
    ownAdapters: own,
    order,
    makeHost,
    records: laneRecords(run),
    members: () => upkeep(parts.report, 'supervision', () => listMembers(run)) ?? [],
    closed: leave,
  }
  try {
    return makeRemoteDelivery(remoteParts)
  } catch (error) {
    // nothing was logged into it, and nobody is to wait for the end of it
    leave()
    rmSync(path, { force: true })
    throw error
  }
}

/** The file of a ring that cannot be opened holds nothing yet. */
function openOrRemove(path: string, mapper: Mapper | undefined): ReturnType<typeof openRegion> {
  try {
    return openRegion(path, mapper)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}

/**
 * How to map files, with one diagnostic when there is no way.
 *
 * @param isTold the root of the tree has said so: not each of its children has to
 */
export function mapperFor({ report }: DeliveryParts, run: string, isTold = false): Mapper | undefined {
  const found = findMapperIn(run)
  if (found.mapper === undefined && !isTold) report('hand_off_degraded', { hand_off: 'spool', reasons: found.reasons })
  return found.mapper
}

/** Who may still write into a run. */
function membersOf(run: string): readonly ProcessId[] {
  return listRings(run)
    .map(({ path }) => parseProcessId(readIdentityOf(path)?.process))
    .filter((id) => id !== undefined)
}

function listMembers(run: string): readonly MemberInspection[] {
  const identities = listRings(run).map(({ path }) => readIdentityOf(path))
  return identities
    .filter((identity) => identity !== undefined)
    .map(({ origin, process: id, thread, isRoot }) => ({ origin, pid: parseProcessId(id)?.pid ?? 0, thread, isRoot }))
}
