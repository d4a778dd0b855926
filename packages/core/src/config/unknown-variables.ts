import { type Environment, isSet } from './environment.js'
import type { Finding } from './finding.js'
import { nearest } from './nearest.js'
import { ADAPTER_FAMILIES, REFUSED_VARIABLES, TREE_PREFIX, VARIABLES } from './variables.js'

const PREFIX = 'HOLDFAST_'
const KNOWN: ReadonlySet<string> = new Set(VARIABLES.map(({ name }) => name))

/**
 * `HOLDFAST_*` variables that nothing reads. `LOG_*` names belong to everyone and are never questioned.
 * @param readByAdapters names without prefix that the adapters asked for, whether set or not
 */
export function findUnknownVariables(env: Environment, readByAdapters: ReadonlySet<string>): readonly Finding[] {
  const names = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !name.startsWith(TREE_PREFIX) && isSet(env[name]))
  return names
    .filter((name) => !KNOWN.has(name) && !isAdapters(name.slice(PREFIX.length), readByAdapters))
    .map((name) => {
      const hint = REFUSED_VARIABLES[name] ?? suggest(name, readByAdapters)
      const finding = {
        path: name,
        expected: 'a variable of Holdfast or of an adapter in use',
        got: 'an unknown name',
        option: '',
        variables: [name],
      }
      return hint === undefined ? finding : { ...finding, hint }
    })
}

/** True when an adapter reads it, or when it belongs to a family of which no adapter is in use. */
function isAdapters(name: string, read: ReadonlySet<string>): boolean {
  if (read.has(name)) return true
  const family = ADAPTER_FAMILIES.find((word) => isOfFamily(name, word))
  return family !== undefined && ![...read].some((other) => isOfFamily(other, family))
}

function isOfFamily(name: string, family: string): boolean {
  return name === family || name.startsWith(`${family}_`)
}

function suggest(name: string, readByAdapters: ReadonlySet<string>): string | undefined {
  const renamed = VARIABLES.find(({ also }) => also.includes(`LOG_${name.slice(PREFIX.length)}`))
  const own = VARIABLES.filter((variable) => variable.name.startsWith(PREFIX)).map((variable) => variable.name)
  const near = renamed?.name ?? nearest(name, [...own, ...[...readByAdapters].map((read) => PREFIX + read)])
  return near === undefined ? undefined : `Did you mean \`${near}\`?`
}
