import { fileURLToPath } from 'node:url'
import type { AdapterRecipe } from '@holdfast/api'
import type { RuntimeConfig } from '../config/runtime-config.js'
import { describeError } from '../diagnostics/hub.js'
import { inheritedConfig, readTreeFile, type TreeFile } from '../host/tree-file.js'
import type { RecipeSpec } from '../host/writer-spec.js'
import { requireNearby } from '../require-nearby.js'
import type { JoinedTree } from '../tree/join.js'

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

/** Makes the recipe of an adapter that runs in each process. `init` is synchronous, so its module has to be, too. */
function requireRecipe({ name, module, factory, options }: RecipeSpec): AdapterRecipe {
  const path = module.startsWith('file:') ? fileURLToPath(module) : module
  const exports = requireNearby(path) as Readonly<Record<string, unknown>>
  const make = exports[factory]
  if (typeof make !== 'function')
    throw new TypeError(`Expected \`${module}\` to export \`${factory}\` for the adapter \`${name}\`.`)
  return make(options) as AdapterRecipe
}
