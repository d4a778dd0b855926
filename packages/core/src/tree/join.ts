import { isMainThread, threadId } from 'node:worker_threads'
import type { Environment } from '../config/environment.js'
import { type Ancestor, decodeLineage, extendChain, ownLink, treeVariables } from './lineage.js'
import { isSameProcess, ownProcessId, type ProcessId } from './process-id.js'
import { isAlive } from './process-state.js'
import { openRunDirectory, type RunRefusal } from './run-directory.js'
import type { RunFacts } from './run-facts.js'
import { hasOtherRunner, testRunnerOf } from './test-runner.js'

export interface JoinOptions {
  readonly join: 'auto' | 'never' | 'required'
  /** `init` was given a service or adapters. */
  readonly hasOwnConfig: boolean
  readonly wireVersion: number
}

export interface JoinedTree {
  readonly run: string
  /** With the process that is the root. */
  readonly facts: RunFacts
}

/**
 * Why a process is its own root.
 *
 * - `never`: `join: 'never'`.
 * - `own_config`: it says itself what it is and where its events go.
 * - `test_runner`: it runs under a test runner, and the root does not.
 * - `no_tree`: nobody handed a tree down.
 * - `root_is_local`: the root lives and writes for itself; build the same adapters.
 * - `own_run`: what is found is what this very thread handed down.
 * - `refused`: a tree was handed down, and is not one to join: `refusal` says why. Worth a diagnostic.
 */
export type AloneReason = 'never' | 'own_config' | 'test_runner' | 'no_tree' | 'root_is_local' | 'own_run' | 'refused'

/** `chain`: this thread and its ancestors, from the oldest that is kept; with or without a tree. */
export type TreeFinding =
  | { readonly joined: JoinedTree; readonly chain: readonly Ancestor[] }
  | { readonly alone: AloneReason; readonly refusal?: RunRefusal; readonly root?: ProcessId; readonly chain: readonly Ancestor[] }

/**
 * Decides whether `init` joins the tree of an ancestor.
 *
 * `auto` joins when the process brings neither service nor adapters and a living ancestor of the same user and wire version is found. `required`
 * joins whatever it brings; what it means when there is none is up to the caller.
 *
 * `auto` joins no root from under a test runner that the root does not run under. A test that starts the application with its workers so sees the
 * tree as it is in production; but the tests of a project that a build server starts, which itself logs with Holdfast, do not write
 * into the log of that server, and do not pass or fail by who started them.
 */
export function findTree(env: Environment, options: JoinOptions): TreeFinding {
  const lineage = decodeLineage(treeVariables(env))
  const chain = extendChain(lineage.chain, ownLink())
  const { join, hasOwnConfig, wireVersion } = options
  if (join === 'never') return { alone: 'never', chain }
  if (join === 'auto' && hasOwnConfig) return { alone: 'own_config', chain }
  if (lineage.run === undefined) return withoutRun(lineage.root, chain)
  const isOfOwnProcess = lineage.root !== undefined && isSameProcess(lineage.root, ownProcessId())
  // a first thread has no ancestor in its own process
  if (isOfOwnProcess && isMainThread) return { alone: 'own_run', chain }
  const opened = openRunDirectory(lineage.run, wireVersion)
  if ('refused' in opened) return { alone: 'refused', refusal: opened, chain }
  const { path, facts } = opened
  if (isOfOwnProcess && facts.rootThread === threadId) return { alone: 'own_run', chain }
  if (lineage.root === undefined || !isSameProcess(lineage.root, facts.root)) {
    const refusal: RunRefusal = { refused: 'unsafe', detail: 'another process started the run than the environment says' }
    return { alone: 'refused', refusal, chain }
  }
  if (join === 'auto' && hasOtherRunner(testRunnerOf(env), facts.testRunner)) return { alone: 'test_runner', chain }
  return { joined: { run: path, facts }, chain }
}

function withoutRun(root: ProcessId | undefined, chain: readonly Ancestor[]): TreeFinding {
  if (root === undefined || !isAlive(root)) return { alone: 'no_tree', chain }
  // a first thread has no ancestor in its own process
  if (isMainThread && isSameProcess(root, ownProcessId())) return { alone: 'no_tree', chain }
  return { alone: 'root_is_local', root, chain }
}
