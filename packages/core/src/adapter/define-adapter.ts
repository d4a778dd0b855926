import type { Adapter, AdapterHome, AdapterRecipe } from '@holdfast/api'
import { laneOf } from '../config/check-lane.js'
import { ConfigError } from '../config/config-error.js'
import type { AdapterOptions } from './adapter-options.js'
import { checkOptions, type OptionRules } from './check-options.js'
import type { OptionChecks } from './option-check.js'

/** What `defineAdapter` makes a factory of. */
export interface AdapterDefinition<O extends AdapterOptions> extends OptionRules<O> {
  /** `import.meta.url` of the module that exports this factory, so that a writer thread or process can build the same adapter. */
  readonly module?: string
  /** What that module exports it as. @default the name in camel case with `Adapter` behind it */
  readonly factory?: string
  /** Where it runs. @default `writer` */
  readonly place?: 'application' | 'writer'
  /** What only one adapter of a runtime may own, see `AdapterRecipe.resource`. */
  readonly resource?: (options: O) => string | undefined
  /** Whether SIGHUP means `reopen` to what it makes, see `AdapterRecipe.reopensOnHangup`. */
  readonly reopensOnHangup?: (options: O) => boolean
  /** Opens the adapter. The options have been checked, and `name` is there: the user's or the definition's. `home`: see `AdapterRecipe.create`. */
  readonly create: (options: O & { readonly name: string }, home?: AdapterHome, instance?: string) => Adapter
  /** Options after environment variables, see `AdapterRecipe.applyEnvironment`. They are checked again. */
  readonly fromEnvironment?: (options: O, read: (name: string) => string | undefined) => O
}

/** Makes recipes. Its argument may be left out when every option may. */
export type AdapterFactory<O extends AdapterOptions> =
  Record<never, never> extends O ? (options?: O) => AdapterRecipe : (options: O) => AdapterRecipe

/**
 * Makes an adapter factory. The factory checks its options at once and throws one `ConfigError` with everything that is wrong.
 * It returns an inert recipe: nothing is opened before the writer builds it.
 *
 * @example
 * ```ts
 * export const socketAdapter = defineAdapter<SocketOptions>({
 *   name: 'socket',
 *   module: import.meta.url,
 *   options: { path: check.required(check.text), token: check.secret(check.text) },
 *   create: ({ name, path, token }) => new SocketAdapter(name, path, token),
 * })
 * ```
 */
export function defineAdapter<O extends AdapterOptions>(definition: AdapterDefinition<O>): AdapterFactory<O> {
  return ((options = {} as O) => makeRecipe(definition, options)) as AdapterFactory<O>
}

function makeRecipe<O extends AdapterOptions>(definition: AdapterDefinition<O>, options: O): AdapterRecipe {
  const problems = checkOptions(definition, options)
  if (problems.length > 0) throw new ConfigError(problems)
  const { module, fromEnvironment } = definition
  const { name = definition.name, place = definition.place ?? 'writer' } = options
  const resource = definition.resource?.(options)
  return {
    kind: 'recipe',
    name,
    ...(module === undefined ? undefined : { module, factory: definition.factory ?? factoryName(definition.name) }),
    options,
    ...(hasSecret(definition.options, options) ? { holdsSecrets: true } : undefined),
    ...(resource === undefined ? undefined : { resource }),
    ...(definition.reopensOnHangup?.(options) === true ? { reopensOnHangup: true } : undefined),
    place,
    lane: laneOf(options),
    create: (home, instance) => definition.create({ ...options, name }, home, instance),
    ...(fromEnvironment === undefined
      ? undefined
      : { applyEnvironment: (read) => makeRecipe(definition, fromEnvironment(options, read)) }),
  }
}

/** `my-sink` is made by `mySinkAdapter`. */
function factoryName(name: string): string {
  return `${name.replace(/[^a-zA-Z0-9]+(.)?/g, (_, first = '') => String(first).toUpperCase())}Adapter`
}

/** Whether an option is set whose value no error may show either. */
function hasSecret(checks: OptionChecks | undefined, options: object): boolean {
  return Object.entries(checks ?? {}).some(([name, check]) => {
    const value: unknown = Reflect.get(options, name)
    if (value === undefined || value === null) return false
    return check.secret === true || (typeof value === 'object' && hasSecret(check.within, value))
  })
}
