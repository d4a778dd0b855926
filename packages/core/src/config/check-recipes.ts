import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Adapter, AdapterRecipe } from '@holdfast/api'
import { canBeCarried } from '../adapter/can-be-carried.js'
import { canBeFound } from '../adapter/can-be-found.js'
import { MAX_LANES } from '../ring/shared/layout.js'
import { ConfigError, type ConfigProblem } from './config-error.js'

/**
 * Refuses adapters that a writer elsewhere could not make again. With a configuration module of its own every recipe can be.
 *
 * @throws ConfigError
 */
export function checkRecipes(adapters: readonly (Adapter | AdapterRecipe)[], configModule: URL | undefined): void {
  const problems = adapters.flatMap((adapter, index) =>
    'kind' in adapter && adapter.place === 'writer' ? checkRecipe(adapter, `adapters[${index}]`, configModule) : [],
  )
  const elsewhere = adapters.filter((adapter) => 'kind' in adapter && adapter.place === 'writer').length
  if (elsewhere > MAX_LANES)
    problems.push({ path: 'adapters', expected: `at most ${MAX_LANES} for a writer elsewhere`, got: `${elsewhere}` })
  if (problems.length > 0) throw new ConfigError(problems)
}

function checkRecipe(recipe: AdapterRecipe, path: string, configModule: URL | undefined): readonly ConfigProblem[] {
  const main = mainScript()
  const home = configModule?.href ?? recipe.module
  if (home !== undefined && home === main) {
    const expected = 'made by a module that the writer can import'
    return [{ path, expected, got: 'the main script, which would start the application once more', hint: OWN_MODULE }]
  }
  if (configModule !== undefined) return []
  if (recipe.module === undefined) {
    const got = `\`${recipe.name}\`, which names none`
    return [{ path, expected: 'an adapter whose definition names its `module`', got, hint: `${OWN_MODULE} ${HERE}` }]
  }
  if (!canBeFound(recipe.module)) {
    const got = `\`${recipe.module}\`, which is not found from \`@holdfast/core\``
    const hint = 'Define the adapter with `module: import.meta.url`.'
    return [{ path, expected: 'an adapter whose `module` the writer can import', got, hint }]
  }
  if (canBeCarried(recipe.options)) return []
  const got = `\`${recipe.name}\` with a function or another value that it cannot carry`
  return [{ path, expected: 'options that JSON can carry to the writer', got, hint: `${OWN_MODULE} ${HERE}` }]
}

const OWN_MODULE =
  "Put the configuration into a module of its own, which the writer imports too: `init(new URL('./holdfast.config.js', import.meta.url))`."
const HERE = "Or set `place: 'application'`."

function mainScript(): string | undefined {
  const [, script] = process.argv
  if (script === undefined) return undefined
  try {
    return pathToFileURL(realpathSync(script)).href
  } catch {
    // as `node -e` and programs in one file have none
    return undefined
  }
}
