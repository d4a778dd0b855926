import { existsSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { describeError } from '../diagnostics/hub.js'
import { Control } from '../host/control.js'
import { openRegion } from '../host/open-region.js'
import { requireRecipes } from '../host/recipe-of.js'
import { ringPath } from '../host/ring-files.js'
import { isRootAtWork } from '../host/root-at-work.js'
import { readWriterFile, type TreeFile } from '../host/tree-file.js'
import type { JoinedTree } from '../tree/join.js'
import { isGone } from '../tree/process-state.js'
import { currentWriter } from '../tree/writer-lock.js'
import { PartialWriter } from '../writer/partial-writer.js'
import { ProcessLaunch } from '../writer/remote/process-launch.js'
import { UnreachableLane } from '../writer/unreachable-lane.js'
import type { Delivery, DeliveryParts } from './delivery-parts.js'
import type { Inheritance } from './inheritance.js'
import { attach, mapperFor } from './process-delivery.js'

/** A writer that has ended is waited for so long: it removes the run as its last act, or leaves it. */
const ENDING_MS = 1000
const LOOK_MS = 2

/** A ring in the run of an ancestor, whose writer serves it; or why there is none. */
export function makeMemberDelivery(
  parts: DeliveryParts,
  { lost }: Inheritance,
  tree: JoinedTree,
  file: TreeFile,
): Delivery | string {
  try {
    const delivery = join(parts, tree, file)
    return typeof delivery === 'string' || lost.length === 0 ? delivery : without(delivery, parts, file, lost)
  } catch (error) {
    // no room, no descriptor, no right to write there; or its directory was removed while this process looked at it
    return describeError(error)
  }
}

function join(parts: DeliveryParts, { run, facts }: JoinedTree, { lanes, order, isSpooled }: TreeFile): Delivery | string {
  const spec = readWriterFile(run)
  if (spec === undefined) return 'the run has no readable writer.json'
  const mapper = mapperFor(parts, run, isSpooled)
  const page = openRegion(joinPath(run, 'control'), mapper)
  const control = new Control(page)
  if (!control.isOurs) {
    page.close()
    return 'the run has no page of its writer'
  }
  const launch = new ProcessLaunch({
    run,
    clock: parts.clock,
    spec: () => readWriterFile(run),
    needs: [joinPath(run, 'control'), ringPath(run, parts.origin)],
    recover: [],
    // as long as the root logs it is the one who starts writers
    mayStart: () => isGone(facts.root) || !isRootAtWork(run),
  })
  const own = parts.settings.adapters
  const remote = () => requireRecipes(spec.recipes)
  try {
    const delivery = attach(parts, { run, mapper, control, launch, lanes, order, own, remote, spec, isRoot: false })
    if (isKept(parts, run, control)) return delivery
    void delivery.writer.close({ timeoutMs: 1 })
    return 'the run ended while this process came to it'
  } catch (error) {
    page.close()
    throw error
  }
}

/**
 * Whether the ring that was just made stays where it is found. A writer that ends says so before it looks for rings once more: one that runs sees this
 * ring. One that has ended may be about to remove the run, so its end is waited for; what is there then stays, and the next writer finds it. Nor was
 * the run taken over by an application that was started again: whoever does that looks once more for members behind its rename.
 */
function isKept({ clock }: DeliveryParts, run: string, control: Control): boolean {
  const deadline = clock.monotonic() + ENDING_MS
  while (hasEnded(control) && isWriterThere(run)) {
    if (clock.monotonic() > deadline) return false
    clock.sleepSync(LOOK_MS)
  }
  return existsSync(joinPath(run, 'control'))
}

function hasEnded(control: Control): boolean {
  control.refresh()
  return control.state === 'ended'
}

function isWriterThere(run: string): boolean {
  const writer = currentWriter(run)?.process
  return writer !== undefined && !isGone(writer)
}

/** The same ring, with some adapters of this process that it cannot have. */
function without(delivery: Delivery, { report, origin }: DeliveryParts, file: TreeFile, lost: Inheritance['lost']): Delivery {
  const { ring, reader, writer } = delivery
  const unreachable = lost.map(({ name, reason }) => `${name}: ${reason}`)
  const reached = writer.statuses.map(({ name }) => name)
  report('lanes_unreachable', { reason: 'not to be made in this process', unreachable, reached })
  const lanes = lost.map((lane) => new UnreachableLane(lane, { origin, ring, reader }))
  return { ...delivery, writer: new PartialWriter(writer, lanes, file.order) }
}
