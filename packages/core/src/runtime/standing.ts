import type { RuntimeConfig } from '../config/runtime-config.js'
import type { Report } from '../diagnostics/catalogue.js'
import { WIRE_VERSION } from '../ring/shared/layout.js'
import { findTree } from '../tree/join.js'
import { type Ancestor, decodeLineage, publishLineage, treeVariables } from '../tree/lineage.js'
import { ownProcessId, type ProcessId } from '../tree/process-id.js'
import { type Inheritance, inherit } from './inheritance.js'

/** Who the ancestors of this process are, and whether it logs into the tree of one of them. */
export interface Place {
  readonly chain: readonly Ancestor[]
  readonly inheritance: Inheritance | undefined
  /** The root writes for itself and has its configuration in this module: this process does the same, into files of its own. */
  readonly configModule: URL | undefined
  /** Why a tree that was found was not joined, or '' when none was. */
  readonly refusal: string
}

/** Alone, without ancestors: for a runtime that is not that of the process. */
export const ALONE: Place = {
  chain: [{ pid: process.pid, threadId: 0 }],
  inheritance: undefined,
  configModule: undefined,
  refusal: '',
}

/** Looks for the tree of an ancestor. What is there but cannot be joined is reported once. */
export function findPlace(config: RuntimeConfig, env: NodeJS.ProcessEnv, report: Report): Place {
  const join = config.join ?? joinVariable(env)
  const hasOwnConfig = config.service !== undefined || config.adapters !== undefined
  const finding = findTree(env, { join, hasOwnConfig, wireVersion: WIRE_VERSION })
  const { chain } = finding
  if ('alone' in finding) {
    const { refusal, alone } = finding
    if (refusal !== undefined) report('join_refused', { reason: refusal.refused, detail: refusal.detail })
    const configModule = alone === 'root_is_local' ? sharedModule(env) : undefined
    return { chain, inheritance: undefined, configModule, refusal: refusal?.detail ?? alone }
  }
  const inheritance = inherit(finding.joined)
  if (typeof inheritance !== 'string') return { chain, inheritance, configModule: undefined, refusal: '' }
  report('join_refused', { reason: 'unsafe', detail: inheritance })
  return { chain, inheritance: undefined, configModule: undefined, refusal: inheritance }
}

/** A bad value is an error of the configuration, which is resolved later. */
function joinVariable({ HOLDFAST_JOIN: value }: NodeJS.ProcessEnv): 'auto' | 'never' | 'required' {
  return value === 'never' || value === 'required' ? value : 'auto'
}

/** Pids without repeats: threads of one process are one process. */
export function pidsOf(chain: readonly Ancestor[]): readonly number[] {
  return chain.map(({ pid }) => pid).filter((pid, index, pids) => pid !== pids[index - 1])
}

/**
 * Hands the tree down to what this process starts from now on. Returns the way back.
 *
 * @param configModule where the configuration is, for children of a root that writes for itself
 */
export function handDown(
  chain: readonly Ancestor[],
  run: string,
  root: ProcessId = ownProcessId(),
  configModule?: URL,
): () => void {
  const shared = run === '' && configModule !== undefined ? { configModule: configModule.href } : undefined
  return publishLineage({ run: run === '' ? undefined : run, root, chain, ...shared })
}

function sharedModule(env: NodeJS.ProcessEnv): URL | undefined {
  const { configModule } = decodeLineage(treeVariables(env))
  return configModule === undefined ? undefined : new URL(configModule)
}
