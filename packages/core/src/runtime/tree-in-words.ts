import type { AdapterRecipe } from '@holdfast/api'
import type { RuntimeSettings } from '../config/settings.js'
import { describeTree } from '../host/tree-file.js'
import type { Lineage } from '../tree/lineage.js'
import { writerProgram } from '../writer/remote/writer-program.js'
import { splitAdapters } from './remote-delivery.js'

/**
 * What a root hands down that has no run: nothing where it wanted none, else, because it found no place for one, what its tree is like. The
 * static context is left out: an environment is seen by more eyes than a private folder. In a bundle no adapter can be made from its module.
 */
export function treeInWords(settings: RuntimeSettings, configModule: URL | undefined): Pick<Lineage, 'tree'> {
  if (settings.queue.worker !== 'process' || typeof writerProgram('process') !== 'string') return {}
  const { own, remote } = splitAdapters(settings.adapters)
  const recipes = own.filter((adapter): adapter is AdapterRecipe => 'kind' in adapter)
  const { config, ...tree } = describeTree({ settings, own: recipes, remote, configModule, isSpooled: false })
  const { context: _, ...shown } = config
  return { tree: { ...tree, config: shown } }
}
