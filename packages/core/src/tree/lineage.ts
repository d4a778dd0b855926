import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads'
import type { ContextFields } from '@holdfast/api'
import type { Environment } from '../config/environment.js'
import { type ContextPayload, deserializeContext } from '../context/context-payload.js'
import { formatProcessId, type ProcessId, parseProcessId } from './process-id.js'

/** A process, or one thread of it when `threadId` is above 0. */
export interface Ancestor {
  readonly pid: number
  readonly threadId: number
}

/** What a process hands down to those that it starts. Nothing of it is secret: access to the run is what its directory permits. */
export interface Lineage {
  /** Directory of the run; `undefined` under a root that writes for itself. */
  readonly run: string | undefined
  readonly root: ProcessId | undefined
  /** URL of the module that has the configuration, where there is one. */
  readonly configModule?: string
  /** What the tree is like, from a root that found no place for a run: it has no other way to say so. Not yet checked. */
  readonly tree?: Readonly<Record<string, unknown>>
  /** From the oldest that is kept to the nearest. */
  readonly chain: readonly Ancestor[]
}

/** Variables for the environment of a child; empty ones stand over what the child would inherit otherwise. */
export type TreeVariables = Readonly<Record<`HOLDFAST_TREE_${'RUN' | 'ROOT' | 'CHAIN' | 'CONFIG' | 'CONTEXT'}`, string>>

export const CHAIN_MAX = 8
const CONTEXT_MAX_BYTES = 8192
const RUN_MAX_CHARS = 4096
const TREE_MAX_CHARS = 32_768
const CHAIN_TEXT = /^\d{1,10}(\/\d{1,10})?(,\d{1,10}(\/\d{1,10})?){0,63}$/
const ENVIRONMENT_DATA = 'holdfast.tree'

/** This thread of this process. */
export function ownLink(): Ancestor {
  return { pid: process.pid, threadId }
}

/** Adds a descendant and keeps the newest 8. A thread takes the place of the thread of its process that started it. */
export function extendChain(chain: readonly Ancestor[], link: Ancestor): readonly Ancestor[] {
  const before = chain.at(-1)?.pid === link.pid ? chain.slice(0, -1) : chain
  return [...before, link].slice(-CHAIN_MAX)
}

export function encodeLineage({ run, root, configModule, tree, chain }: Lineage): TreeVariables {
  const text = tree === undefined ? '' : JSON.stringify(tree)
  return {
    HOLDFAST_TREE_RUN: run ?? '',
    HOLDFAST_TREE_ROOT: root === undefined ? '' : formatProcessId(root),
    HOLDFAST_TREE_CHAIN: chain
      .slice(-CHAIN_MAX)
      .map(({ pid, threadId }) => (threadId === 0 ? `${pid}` : `${pid}/${threadId}`))
      .join(','),
    HOLDFAST_TREE_CONFIG: configModule ?? (text.length > TREE_MAX_CHARS ? '' : text),
    HOLDFAST_TREE_CONTEXT: '',
  }
}

/** What was handed down. Anything that makes no sense counts as absent; never throws. */
export function decodeLineage(env: Environment): Lineage {
  const { HOLDFAST_TREE_RUN: run = '', HOLDFAST_TREE_ROOT: root, HOLDFAST_TREE_CHAIN: chain = '' } = env
  const { HOLDFAST_TREE_CONFIG: configModule = '' } = env
  const tree = parseTree(configModule)
  const isPath = run !== '' && run.length <= RUN_MAX_CHARS && !run.includes('\0')
  return {
    run: isPath ? run : undefined,
    root: parseProcessId(root),
    chain: parseChain(chain),
    ...(configModule.startsWith('file:') && URL.canParse(configModule) ? { configModule } : undefined),
    ...(tree === undefined ? undefined : { tree }),
  }
}

/** What a child gets: the lineage and the context that is current, in the payload of `serializeContext`. A context above 8 KiB is left out. */
export function childEnv({ lineage, context }: { readonly lineage: Lineage; readonly context?: ContextPayload }): TreeVariables {
  const variables = encodeLineage(lineage)
  const text = context === undefined ? '' : JSON.stringify(context)
  return Buffer.byteLength(text) > CONTEXT_MAX_BYTES ? variables : { ...variables, HOLDFAST_TREE_CONTEXT: text }
}

/**
 * The context that `childEnv` sent along, once: the variable is removed, lest the children of this process inherit a request that is not theirs.
 * `undefined` for none, and for one that makes no sense.
 */
export function takeContext(env: Record<string, string | undefined>): ContextFields | undefined {
  const text = env['HOLDFAST_TREE_CONTEXT'] ?? ''
  delete env['HOLDFAST_TREE_CONTEXT']
  if (text === '' || text.length > CONTEXT_MAX_BYTES || Buffer.byteLength(text) > CONTEXT_MAX_BYTES) return undefined
  try {
    return deserializeContext(text)
  } catch {
    return undefined // hostile or from the future: a context is worth less than a start
  }
}

/**
 * Hands a lineage down to whatever this thread starts: programs by `process.env`, threads by environment data, which they get even with an `env` of
 * their own. Returns the way back.
 */
export function publishLineage(lineage: Lineage, env: Record<string, string | undefined> = process.env): () => void {
  const variables = encodeLineage(lineage)
  const names = Object.keys(variables) as (keyof TreeVariables)[]
  const before = names.map((name) => [name, env[name]] as const)
  const dataBefore = getEnvironmentData(ENVIRONMENT_DATA)
  for (const name of names) write(env, name, variables[name])
  setEnvironmentData(ENVIRONMENT_DATA, variables)
  return () => {
    for (const [name, value] of before) write(env, name, value)
    setEnvironmentData(ENVIRONMENT_DATA, dataBefore)
  }
}

/** What the tree says to this thread: the environment data of its creator, else its environment. */
export function treeVariables(env: Environment = process.env): Environment {
  const data: unknown = isMainThread ? undefined : getEnvironmentData(ENVIRONMENT_DATA)
  return isEnvironment(data) ? data : env
}

function isEnvironment(data: unknown): data is Environment {
  return typeof data === 'object' && data !== null && Object.values(data).every((value) => typeof value === 'string')
}

function parseTree(text: string): Lineage['tree'] {
  if (!text.startsWith('{') || text.length > TREE_MAX_CHARS) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function parseChain(text: string): readonly Ancestor[] {
  if (!CHAIN_TEXT.test(text)) return []
  const links = text.split(',').map((link) => {
    const [pid, threadId = 0] = link.split('/').map(Number)
    return { pid: pid ?? 0, threadId }
  })
  return links.every(isPlausible) ? links.slice(-CHAIN_MAX) : []
}

function isPlausible({ pid, threadId }: Ancestor): boolean {
  return pid > 0 && pid <= 0x7fffffff && threadId <= 0x7fffffff
}

function write(env: Record<string, string | undefined>, name: string, value: string | undefined): void {
  if (value === undefined || value === '') delete env[name]
  else env[name] = value
}
