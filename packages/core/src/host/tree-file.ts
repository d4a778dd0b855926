import { join } from 'node:path'
import { type AdapterRecipe, type Level, levelName } from '@holdfast/api'
import { canBeCarried } from '../adapter/can-be-carried.js'
import type { RuntimeConfig } from '../config/runtime-config.js'
import type { RuntimeSettings } from '../config/settings.js'
import { readObject, writeWhole } from '../tree/run-facts.js'
import { type RecipeSpec, specOf, type WriterSpec } from './writer-spec.js'

const TREE = 'tree.json'
const WRITER = 'writer.json'

/** What a process of the tree has to know to log as its root does. Nothing in it is secret. */
export interface TreeFile {
  /** In the order of their blocks in the rings. */
  readonly lanes: readonly { readonly name: string; readonly level: Level | undefined; readonly reopensOnHangup?: boolean }[]
  /** Names of all lanes, in the order of the adapters. */
  readonly order: readonly string[]
  /** Adapters that each process runs for itself, as the console. */
  readonly own: readonly RecipeSpec[]
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

export function writeTreeFile(
  run: string,
  settings: RuntimeSettings,
  own: readonly AdapterRecipe[],
  lanes: TreeFile['lanes'],
  isSpooled: boolean,
): void {
  const { queue, scrub, rateLimit } = settings
  const { fullPolicy, putTimeoutMs, stopTimeoutMs, failureResetMs, commit } = queue
  const config: InheritedConfig = {
    service: settings.service,
    environment: settings.environment,
    context: settings.context,
    level: levelName(settings.level),
    levels: Object.fromEntries(Object.entries(settings.levels).map(([name, value]) => [name, levelName(value)])),
    queue: { fullPolicy, putTimeoutMs, stopTimeoutMs, failureResetMs, commit },
    limits: settings.limits,
    scrub: scrub === false ? false : { ...scrub, patterns: scrub.patterns.map(({ source, flags }) => [source, flags] as const) },
    ...(rateLimit === undefined ? undefined : { rateLimit: { ...rateLimit, exempt: levelName(rateLimit.exempt) } }),
  }
  const carried = own.filter(({ module, options }) => module !== undefined && canBeCarried(options))
  const order = settings.adapters.map(({ name }) => name)
  const tree: TreeFile = { lanes, order, own: carried.map((recipe) => specOf(recipe)), config, isSpooled }
  writeWhole(join(run, TREE), tree)
}

/** `undefined` when there is none that makes sense. */
export function readTreeFile(run: string): TreeFile | undefined {
  const tree = readObject(join(run, TREE)) as TreeFile | undefined
  return Array.isArray(tree?.lanes) && Array.isArray(tree.own) && typeof tree.config === 'object' ? tree : undefined
}

/** The configuration of the root, for a process that joins it. */
export function inheritedConfig({ config: { scrub, ...config } }: TreeFile): RuntimeConfig {
  if (scrub === false) return { ...config, scrub }
  return { ...config, scrub: { ...scrub, patterns: scrub.patterns.map(([source, flags]) => new RegExp(source, flags)) } }
}

/**
 * Leaves what a writer has to know where a member finds it when the root is gone. Recipes that hold secrets are not written to disk:
 * their lanes wait for the next run.
 */
export function writeWriterFile(run: string, spec: WriterSpec, recipes: readonly AdapterRecipe[]): void {
  const secret = new Set(recipes.filter(({ holdsSecrets }) => holdsSecrets === true).map(({ name }) => name))
  writeWhole(join(run, WRITER), { ...spec, recipes: spec.recipes.filter(({ name }) => !secret.has(name)) })
}

export function readWriterFile(run: string): WriterSpec | undefined {
  const spec = readObject(join(run, WRITER)) as WriterSpec | undefined
  return Array.isArray(spec?.recipes) ? spec : undefined
}
