import type { Adapter, AdapterRecipe } from '@holdfast/api'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import { Lane, type LaneParts } from './lane.js'
import { LANE_DEFAULTS, laneSettings } from './settings.js'

/**
 * Makes a lane for each adapter. When one cannot be built there is none: those built before it are closed, and the caller gets the error.
 *
 * @param build makes the adapter of a recipe
 */
export function buildLanes(
  adapters: readonly (Adapter | AdapterRecipe)[],
  parts: LaneParts,
  build: (recipe: AdapterRecipe) => Adapter = (recipe) => recipe.create(),
): readonly Lane[] {
  const built: Adapter[] = []
  return adapters.map((given) => {
    if (!isRecipe(given)) return new Lane(given, given.name, LANE_DEFAULTS, parts)
    const adapter = create(given, build, built, parts.report)
    built.push(adapter)
    return new Lane(adapter, given.name, laneSettings(given.lane), parts)
  })
}

export function isRecipe(given: Adapter | AdapterRecipe): given is AdapterRecipe {
  return 'kind' in given && given.kind === 'recipe'
}

function create(
  recipe: AdapterRecipe,
  build: (recipe: AdapterRecipe) => Adapter,
  built: readonly Adapter[],
  report: Report,
): Adapter {
  try {
    return build(recipe)
  } catch (error) {
    const tell = (adapter: string, operation: 'create' | 'close', reason: unknown): void =>
      report('adapter_error', { adapter, operation, error: describeError(reason), code: errorCode(reason) })
    tell(recipe.name, 'create', error)
    for (const adapter of built) closeQuietly(adapter, (reason) => tell(adapter.name, 'close', reason))
    throw error
  }
}

function closeQuietly(adapter: Adapter, tell: (reason: unknown) => void): void {
  try {
    Promise.resolve(adapter.close?.()).catch(tell)
  } catch (reason) {
    tell(reason)
  }
}
