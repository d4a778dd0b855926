import { type Adapter, type AdapterRecipe, type RuntimePort, slot } from '@holdfast/api'
import { type Clock, onTimerFailure, systemClock } from '../clock.js'
import { checkRecipes } from '../config/check-recipes.js'
import { ConfigError } from '../config/config-error.js'
import { loadConfigModule } from '../config/load-config-module.js'
import { resolveConfig } from '../config/resolve-config.js'
import type { RuntimeConfig } from '../config/runtime-config.js'
import { ContextBinder } from '../context/context-binder.js'
import { DiagnosticHub } from '../diagnostics/hub.js'
import { tellUpkeepFailure } from '../diagnostics/upkeep.js'
import { isWriter } from '../host/is-writer.js'
import { noteReplaced } from '../host/predecessors.js'
import { newOrigin } from '../ring/origin.js'
import { publishLineage, takeContext } from '../tree/lineage.js'
import { writerProgram } from '../writer/remote/writer-program.js'
import { BeforeInit } from './before-init.js'
import { noTree } from './delivery.js'
import { buildParts } from './parts.js'
import { RunningRuntime } from './running-runtime.js'
import type { InitOptions, Runtime } from './runtime.js'
import { isSameConfig } from './same-config.js'
import { ALONE, descent, findPlace, pidsOf } from './standing.js'
import { ownInstance } from './stepped-down-delivery.js'

/** What a runtime is given by the package that makes it. */
export interface MakeOptions {
  /** Asked when the configuration names no adapters. */
  readonly defaultAdapters?: (preset: RuntimeConfig['preset']) => readonly (AdapterRecipe | Adapter)[]
  /** @default the system's */
  readonly clock?: Clock
  /** Identity of the producer in every event. @default random */
  readonly origin?: string
}

/** What a stand-in is given beside. */
export interface StandInOptions extends MakeOptions {
  /** What `init` was given, if it was called: then another configuration is an error, as for an installed runtime. */
  readonly initConfig?: RuntimeConfig
  /** Called in place of installing a runtime; returns the one that `init` answers with. */
  readonly takeInit: (config: RuntimeConfig) => Runtime
}

/** What stands in the slot once `init` was called; another copy of this package recognises it by its members. */
interface InstalledPort extends RuntimePort {
  readonly binder: ContextBinder
  readonly runtime: Runtime
  readonly config: RuntimeConfig
  readonly isInitialised: boolean
  /** There when the port stands in for an installed one, as in a test. */
  readonly takeInit?: (config: RuntimeConfig) => Runtime
}

/** Tells stderr what concerns no runtime. */
const nobody = new DiagnosticHub(systemClock, () => '')

// loggers of this process keep their events until init, from the moment this package is loaded
slot.port ??= new BeforeInit(new ContextBinder())
// an adapter's timer knows no runtime
onTimerFailure((error) => tellTimerFailure(error))

/**
 * Makes the runtime of this process and installs it; every logger finds it, also those made before, and in other copies of the package.
 * The same configuration again returns the same runtime.
 *
 * @param given the configuration, or the URL of a module whose default export it is
 * @throws ConfigError listing everything that is wrong with the configuration or the environment
 */
export function initRuntime(given: RuntimeConfig | URL | undefined, options: InitOptions & MakeOptions): Runtime {
  const configModule = given instanceof URL ? given : undefined
  const config = given instanceof URL ? loadConfigModule(given) : given
  const installed = installedPort()
  if (installed !== undefined && installed.isInitialised !== false && !installed.runtime.isClosed) {
    if (config === undefined || isSameConfig(config, installed.config)) return installed.runtime
    if (options.replace !== true) throw alreadyInitialised(installed.runtime)
  }
  if (installed?.takeInit !== undefined) return installed.takeInit(config ?? {})
  const before = slot.port
  const binder = slotBinder() ?? new ContextBinder()
  const runtime = make(config ?? {}, process.env, { ...options, configModule }, binder, true)
  slot.port = portOf(runtime, config ?? {}, binder, true)
  if (before !== undefined && 'takeEvents' in before) runtime.replay((before as BeforeInit).takeEvents())
  if (installed !== undefined) replace(installed.runtime, runtime)
  return runtime
}

/**
 * Makes a runtime of its own: it reads no environment, listens to no signal and is not installed.
 *
 * @throws ConfigError
 */
export function makeRuntime(config: RuntimeConfig, options: MakeOptions = {}): Runtime {
  return make(config, {}, options, new ContextBinder(), false)
}

/**
 * Makes a runtime that can take the place of the installed one for a while, as in a test: what finds its runtime by the slot finds it while
 * `slot.port` answers with this port. Contexts that are current stay current. It reads no environment and listens to no signal.
 *
 * @throws ConfigError
 */
export function makeStandIn(config: RuntimeConfig, options: StandInOptions): RuntimePort & { readonly runtime: Runtime } {
  const binder = slotBinder() ?? new ContextBinder()
  const { initConfig, takeInit } = options
  const runtime = make(config, {}, options, binder, false)
  const port: InstalledPort = {
    ...portOf(runtime, initConfig ?? installedConfig() ?? {}, binder, initConfig !== undefined),
    takeInit,
  }
  return port
}

/** The configuration of the installed runtime, as it was given to `init`; `undefined` when there is none or it was shut down. */
export function installedConfig(): RuntimeConfig | undefined {
  const installed = installedPort()
  return installed?.runtime.isClosed === false ? installed.config : undefined
}

/** The installed runtime, if there is one. */
export function installedRuntime(): Runtime | undefined {
  return installedPort()?.runtime
}

/** One binder for all that is ever in the slot, so that a context which is current during `init` stays current. */
export function slotBinder(): ContextBinder | undefined {
  const { port } = slot
  return port !== undefined && 'binder' in port ? (port as InstalledPort | BeforeInit).binder : undefined
}

/** The old one delivers what it holds on its own time: nothing new reaches it. What only one may own it gives to the new one. */
function replace(old: Runtime, next: RunningRuntime): void {
  const { run } = old.inspect().writer
  if (run !== '') noteReplaced(run)
  old.shutdown().catch((error: unknown) => next.tellFailure('bookkeeping', error))
}

function make(
  config: RuntimeConfig,
  env: NodeJS.ProcessEnv,
  options: MakeOptions & { readonly configModule?: URL | undefined },
  binder: ContextBinder,
  ownsProcess: boolean,
): RunningRuntime {
  if (isWriter()) throw writerConflict()
  const clock = options.clock ?? systemClock
  let service = 'unknown-service'
  const hub = new DiagnosticHub(clock, () => service)
  if (typeof config.diagnosticHook === 'function') hub.add(config.diagnosticHook)
  const { defaultAdapters, configModule } = options
  const { chain, inheritance, refusal, configModule: shared } = ownsProcess ? findPlace(config, env, hub.report) : ALONE
  const inherited = inheritance?.config ?? (shared === undefined ? {} : loadConfigModule(shared))
  const settings = resolveConfig(
    { ...inherited, ...config },
    {
      env,
      report: hub.report,
      ...(defaultAdapters === undefined ? undefined : { defaultAdapters }),
    },
  )
  if (settings.join === 'required' && (inheritance === undefined || 'refused' in inheritance.tree)) throw noTree(refusal)
  const { worker } = settings.queue
  if (inheritance === undefined && worker !== 'local' && typeof writerProgram(worker) === 'string')
    checkRecipes(settings.adapters, configModule)
  service = settings.service
  hub.scrubBy(settings.scrub)
  const parts = buildParts(settings, clock, hub, binder, {
    origin: options.origin ?? newOrigin(),
    chain: pidsOf(chain),
    inheritance,
    configModule: configModule ?? shared,
    instance: shared === undefined ? undefined : ownInstance(),
  })
  // before the lineage is handed down: what the parent sent along is for this process alone
  const context = ownsProcess ? takeContext(process.env) : undefined
  const handed = descent(chain, inheritance?.lineage, parts.tree, configModule ?? shared)
  const takeBack = ownsProcess ? publishLineage(handed) : undefined
  const runtime = new RunningRuntime(parts, ownsProcess, { handed, takeBack })
  if (context !== undefined) runtime.bindProcess(context)
  if (parts.steppedDown !== undefined) tellSteppedDown(runtime, parts.steppedDown)
  return runtime
}

/** The first event of a process that writes for itself says so where its events are; and shows whether its lanes can be written to. */
function tellSteppedDown(runtime: RunningRuntime, reason: string): void {
  if (runtime.inspect().place === 'none') return
  runtime.get('holdfast').warning('this process has no ring in its tree and writes for itself', { event: 'stepped_down', reason })
}

function portOf(runtime: RunningRuntime, config: RuntimeConfig, binder: ContextBinder, isInitialised: boolean): InstalledPort {
  return {
    protocol: 1,
    runtime,
    config,
    binder,
    isInitialised,
    attach: (spec) => runtime.attach(spec),
    bind: (fields, options, run) => runtime.bind(fields, options, run),
  }
}

function installedPort(): InstalledPort | undefined {
  const { port } = slot
  return port !== undefined && 'runtime' in port ? (port as InstalledPort) : undefined
}

/** To the hooks of the installed runtime, else to stderr. */
function tellTimerFailure(error: unknown): void {
  const runtime = installedPort()?.runtime
  if (runtime instanceof RunningRuntime) runtime.tellFailure('timer', error)
  else tellUpkeepFailure(nobody.report, 'timer', error)
}

function alreadyInitialised(runtime: Runtime): ConfigError {
  return new ConfigError([
    {
      path: 'init',
      expected: 'called once, or again with the same configuration',
      got: `another configuration while \`${runtime.service}\` is running`,
      hint: 'Pass `{ replace: true }` as the second argument to swap it without loss, or use `createRuntime` for one beside it.',
    },
  ])
}

function writerConflict(): Error {
  const cure = 'Put the adapters in a module of their own, which does not call `init`, and call `init` in the application.'
  return new Error(
    `Expected \`init\` to be called in an application, got the writer of one: it was started again by a recipe. ${cure}`,
  )
}
