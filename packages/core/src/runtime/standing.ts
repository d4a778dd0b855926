import type { RuntimeConfig } from '../config/runtime-config.js'
import type { Report } from '../diagnostics/catalogue.js'
import { WIRE_VERSION } from '../ring/shared/layout.js'
import { findTree } from '../tree/join.js'
import { type Ancestor, decodeLineage, type Lineage, treeVariables } from '../tree/lineage.js'
import { ownProcessId } from '../tree/process-id.js'
import { isGone } from '../tree/process-state.js'
import type { RunRefusal } from '../tree/run-directory.js'
import { type Inheritance, inherit } from './inheritance.js'

/** Who the ancestors of this process are, and whether it logs into the tree of one of them. */
export interface Place {
  readonly chain: readonly Ancestor[]
  /** A tree was handed down to this process, whether it can have a ring in it or not. */
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
  const lineage = decodeLineage(treeVariables(env))
  const finding = findTree(env, { join, hasOwnConfig, wireVersion: WIRE_VERSION })
  const { chain } = finding
  if ('joined' in finding) return { chain, inheritance: inherit(finding.joined, lineage), configModule: undefined, refusal: '' }
  const { alone } = finding
  const refusal = alone === 'root_is_local' && lineage.tree !== undefined ? NO_RUN : finding.refusal
  if (refusal !== undefined) {
    report('join_refused', { reason: refusal.refused, detail: refusal.detail })
    return { chain, inheritance: inheritAll(refusal, lineage), configModule: undefined, refusal: refusal.detail }
  }
  const { configModule } = lineage
  const shared = alone === 'root_is_local' && configModule !== undefined ? new URL(configModule) : undefined
  return { chain, inheritance: undefined, configModule: shared, refusal: alone }
}

const NO_RUN: RunRefusal = { refused: 'no_run', detail: 'the root found no place for a run, and writes for itself' }

/** The tree is its own, and only a ring in it is not to be had. */
const OWN_TREE: readonly RunRefusal['refused'][] = ['dead', 'missing', 'other_version', 'unreadable', 'no_run']

/** What a process takes over that cannot join. Nothing of a tree that is somebody else's, nor of one that is over and has left nothing. */
function inheritAll(refusal: RunRefusal, lineage: Lineage): Inheritance | undefined {
  if (!OWN_TREE.includes(refusal.refused)) return undefined
  const inheritance = inherit(refusal, lineage)
  const isKnown = inheritance.file !== undefined || inheritance.config.adapters?.length !== 0
  return isKnown || (lineage.root !== undefined && !isGone(lineage.root)) ? inheritance : undefined
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
 * What a process hands down to those that it starts. One below the root hands on what it was handed, also when it could not join itself: those that it
 * starts may fare better.
 *
 * @param own its run, or what its tree is like when it found no place for one
 */
export function descent(
  chain: readonly Ancestor[],
  above: Lineage | undefined,
  own: Pick<Lineage, 'run' | 'tree'>,
  configModule: URL | undefined,
): Lineage {
  if (above !== undefined) return { ...above, chain }
  return {
    ...own,
    root: ownProcessId(),
    chain,
    ...(configModule === undefined ? undefined : { configModule: configModule.href }),
  }
}
