import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AdapterRecipe } from '@holdfast/api'
import type { RuntimeConfig } from '../config/runtime-config.js'
import { describeError } from '../diagnostics/hub.js'
import { Control } from '../host/control.js'
import { openRegion } from '../host/open-region.js'
import { inheritedConfig, readTreeFile, readWriterFile, type TreeFile } from '../host/tree-file.js'
import type { RecipeSpec } from '../host/writer-spec.js'
import type { JoinedTree } from '../tree/join.js'
import { isGone } from '../tree/process-state.js'
import { ProcessLaunch } from '../writer/remote/process-launch.js'
import type { Delivery, DeliveryParts } from './delivery.js'
import { attach, mapperFor } from './process-delivery.js'

/** What a process takes over from the root of the tree that it joins. */
export interface Inheritance {
  readonly tree: JoinedTree
  readonly file: TreeFile
  readonly config: RuntimeConfig
}

/** The rings of members are small, so that hundreds of them fit. */
const MEMBER_RING_BYTES: number = 2 << 20

/** Reads what the root left for its members; a text when one cannot join. */
export function inherit(tree: JoinedTree): Inheritance | string {
  const file = readTreeFile(tree.run)
  if (file === undefined) return 'the run has no readable tree.json'
  try {
    const adapters = file.own.map(requireRecipe)
    return { tree, file, config: { ring: { maxBytes: MEMBER_RING_BYTES }, ...inheritedConfig(file), adapters } }
  } catch (error) {
    return describeError(error)
  }
}

/** A ring in the run of an ancestor, whose writer serves it. `undefined` when the run ended meanwhile. */
export function makeMemberDelivery(parts: DeliveryParts, { tree: { run, facts }, file }: Inheritance): Delivery | undefined {
  const mapper = mapperFor(parts)
  const control = new Control(openRegion(join(run, 'control'), mapper))
  if (!control.isOurs || control.state === 'ended') return undefined
  const spec = readWriterFile(run)
  if (spec === undefined) return undefined
  const launch = new ProcessLaunch({
    run,
    clock: parts.clock,
    spec: () => readWriterFile(run),
    recover: [],
    // as long as the root lives it is the one who starts writers
    mayStart: () => isGone(facts.root),
  })
  const { lanes, order } = file
  const own = parts.settings.adapters
  return attach(parts, { run, mapper, control, launch, lanes, order, own, remote: [], spec, isRoot: false })
}

/** Makes the recipe of an adapter that runs in each process. `init` is synchronous, so its module has to be, too. */
function requireRecipe({ name, module, factory, options }: RecipeSpec): AdapterRecipe {
  const path = module.startsWith('file:') ? fileURLToPath(module) : module
  const exports = createRequire(import.meta.url)(path) as Readonly<Record<string, unknown>>
  const make = exports[factory]
  if (typeof make !== 'function')
    throw new TypeError(`Expected \`${module}\` to export \`${factory}\` for the adapter \`${name}\`.`)
  return make(options) as AdapterRecipe
}
