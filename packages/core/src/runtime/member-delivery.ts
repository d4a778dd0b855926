import { join as joinPath } from 'node:path'
import { describeError } from '../diagnostics/hub.js'
import { Control } from '../host/control.js'
import { openRegion } from '../host/open-region.js'
import { ringPath } from '../host/ring-files.js'
import { readWriterFile, type TreeFile } from '../host/tree-file.js'
import type { JoinedTree } from '../tree/join.js'
import { isGone } from '../tree/process-state.js'
import { ProcessLaunch } from '../writer/remote/process-launch.js'
import type { Delivery, DeliveryParts } from './delivery-parts.js'
import type { Inheritance } from './inheritance.js'
import { attach, mapperFor } from './process-delivery.js'

/** A ring in the run of an ancestor, whose writer serves it. `undefined` when the run ended meanwhile. */
export function makeMemberDelivery(parts: DeliveryParts, { tree, file }: Inheritance): Delivery | undefined {
  try {
    return join(parts, tree, file)
  } catch (error) {
    // its directory was removed while this process looked at it
    parts.report('join_refused', { reason: 'missing', detail: describeError(error) })
    return undefined
  }
}

function join(parts: DeliveryParts, { run, facts }: JoinedTree, { lanes, order, isSpooled }: TreeFile): Delivery | undefined {
  const mapper = mapperFor(parts, run, isSpooled)
  const control = new Control(openRegion(joinPath(run, 'control'), mapper))
  const spec = readWriterFile(run)
  if (spec === undefined || !control.isOurs || hasEnded(control)) {
    parts.report('join_refused', { reason: 'dead', detail: 'the run ended while this process came to it' })
    return undefined
  }
  const launch = new ProcessLaunch({
    run,
    clock: parts.clock,
    spec: () => readWriterFile(run),
    needs: [joinPath(run, 'control'), ringPath(run, parts.origin)],
    recover: [],
    // as long as the root lives it is the one who starts writers
    mayStart: () => isGone(facts.root),
  })
  const own = parts.settings.adapters
  const delivery = attach(parts, { run, mapper, control, launch, lanes, order, own, remote: [], spec, isRoot: false })
  // a writer that ends says so before it looks for rings once more: either it has seen this one, or this sees that
  if (!hasEnded(control)) return delivery
  void delivery.writer.close({ timeoutMs: 1 })
  return undefined
}

function hasEnded(control: Control): boolean {
  control.refresh()
  return control.state === 'ended'
}
