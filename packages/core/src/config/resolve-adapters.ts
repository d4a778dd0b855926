import type { Adapter, AdapterRecipe } from '@holdfast/api'
import { checkAdapter } from './check-adapter.js'
import { ConfigError, type ConfigProblem } from './config-error.js'
import { describeValue, quote } from './describe-value.js'
import { type Environment, isSet } from './environment.js'
import { adapterFinding, type Finding } from './finding.js'
import { isObject } from './options.js'

export interface ResolvedAdapters {
  readonly adapters: readonly (AdapterRecipe | Adapter)[]
  readonly findings: readonly Finding[]
  /** Names without prefix that recipes asked for. */
  readonly read: ReadonlySet<string>
}

/**
 * Checks the adapters and lets each recipe take its own variables.
 * @param preset what `read('PRESET')` answers, so that a recipe can fill in what its own options leave open
 */
export function resolveAdapters(given: readonly unknown[], env: Environment, preset: string | undefined): ResolvedAdapters {
  const read = new Set<string>()
  const findings: Finding[] = []
  const placed: PlacedAdapter[] = []
  for (const [index, entry] of given.entries()) {
    const path = `adapters[${index}]`
    const flaws = checkAdapter(entry, path)
    findings.push(...flaws)
    if (flaws.length > 0) continue
    const { adapter, findings: refused } = applyEnvironment(entry as AdapterRecipe | Adapter, path, env, read, preset)
    const current = { adapter, path }
    findings.push(...refused, ...(refused.length > 0 ? [] : [...checkName(current, placed), ...checkResource(current, placed)]))
    placed.push(current)
  }
  return { adapters: placed.map(({ adapter }) => adapter), findings, read }
}

interface PlacedAdapter {
  readonly adapter: AdapterRecipe | Adapter
  readonly path: string
}

function checkName({ adapter: { name }, path }: PlacedAdapter, others: readonly PlacedAdapter[]): readonly Finding[] {
  if (!others.some(({ adapter }) => adapter.name === name)) return []
  const hint = 'Reports and diagnostics go by it: give one of them another `name`.'
  return [adapterFinding({ path: `${path}.name`, expected: 'a name that no other adapter has', got: describeValue(name), hint })]
}

/** Two that own the same file would rotate and compress it under each other's hands. */
function checkResource({ adapter, path }: PlacedAdapter, others: readonly PlacedAdapter[]): readonly Finding[] {
  const resource = resourceOf(adapter)
  const owner = others.find((other) => resource !== undefined && resourceOf(other.adapter) === resource)
  if (resource === undefined || owner === undefined) return []
  const got = `${quote(adapter.name)} with ${quote(resource)}, which ${quote(owner.adapter.name)}, \`${owner.path}\`, has already`
  const hint = 'Give one of them another destination, or leave it out.'
  return [adapterFinding({ path, expected: 'an adapter that shares its destination with no other', got, hint })]
}

function resourceOf(adapter: AdapterRecipe | Adapter): string | undefined {
  return 'kind' in adapter ? adapter.resource : undefined
}

function applyEnvironment(
  adapter: AdapterRecipe | Adapter,
  path: string,
  env: Environment,
  names: Set<string>,
  preset: string | undefined,
): { adapter: AdapterRecipe | Adapter; findings: readonly Finding[] } {
  if (!('kind' in adapter) || adapter.applyEnvironment === undefined) return { adapter, findings: [] }
  try {
    const applied = adapter.applyEnvironment((name) => {
      if (name === 'PRESET') return preset
      names.add(name)
      const variable = spellingOf(name, env)
      return variable === undefined ? undefined : env[variable]
    })
    return { adapter: applied, findings: checkAdapter(applied, path) }
  } catch (error) {
    return { adapter, findings: problemsOf(error, path).map((found) => nameVariable(found, env, names)) }
  }
}

/** By code and not by class: the adapter may come with a copy of the package of its own. */
function problemsOf(error: unknown, path: string): readonly ConfigProblem[] {
  if (error instanceof ConfigError) return error.problems
  if (isObject(error) && Reflect.get(error, 'code') === 'HOLDFAST_CONFIG') {
    const problems: unknown = Reflect.get(error, 'problems')
    if (Array.isArray(problems)) return problems
  }
  const got = error instanceof Error ? describeValue(error.message) : describeValue(error)
  return [{ path, expected: 'a recipe that accepts the environment', got: `the error ${got}` }]
}

/** An adapter knows its variables without prefix; the error names the one that is set. */
function nameVariable(found: ConfigProblem, env: Environment, names: ReadonlySet<string>): Finding {
  const short = found.path.replace(/^(?:HOLDFAST|LOG)_/, '')
  const variable = names.has(short) ? spellingOf(short, env) : undefined
  if (variable === undefined) return adapterFinding(found)
  return { ...found, path: variable, option: 'adapters', variables: [variable] }
}

function spellingOf(name: string, env: Environment): string | undefined {
  return [`HOLDFAST_${name}`, `LOG_${name}`].find((variable) => isSet(env[variable]))
}
