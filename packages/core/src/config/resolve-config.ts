import type { Adapter, AdapterRecipe } from '@holdfast/api'
import type { Report } from '../diagnostics/catalogue.js'
import { buildSettings, PRESETS } from './build-settings.js'
import { checkShape } from './check-shape.js'
import { checkTogether } from './check-together.js'
import { checkValues, type ScrubChecks } from './check-values.js'
import { ConfigError } from './config-error.js'
import { describeValue } from './describe-value.js'
import { type Environment, type EnvironmentLayer, isAlwaysStrict, readEnvironment } from './environment.js'
import { type Finding, toProblem } from './finding.js'
import { flatten, isObject, type OptionValues } from './options.js'
import { packageName } from './package-name.js'
import { resolveAdapters } from './resolve-adapters.js'
import type { RuntimeConfig } from './runtime-config.js'
import { CONFIG_SCHEMA } from './schema.js'
import { SCRUB_CHECKS } from './scrub-checks.js'
import type { RuntimeSettings } from './settings.js'
import { findUnknownVariables } from './unknown-variables.js'
import { validateConfig } from './validators.generated.js'

export interface ResolveOptions {
  /** The variables to read; empty for an isolated runtime. */
  readonly env: Environment
  readonly report: Report
  /** Asked when the configuration names no adapters. @default none */
  readonly defaultAdapters?: (preset: RuntimeConfig['preset']) => readonly (AdapterRecipe | Adapter)[]
  /** Where the search for a package.json starts, for the name of the service. @default the main script, then the working directory */
  readonly cwd?: string
  /** What judges `scrub.paths` and `scrub.patterns`. */
  readonly scrubChecks?: ScrubChecks
}

/**
 * Turns what a user wrote, and the environment, into settings; `HOLDFAST_*` wins over `LOG_*`, both over code, code over the preset.
 * Throws one `ConfigError` that lists everything that is wrong.
 */
export function resolveConfig(config: RuntimeConfig, options: ResolveOptions): RuntimeSettings {
  const code = readCode(config, options.scrubChecks ?? SCRUB_CHECKS)
  const isLenient = code.values.env === 'lenient'
  const excused: Finding[] = []
  let env = code.values.env === false ? {} : options.env
  let found: string | undefined
  const service = () => (found ??= packageName(options.cwd, options.report) ?? 'unknown-service')
  for (;;) {
    const { settings, values, findings } = attempt(code, env, options, service)
    const excusable = isLenient ? findings.filter(isExcusable) : []
    if (excusable.length === 0) {
      if (findings.length > 0) throw new ConfigError(findings.map(toProblem))
      for (const finding of excused) reportExcused(finding, values, options.report)
      return settings
    }
    excused.push(...excusable)
    env = without(env, new Set(excusable.flatMap(({ variables }) => variables)))
  }
}

/** What the code says: valid values by option, and what is wrong with the others. */
interface CodeLayer {
  readonly values: OptionValues
  readonly findings: readonly Finding[]
}

interface Attempt {
  readonly settings: RuntimeSettings
  readonly values: OptionValues
  readonly findings: readonly Finding[]
}

function readCode(config: unknown, scrub: ScrubChecks): CodeLayer {
  const shape = checkShape(validateConfig, CONFIG_SCHEMA, config)
  const given = isObject(config) ? flatten(config, CONFIG_SCHEMA) : {}
  const findings = [...shape, ...checkValues(valid(given, shape), scrub)]
  return { values: valid(given, findings), findings }
}

/** One way through with these variables; in lenient mode those that have a part in a problem are left out of the next. */
function attempt(code: CodeLayer, env: Environment, options: ResolveOptions, service: () => string): Attempt {
  const environment = readEnvironment(env, options.scrubChecks ?? SCRUB_CHECKS)
  const values = merge(code.values, environment)
  const preset = values.preset as RuntimeConfig['preset']
  const given = (values.adapters as readonly unknown[] | undefined) ?? options.defaultAdapters?.(preset) ?? []
  const { adapters, findings: ofAdapters, read } = resolveAdapters(given, env, preset)
  const settings = buildSettings(values, adapters, service)
  const findings = [
    ...code.findings,
    ...environment.findings,
    ...checkTogether(settings, values, environment.sources),
    ...ofAdapters,
    ...findUnknownVariables(env, read),
  ]
  return { settings, values, findings }
}

function merge(code: OptionValues, { values, fallbacks }: EnvironmentLayer): OptionValues {
  const chosen = { ...fallbacks, ...code, ...values }
  const preset = PRESETS[chosen.preset as keyof typeof PRESETS]
  return { ...preset, ...chosen, ...combined(code, values) }
}

/** Options of which code and environment both count. */
function combined(code: OptionValues, env: OptionValues): OptionValues {
  const changed: { levels?: unknown; scrub?: unknown; [option: string]: unknown } = {}
  if (isObject(code.levels) && isObject(env.levels)) changed.levels = { ...code.levels, ...env.levels }
  // what is scrubbed is only ever added to: an environment must not uncover what the code hides
  for (const option of ['scrub.keys', 'scrub.paths']) {
    if (env[option] !== undefined)
      changed[option] = [...((code[option] as string[] | undefined) ?? []), ...(env[option] as string[])]
  }
  const turnsScrubOn = env.scrub === true || Object.keys(env).some((option) => option.startsWith('scrub.'))
  if (turnsScrubOn && env.scrub !== false) changed.scrub = undefined
  return changed
}

/** The values whose options are in no finding. */
function valid(values: OptionValues, findings: readonly Finding[]): OptionValues {
  const bad = new Set(findings.map(({ option }) => option))
  return Object.fromEntries(Object.entries(values).filter(([option]) => !bad.has(option)))
}

function isExcusable({ variables }: Finding): boolean {
  return variables.length > 0 && !variables.some(isAlwaysStrict)
}

function without(env: Environment, names: ReadonlySet<string>): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)))
}

function reportExcused({ path, expected, got, option }: Finding, values: OptionValues, report: Report): void {
  report('config_lenient', { path, expected, got, kept: keptFor(option, values) })
}

function keptFor(option: string, values: OptionValues): string {
  if (option === '' || option === 'adapters') return 'what the code says'
  return values[option] === undefined ? 'the default' : describeValue(values[option])
}
