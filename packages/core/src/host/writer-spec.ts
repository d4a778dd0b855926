import { pathToFileURL } from 'node:url'
import type { Adapter, AdapterHome, AdapterRecipe, LaneOptions } from '@holdfast/api'
import { canBeCarried } from '../adapter/can-be-carried.js'
import { canBeFound } from '../adapter/can-be-found.js'
import type { RuntimeConfig } from '../config/runtime-config.js'

/** An adapter as it is described to a writer elsewhere. */
export interface RecipeSpec {
  readonly name: string
  /** URL of the module that exports the factory. */
  readonly module: string
  /** What it exports it as; '' when it is a configuration, which has the recipe among its adapters. */
  readonly factory: string
  readonly options: unknown
  readonly lane: LaneOptions
}

/** Everything that a writer elsewhere has to know. Plain data. It may hold secrets: it never goes through arguments, environment or rings. */
export interface WriterSpec {
  readonly recipes: readonly RecipeSpec[]
  /** JSON object of the context of what the writer itself has to say. */
  readonly context: string
  readonly failureResetMs: number
  readonly stopTimeoutMs: number
  readonly spillBytes: number
  /** Whose it is, and where its runs lie if not in the user's state directory: a writer without a run puts records aside there. */
  readonly service: string
  readonly spoolDir?: string | undefined
  /** Tells this writer's adapters from the same ones of other processes, see `AdapterRecipe.create`. */
  readonly instance?: string
  readonly quarantine?: readonly Quarantine[]
}

/** A lane whose adapter hung, and how long it is left alone. */
export interface Quarantine {
  readonly lane: string
  readonly pauseMs: number
}

/** @param configModule where the recipe is made anew when its options cannot be carried, or the module of its factory is not found from here */
export function specOf(recipe: AdapterRecipe, configModule?: URL): RecipeSpec {
  const { name, module = '', factory = `${name}Adapter`, options, lane } = recipe
  if (configModule !== undefined && (module === '' || !canBeFound(module) || !canBeCarried(options)))
    return { name, module: configModule.href, factory: '', options: null, lane }
  return { name, module: module.startsWith('/') ? pathToFileURL(module).href : module, factory, options, lane }
}

/**
 * Imports the factories and makes the recipes anew. One whose module cannot be imported, or does not export the factory, costs its own lane
 * only: its adapter cannot be made.
 *
 * @throws when this happens to all of them: the application, which has the recipes, writes itself then
 */
export async function loadRecipes(specs: readonly RecipeSpec[]): Promise<readonly AdapterRecipe[]> {
  const results = await Promise.allSettled(specs.map(loadRecipe))
  const failures = results.filter((result) => result.status === 'rejected')
  if (failures.length > 0 && failures.length === specs.length) throw failures[0]?.reason
  return results.map((result, index) =>
    result.status === 'fulfilled' ? result.value : unloaded(specs[index] as RecipeSpec, result.reason),
  )
}

function unloaded({ name, lane }: RecipeSpec, reason: unknown): AdapterRecipe {
  const create = (): never => {
    throw reason
  }
  return { kind: 'recipe', name, options: undefined, place: 'writer', lane, create }
}

async function loadRecipe({ name, module, factory, options }: RecipeSpec): Promise<AdapterRecipe> {
  const exports = (await import(module)) as Readonly<Record<string, unknown>>
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

/** Makes the adapter of a recipe, or one that says why it cannot be made, so that the other lanes go on. */
export function buildAdapter(recipe: AdapterRecipe, home: AdapterHome | undefined, instance?: string): Adapter {
  try {
    return recipe.create(home, instance)
  } catch (error) {
    const fail = (): never => {
      throw error
    }
    return { name: recipe.name, write: fail }
  }
}
