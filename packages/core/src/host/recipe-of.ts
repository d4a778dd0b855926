import { fileURLToPath } from 'node:url'
import type { AdapterRecipe } from '@holdfast/api'
import type { RuntimeConfig } from '../config/runtime-config.js'
import { requireNearby } from '../require-nearby.js'
import type { RecipeSpec } from './writer-spec.js'

/**
 * Imports the factory of an adapter and makes its recipe anew.
 *
 * @throws when it is withheld, its module cannot be imported, or does not export the factory
 */
export async function loadRecipe(spec: RecipeSpec): Promise<AdapterRecipe> {
  if (spec.isWithheld === true) throw withheld(spec)
  return recipeOf(await import(spec.module), spec)
}

/** The same at once, for a process that writes for itself: the module must not wait for anything at its top level. */
export function requireRecipe(spec: RecipeSpec): AdapterRecipe {
  if (spec.isWithheld === true) throw withheld(spec)
  const { module } = spec
  return recipeOf(requireNearby(module.startsWith('file:') ? fileURLToPath(module) : module), spec)
}

/** The same for all lanes of a writer, in which one that cannot be made costs its own lane only. */
export function requireRecipes(specs: readonly RecipeSpec[]): readonly AdapterRecipe[] {
  return specs.map((spec) => {
    try {
      return requireRecipe(spec)
    } catch (error) {
      return unloaded(spec, error)
    }
  })
}

function unloaded({ name, lane }: RecipeSpec, reason: unknown): AdapterRecipe {
  const create = (): never => {
    throw reason
  }
  return { kind: 'recipe', name, options: undefined, place: 'writer', lane, create }
}

function withheld({ name }: RecipeSpec): Error {
  return new Error(`The options of \`${name}\` hold a secret, which is not on disk: the next start of the application delivers.`)
}

function recipeOf(exported: unknown, { name, module, factory, options }: RecipeSpec): AdapterRecipe {
  const exports = exported as Readonly<Record<string, unknown>>
  if (factory === '') return fromConfig(exports['default'], name, module)
  const make = exports[factory]
  if (typeof make !== 'function')
    throw new TypeError(`Expected \`${module}\` to export \`${factory}\` for the adapter \`${name}\`, got \`${typeof make}\`.`)
  return make(options) as AdapterRecipe
}

function fromConfig(config: unknown, name: string, module: string): AdapterRecipe {
  const { adapters = [] } = (config ?? {}) as RuntimeConfig
  const found = adapters.find((adapter) => adapter.name === name)
  if (found === undefined || !('kind' in found))
    throw new TypeError(`Expected \`${module}\` to have an adapter \`${name}\`, got none.`)
  return found.applyEnvironment?.((variable) => process.env[`HOLDFAST_${variable}`] ?? process.env[`LOG_${variable}`]) ?? found
}
