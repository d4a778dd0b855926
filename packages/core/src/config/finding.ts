import type { ConfigProblem } from './config-error.js'
import { printable } from './describe-value.js'

/** A problem on its way to the one error. */
export interface Finding extends ConfigProblem {
  /** The option it is about, as `scrub.keys`; empty when it is about none. */
  readonly option: string
  /** Environment variables that have a part in it: without them it would not be there. */
  readonly variables: readonly string[]
}

/** A finding about an adapter that no variable has a part in. */
export function adapterFinding(found: ConfigProblem): Finding {
  return { ...found, option: 'adapters', variables: [] }
}

/** What the error tells of a finding. */
export function toProblem({ path, expected, got, hint }: Finding): ConfigProblem {
  return { path, expected, got, ...(hint === undefined ? undefined : { hint }) }
}

/** Joins the segments of a path as a user would write it: `adapters[0].level`, `levels["app.db"]`. */
export function joinPath(segments: readonly string[], prefix = ''): string {
  return segments.reduce((path, segment) => {
    if (/^\d+$/.test(segment) && path !== '') return `${path}[${segment}]`
    if (/^[A-Za-z_$][\w$]*$/.test(segment)) return path === '' ? segment : `${path}.${segment}`
    return `${path}["${printable(segment)}"]`
  }, prefix)
}
