import { checkShape } from './check-shape.js'
import { checkValues, type ScrubChecks } from './check-values.js'
import { describeValue, kindOf } from './describe-value.js'
import type { Finding } from './finding.js'
import { listOptions, type OptionValues, unflatten } from './options.js'
import { readVariable } from './read-variable.js'
import { CONFIG_SCHEMA } from './schema.js'
import { validateConfig } from './validators.generated.js'
import { VARIABLES, type Variable } from './variables.js'

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the environment says about the options of the runtime. */
export interface EnvironmentLayer {
  /** Stronger than code. */
  readonly values: OptionValues
  /** Weaker than code: `NODE_ENV`, `OTEL_SERVICE_NAME`. */
  readonly fallbacks: OptionValues
  /** The variables that set each option. */
  readonly sources: ReadonlyMap<string, readonly string[]>
  readonly findings: readonly Finding[]
}

/** Reads every variable of the table that is set. Blank counts as unset, also for names. */
export function readEnvironment(env: Environment, scrub: ScrubChecks): EnvironmentLayer {
  const layer = {
    values: {} as Record<string, unknown>,
    fallbacks: {} as Record<string, unknown>,
    sources: new Map<string, readonly string[]>(),
    findings: [] as Finding[],
  }
  for (const variable of VARIABLES) {
    const name = [variable.name, ...variable.also].find((spelling) => isSet(env[spelling]))
    if (name === undefined) continue
    const { values, findings } = readOne(variable, name, env[name] ?? '', scrub)
    layer.findings.push(...findings)
    if (findings.length > 0) continue
    const target = variable.isFallback === true ? layer.fallbacks : layer.values
    for (const [option, value] of Object.entries(values)) {
      target[option] = isList(target[option]) && isList(value) ? [...target[option], ...value] : value
      layer.sources.set(option, [...(layer.sources.get(option) ?? []), name])
    }
  }
  return layer
}

/** True for a text that says something. */
export function isSet(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== ''
}

/** Scrubbing is never weakened by a typing mistake: its variables are strict even when others are not. */
export function isAlwaysStrict(variable: string): boolean {
  return variable.includes('SCRUB')
}

function readOne(
  variable: Variable,
  name: string,
  text: string,
  scrub: ScrubChecks,
): { values: OptionValues; findings: readonly Finding[] } {
  const got = isAlwaysStrict(name) ? kindOf(text) : describeValue(text)
  const reading = readVariable(variable.kind, text, variable.option, name)
  if ('values' in reading) return { values: reading.values, findings: judge(variable, name, got, reading.values, scrub) }
  const { expected = expectedOf(variable.option), hint } = reading
  const finding = {
    path: name,
    expected,
    got,
    ...(hint === undefined ? undefined : { hint }),
    option: variable.option,
    variables: [name],
  }
  return { values: {}, findings: [finding] }
}

/** The checks that code has to pass, told in the name of the variable. */
function judge(variable: Variable, name: string, got: string, values: OptionValues, scrub: ScrubChecks): readonly Finding[] {
  if (variable.kind === 'scrub') return []
  return [...checkShape(validateConfig, CONFIG_SCHEMA, unflatten(values)), ...checkValues(values, scrub)]
    .filter(({ option }) => Object.hasOwn(values, option))
    .map((finding) => ({
      ...finding,
      path: name + finding.path.slice(finding.option.length),
      got: finding.path === finding.option ? got : finding.got,
      variables: [name],
    }))
}

function expectedOf(option: string): string {
  return listOptions(CONFIG_SCHEMA).find(({ path }) => path === option)?.node.expected ?? 'valid'
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
