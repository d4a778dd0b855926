import type { Adapter, AdapterRecipe } from '@holdfast/api'
import { ConfigError, type RuntimeConfig } from '@holdfast/core'
import { defaultAdapters } from '../default-adapters.js'
import { spellingOf, variableOf } from './variables.js'

/** The adapters of a configuration as `init` would build them: the default ones when it has none, and after environment variables. */
export function adaptersOf(config: RuntimeConfig): readonly (AdapterRecipe | Adapter)[] {
  const given = config.adapters ?? defaultAdapters()
  if (config.env === false || !Array.isArray(given)) return given
  const preset = variableOf('PRESET') ?? config.preset
  return given.map((adapter: AdapterRecipe | Adapter) => withVariables(adapter, preset))
}

/** What is no adapter at all is left as it is, so that the runtime which makes the test event can say so. */
function withVariables(adapter: AdapterRecipe | Adapter, preset: string | undefined): AdapterRecipe | Adapter {
  if (typeof adapter !== 'object' || adapter === null || !('kind' in adapter)) return adapter
  try {
    return adapter.applyEnvironment?.((name) => (name === 'PRESET' ? preset : variableOf(name))) ?? adapter
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(error.problems.map((problem) => ({ ...problem, path: spellingOf(problem.path) ?? problem.path })))
  }
}
