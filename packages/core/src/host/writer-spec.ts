import { pathToFileURL } from 'node:url'
import type { AdapterRecipe, LaneOptions } from '@holdfast/api'
import { canBeCarried } from '../adapter/can-be-carried.js'
import { canBeFound } from '../adapter/can-be-found.js'

/** An adapter as it is described to a writer elsewhere. */
export interface RecipeSpec {
  readonly name: string
  /** URL of the module that exports the factory. */
  readonly module: string
  /** What it exports it as; '' when it is a configuration, which has the recipe among its adapters. */
  readonly factory: string
  readonly options: unknown
  readonly lane: LaneOptions
  /** Its options hold a secret, which is on no disk: it keeps its place among the lanes, and its events wait for who knows it. */
  readonly isWithheld?: true
}

/** Everything that a writer elsewhere has to know. Plain data. It may hold secrets: it never goes through arguments, environment or rings. */
export interface WriterSpec {
  readonly recipes: readonly RecipeSpec[]
  /** JSON object of the context of what the writer itself has to say. */
  readonly context: string
  readonly failureResetMs: number
  readonly stopTimeoutMs: number
  readonly spillBytes: number
  /** Whose it is, and where its runs lie if not in the user's state directory: a writer without a run puts records aside there. */
  readonly service: string
  readonly spoolDir?: string | undefined
  /** Tells this writer's adapters from the same ones of other processes, see `AdapterRecipe.create`. */
  readonly instance?: string
  readonly precautions?: Precautions
}

/** What a writer has to know of those before it. */
export interface Precautions {
  readonly quarantine: readonly Quarantine[]
  /** One has ended and nobody knows why: the lanes are opened one by one, so that it shows. */
  readonly isCareful: boolean
}

/** A lane whose adapter hung or ended a writer, and how long it is left alone. */
export interface Quarantine {
  readonly lane: string
  /** 0: it may try, after all others. */
  readonly pauseMs: number
  /** What it did, as a sentence without an end. */
  readonly reason: string
}

/** @param configModule where the recipe is made anew when its options cannot be carried, or the module of its factory is not found from here */
export function specOf(recipe: AdapterRecipe, configModule?: URL): RecipeSpec {
  const { name, module = '', factory = `${name}Adapter`, options, lane } = recipe
  if (configModule !== undefined && (module === '' || !canBeFound(module) || !canBeCarried(options)))
    return { name, module: configModule.href, factory: '', options: null, lane }
  return { name, module: module.startsWith('/') ? pathToFileURL(module).href : module, factory, options, lane }
}
