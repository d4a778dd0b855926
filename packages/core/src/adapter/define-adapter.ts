import type { Adapter, AdapterRecipe, LaneOptions } from '@holdfast/api'

export interface AdapterDefinition<O extends object> {
  /** The destination's own word; unique among the adapters of a runtime unless `options.name` says otherwise. */
  readonly name: string
  /** Module specifier that exports this factory, so that a writer thread or process can build the same adapter. */
  readonly module?: string
  /** Where it runs. @default `writer` */
  readonly place?: 'application' | 'writer'
  /** Checks and completes the options; throws `ConfigError`. Runs at once, so that mistakes show at the call of the factory. */
  readonly resolve?: (options: O) => void
  readonly create: (options: O) => Adapter
  /** Options after environment variables, see `AdapterRecipe.applyEnvironment`. */
  readonly fromEnvironment?: (options: O, read: (name: string) => string | undefined) => O
}

/** Options that every adapter factory takes beside its own. */
export interface AdapterOptions extends LaneOptions {
  /** Name in reports and diagnostics. @default the destination's own word */
  readonly name?: string
  /** Overrides where it runs. */
  readonly place?: 'application' | 'writer'
}

/**
 * Makes an adapter factory. The factory returns an inert recipe: nothing is opened before the writer builds it.
 *
 * @example `export const memoryAdapter = defineAdapter({ name: 'memory', create: (options: MemoryOptions) => new MemoryAdapter(options) })`
 */
export function defineAdapter<O extends AdapterOptions>(definition: AdapterDefinition<O>): (options?: O) => AdapterRecipe {
  const { fromEnvironment } = definition
  return function factory(options = {} as O): AdapterRecipe {
    definition.resolve?.(options)
    const { level, batchMaxEvents, batchMaxBytes, timeoutMs, retryMinMs, retryMaxMs, whenDown } = options
    return {
      kind: 'recipe',
      name: options.name ?? definition.name,
      ...(definition.module === undefined ? undefined : { module: definition.module }),
      options,
      place: options.place ?? definition.place ?? 'writer',
      lane: compact({ level, batchMaxEvents, batchMaxBytes, timeoutMs, retryMinMs, retryMaxMs, whenDown }),
      create: () => definition.create(options),
      ...(fromEnvironment === undefined ? undefined : { applyEnvironment: (read) => factory(fromEnvironment(options, read)) }),
    }
  }
}

function compact(lane: { [K in keyof LaneOptions]: LaneOptions[K] | undefined }): LaneOptions {
  return Object.fromEntries(Object.entries(lane).filter(([, value]) => value !== undefined))
}
