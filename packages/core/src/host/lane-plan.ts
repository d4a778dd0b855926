import type { Adapter, AdapterHome, AdapterRecipe, LaneOptions } from '@holdfast/api'
import { describeValue } from '../config/describe-value.js'
import { loadRecipe } from './recipe-of.js'
import type { WriterSpec } from './writer-spec.js'

/** A lane as it is planned: its adapter is made later. */
export interface LanePlan {
  readonly name: string
  readonly lane: LaneOptions
  /** Gets what makes the adapter, at once or in time. */
  readonly load: () => (() => Adapter) | Promise<() => Adapter>
}

/**
 * The lanes of a writer elsewhere. To load one, the module of its adapter is imported: that may never end.
 *
 * @param homeOf the home of a lane's adapter, where there is one
 */
export function planLanes(
  { recipes, instance }: WriterSpec,
  homeOf: (lane: string) => AdapterHome | undefined,
): readonly LanePlan[] {
  return recipes.map((spec) => {
    const { name, lane } = spec
    const load = async (): Promise<() => Adapter> => {
      const recipe = await loadRecipe(spec)
      return () => buildAdapter(recipe, homeOf(name), instance)
    }
    return { name, lane, load }
  })
}

/** The lanes of recipes that are here. */
export function planRecipes(
  recipes: readonly AdapterRecipe[],
  homeOf: (lane: string) => AdapterHome | undefined,
  instance?: string,
): readonly LanePlan[] {
  return recipes.map((recipe) => {
    const { name, lane } = recipe
    return { name, lane, load: () => () => buildAdapter(recipe, homeOf(name), instance) }
  })
}

/** @throws when it cannot be made, or is none */
function buildAdapter(recipe: AdapterRecipe, home: AdapterHome | undefined, instance?: string): Adapter {
  const adapter: unknown = recipe.create(home, instance)
  const write: unknown = Object(adapter).write
  if (typeof write === 'function') return adapter as Adapter
  const got = adapter instanceof Promise ? 'a promise' : describeValue(adapter)
  throw new TypeError(`Expected \`create\` of the adapter \`${recipe.name}\` to return an object with \`write\`, got ${got}.`)
}
