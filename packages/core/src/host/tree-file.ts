import { join } from 'node:path'
import { type AdapterRecipe, type Level, levelName } from '@holdfast/api'
import { canBeCarried } from '../adapter/can-be-carried.js'
import type { RuntimeConfig } from '../config/runtime-config.js'
import type { RuntimeSettings } from '../config/settings.js'
import { makePrivateDirectory } from '../tree/private-directory.js'
import { readObject, writeWhole } from '../tree/run-facts.js'
import { siblingsOf } from '../tree/run-paths.js'
import { laneNameOf } from '../writer/remote/remote-lane.js'
import { type RecipeSpec, specOf, type WriterSpec } from './writer-spec.js'

const TREE = 'tree.json'
/** Folder beside the runs: what the last tree of the service was like, for processes whose run is gone. */
const LAST = '.last'
const WRITER = 'writer.json'

/** What a process of the tree has to know to log as its root does. Nothing in it is secret. */
export interface TreeFile {
  /** In the order of their blocks in the rings. */
  readonly lanes: readonly { readonly name: string; readonly level: Level | undefined; readonly reopensOnHangup?: boolean }[]
  /** Names of all lanes, in the order of the adapters. */
  readonly order: readonly string[]
  /** Adapters that each process runs for itself, as the console. */
  readonly own: readonly RecipeSpec[]
  /** Those of the lanes, for a process that has to write for itself. */
  readonly recipes: readonly RecipeSpec[]
  readonly config: InheritedConfig
  /** The root cannot map files, and has said so. */
  readonly isSpooled?: boolean
}

type InheritedConfig = Omit<RuntimeConfig, 'scrub' | 'adapters'> & {
  readonly scrub:
    | false
    | (Omit<NonNullable<Exclude<RuntimeConfig['scrub'], false>>, 'patterns'> & { readonly patterns: readonly Pattern[] })
}

type Pattern = readonly [source: string, flags: string]

export interface TreeParts {
  readonly settings: RuntimeSettings
  /** Adapters that each process runs for itself. */
  readonly own: readonly AdapterRecipe[]
  /** Those of the writer. */
  readonly remote: readonly AdapterRecipe[]
  readonly configModule: URL | undefined
  readonly isSpooled: boolean
}

/** What a tree is like, in plain data. */
export function describeTree({ settings, own, remote, configModule, isSpooled }: TreeParts): TreeFile {
  const carried = own.filter(({ module, options }) => module !== undefined && canBeCarried(options))
  return {
    lanes: remote.map(laneNameOf),
    order: settings.adapters.map(({ name }) => name),
    own: carried.map((recipe) => specOf(recipe)),
    recipes: remote.map((recipe) => withoutSecret(recipe, specOf(recipe, configModule), configModule)),
    config: inheritable(settings),
    isSpooled,
  }
}

/** Leaves it in the run, and beside the runs for processes that come when the run is gone. */
export function writeTreeFile(run: string, tree: TreeFile): void {
  writeWhole(join(run, TREE), tree)
  try {
    makePrivateDirectory(lastOf(run))
    writeWhole(join(lastOf(run), TREE), tree)
  } catch {
    // missed by those alone who come when the run is gone
  }
}

/** `undefined` when there is none that makes sense. */
export function readTreeFile(run: string): TreeFile | undefined {
  return treeIn(readObject(join(run, TREE)))
}

/** The last tree of the service that a run is of, or was: that of the run itself, unless the application was started again since. */
export function readLastTree(run: string): TreeFile | undefined {
  return treeIn(readObject(join(lastOf(run), TREE)))
}

/** Where the last tree of a service is described. */
export function lastOf(run: string): string {
  return join(siblingsOf(run), LAST)
}

/** Of anything that was read somewhere. */
export function treeIn(value: Readonly<Record<string, unknown>> | undefined): TreeFile | undefined {
  const tree = value as TreeFile | undefined
  const isTree = Array.isArray(tree?.lanes) && Array.isArray(tree.own) && typeof tree.config === 'object'
  return isTree ? { ...tree, order: tree.order ?? [], recipes: tree.recipes ?? [] } : undefined
}

function inheritable(settings: RuntimeSettings): InheritedConfig {
  const { queue, scrub, rateLimit, ring } = settings
  const { worker, maxBytes, maxEvents, fullPolicy, putTimeoutMs, stopTimeoutMs, failureResetMs, commit } = queue
  return {
    service: settings.service,
    environment: settings.environment,
    context: settings.context,
    level: levelName(settings.level),
    levels: Object.fromEntries(Object.entries(settings.levels).map(([name, value]) => [name, levelName(value)])),
    queue: {
      ...{ worker, maxBytes, fullPolicy, putTimeoutMs, stopTimeoutMs, failureResetMs, commit },
      ...(maxEvents === undefined ? undefined : { maxEvents }),
    },
    // an event may be a quarter of a segment, which has to agree with the limits
    ring: { segmentBytes: ring.segmentBytes },
    limits: settings.limits,
    scrub: scrub === false ? false : { ...scrub, patterns: scrub.patterns.map(({ source, flags }) => [source, flags] as const) },
    ...(rateLimit === undefined ? undefined : { rateLimit: { ...rateLimit, exempt: levelName(rateLimit.exempt) } }),
  }
}

/** As it may lie on disk: a secret is found again in the configuration's module, or nowhere. */
function withoutSecret({ holdsSecrets }: AdapterRecipe, spec: RecipeSpec, configModule: URL | undefined): RecipeSpec {
  const { name, module, factory, lane } = spec
  if (holdsSecrets !== true || factory === '') return spec
  if (configModule !== undefined) return { name, module: configModule.href, factory: '', options: null, lane }
  return { name, module, factory, options: null, lane, isWithheld: true }
}

/** The configuration of the root, for a process that joins it. */
export function inheritedConfig({ config: { scrub, ...config } }: TreeFile): RuntimeConfig {
  if (scrub === false) return { ...config, scrub }
  return { ...config, scrub: { ...scrub, patterns: scrub.patterns.map(([source, flags]) => new RegExp(source, flags)) } }
}

/**
 * Leaves what a writer has to know where a member finds it when the root is gone. Options that hold secrets are not written to disk:
 * their lanes wait for the next run.
 */
export function writeWriterFile(run: string, spec: WriterSpec, recipes: TreeFile['recipes']): void {
  writeWhole(join(run, WRITER), { ...spec, recipes })
}

export function readWriterFile(run: string): WriterSpec | undefined {
  const spec = readObject(join(run, WRITER)) as WriterSpec | undefined
  return Array.isArray(spec?.recipes) ? spec : undefined
}
