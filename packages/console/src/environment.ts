import type { ConfigProblem } from '@holdfast/core'
import { ConfigError } from '@holdfast/core'
import { type ConsoleOptions, problemsIn, show } from './options.js'

/** An environment variable of the console, without the `HOLDFAST_` or `LOG_` in front. */
export interface ConsoleVariable {
  readonly name: string
  readonly option: keyof ConsoleOptions
  /** What it does, for people. */
  readonly meaning: string
}

/** Every variable that the console reads, in the order in which they apply. They win over options in code. */
export const CONSOLE_VARIABLES: readonly ConsoleVariable[] = [
  { name: 'FORMAT', option: 'format', meaning: '`auto`, `pretty` or `json`' },
  { name: 'CONSOLE_STREAM', option: 'stream', meaning: '`stderr`, `stdout`, `both` or `none`' },
  { name: 'CONSOLE_LEVEL', option: 'level', meaning: 'lowest level that is shown' },
  { name: 'CONSOLE_FORMAT_PRESET', option: 'preset', meaning: 'layout of a pretty line; replaces a template in code' },
  { name: 'CONSOLE_FORMAT_TEMPLATE', option: 'template', meaning: 'own layout of a pretty line' },
  { name: 'CONSOLE_THEME', option: 'theme', meaning: 'colours: `classic`, `dark`, `neon` or `pastel`' },
  {
    name: 'CONSOLE_STYLES',
    option: 'styles',
    meaning: 'style by level, as `INFO=bold green,ERROR=#ff0000`; added to the styles in code',
  },
  { name: 'FORCE_COLOR', option: 'color', meaning: '`1`: colour even without a terminal; `0`: nothing' },
  { name: 'NO_COLOR', option: 'color', meaning: '`1`: no colour; `0`: nothing. Wins over `FORCE_COLOR`' },
]

/**
 * Options after the environment.
 *
 * @param read answers the value of a variable without its prefix
 * @throws {ConfigError} that lists every variable with a value that cannot be understood
 */
export function optionsFromEnvironment(options: ConsoleOptions, read: (name: string) => string | undefined): ConsoleOptions {
  const problems: ConfigProblem[] = []
  let changed: ConsoleOptions = options
  for (const variable of CONSOLE_VARIABLES) {
    const text = read(variable.name)?.trim() ?? ''
    if (text === '') continue
    const reading = readVariable(variable, text)
    const found = Array.isArray(reading) ? reading : problemsIn(reading)
    if (Array.isArray(reading) || found.length > 0) problems.push(...found.map((problem) => ofVariable(problem, variable, text)))
    else changed = overlay(changed, reading)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return changed
}

/** A variable's part of the options, not checked yet; or what is wrong with its form. */
function readVariable({ name, option }: ConsoleVariable, text: string): ConsoleOptions | ConfigProblem[] {
  switch (name) {
    case 'FORMAT':
    case 'CONSOLE_STREAM':
      return { [option]: text.toLowerCase() }
    case 'CONSOLE_STYLES':
      return readStyles(text)
    case 'FORCE_COLOR':
      return readSwitch(text, { color: 'always' })
    case 'NO_COLOR':
      return readSwitch(text, { color: 'never' })
    default:
      return { [option]: text }
  }
}

function readSwitch(text: string, whenOn: ConsoleOptions): ConsoleOptions | ConfigProblem[] {
  if (/^(?:1|true|yes|on)$/i.test(text)) return whenOn
  if (/^(?:0|false|no|off)$/i.test(text)) return {}
  return [{ path: 'color', expected: '`1`, `true`, `yes` or `on`, or `0`, `false`, `no` or `off`', got: show(text) }]
}

/** Commas inside `rgb(…)` belong to the colour. */
function readStyles(text: string): ConsoleOptions | ConfigProblem[] {
  const entries = (text.match(/(?:\([^)]*\)|[^,(])+/g) ?? []).map((entry) => entry.split('='))
  const isWrong = entries.some(
    ([level = '', style = '', ...rest]) => level.trim() === '' || style.trim() === '' || rest.length > 0,
  )
  if (isWrong) return [{ path: 'styles', expected: 'pairs as `INFO=bold green,ERROR=red`', got: show(text) }]
  return { styles: Object.fromEntries(entries.map(([level = '', style = '']) => [level.trim().toLowerCase(), style.trim()])) }
}

function overlay(options: ConsoleOptions, change: ConsoleOptions): ConsoleOptions {
  if (change.styles !== undefined) return { ...options, styles: { ...options.styles, ...change.styles } }
  if (change.preset === undefined) return { ...options, ...change }
  const { template: _replaced, ...rest } = options
  return { ...rest, ...change }
}

function ofVariable(problem: ConfigProblem, { name }: ConsoleVariable, text: string): ConfigProblem {
  const { expected, hint = `It was set as \`HOLDFAST_${name}\` or \`LOG_${name}\`.` } = problem
  // a text cannot be a function, an object or a boolean
  return { path: name, expected: expected.replace(/ or an? (?:function|object|boolean).*$/, ''), got: show(text), hint }
}
