import { basename, dirname } from 'node:path'
import type { AdapterRecipe } from '@holdfast/api'
import { loadConfigModule } from '../config/load-config-module.js'
import { resolveConfig } from '../config/resolve-config.js'
import type { RuntimeConfig } from '../config/runtime-config.js'
import { RING_DEFAULTS } from '../config/settings.js'
import { describeError } from '../diagnostics/hub.js'
import { requireRecipe } from '../host/recipe-of.js'
import { inheritedConfig, lastOf, readLastTree, readTreeFile, type TreeFile, treeIn } from '../host/tree-file.js'
import type { RecipeSpec } from '../host/writer-spec.js'
import type { JoinedTree } from '../tree/join.js'
import type { Lineage } from '../tree/lineage.js'
import { checkPrivateDirectory } from '../tree/private-directory.js'
import type { RunRefusal } from '../tree/run-directory.js'
import { safeName } from '../tree/run-paths.js'
import { isLost, type LostLane } from '../writer/unreachable-lane.js'

/** What a process takes over from the root of the tree that was handed to it. */
export interface Inheritance {
  /** Where it may have a ring, or why it may not: then it writes for itself. */
  readonly tree: JoinedTree | RunRefusal
  readonly lineage: Lineage
  /** What the root has left of itself; `undefined` when none of it can be read. */
  readonly file: TreeFile | undefined
  readonly config: RuntimeConfig
  /** Adapters of each process that cannot be made in this one. */
  readonly lost: readonly LostLane[]
}

/** The rings of members are small, so that hundreds of them fit. */
const MEMBER_RING_BYTES: number = 2 << 20
/** Fewer segments are no ring for a writer elsewhere. */
const MIN_SEGMENTS = 4

/** Takes over what can be had: from the run, from what lies beside the runs of the service, from the environment, from the configuration's module. */
export function inherit(tree: JoinedTree | RunRefusal, lineage: Lineage): Inheritance {
  const file = findTreeFile('run' in tree ? tree.run : lineage.run) ?? treeIn(lineage.tree)
  if (file !== undefined) return fromFile(tree, lineage, file)
  const { configModule } = lineage
  try {
    if (configModule !== undefined)
      return { tree, lineage, file, config: { ...loadConfigModule(new URL(configModule)), join: 'auto' }, lost: [] }
  } catch {
    // the same as if there were none: no lane is known
  }
  const service = lineage.run === undefined ? '' : basename(dirname(lineage.run))
  // a name that was changed for the path is not the service's
  const known = service !== '' && safeName(service) === service ? { service } : undefined
  return { tree, lineage, file, config: { ...known, adapters: [] }, lost: [] }
}

function fromFile(tree: Inheritance['tree'], lineage: Lineage, file: TreeFile): Inheritance {
  const adapters: AdapterRecipe[] = []
  const lost: LostLane[] = []
  for (const spec of file.own) {
    const made = makeAgain(spec)
    if (isLost(made)) lost.push(made)
    else adapters.push(made)
  }
  return { tree, lineage, file, config: { ...usable(memberConfig(file)), adapters }, lost }
}

/** Makes the recipe of an adapter in this process, or says why there is none. */
export function makeAgain(spec: RecipeSpec): AdapterRecipe | LostLane {
  try {
    return requireRecipe(spec)
  } catch (error) {
    return { kind: 'lost', name: spec.name, level: spec.lane.level, reason: describeError(error) }
  }
}

/** A file of another version may not be one, and whatever is wrong with one is a reason to look further. */
function findTreeFile(run: string | undefined): TreeFile | undefined {
  if (run === undefined) return undefined
  for (const [folder, read] of [
    [run, readTreeFile],
    [lastOf(run), readLastTree],
  ] as const) {
    if (checkPrivateDirectory(folder) !== undefined) continue
    try {
      const file = read(run)
      if (file !== undefined) return file
    } catch {
      // no descriptor is left, say
    }
  }
  return undefined
}

function memberConfig(file: TreeFile): RuntimeConfig {
  const { ring, queue, ...config } = inheritedConfig(file)
  const segmentBytes = ring?.segmentBytes ?? RING_DEFAULTS.segmentBytes
  const maxBytes = Math.max(MEMBER_RING_BYTES, MIN_SEGMENTS * segmentBytes)
  const bound = queue?.maxBytes === undefined ? undefined : { maxBytes: Math.min(queue.maxBytes, maxBytes) }
  return { ...config, queue: { ...queue, ...bound }, ring: { segmentBytes, maxBytes } }
}

/** Another version may have options that this one does not know: what matters most is taken over. */
function usable(config: RuntimeConfig): RuntimeConfig {
  try {
    resolveConfig({ ...config, adapters: [] }, { env: {}, report: () => undefined })
    return config
  } catch {
    const { service, environment, context, level } = config
    return {
      ...(service === undefined ? {} : { service }),
      ...(environment === undefined ? {} : { environment }),
      ...(context === undefined ? {} : { context }),
      ...(level === undefined ? {} : { level }),
    }
  }
}
