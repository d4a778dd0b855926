import { ConfigError, type ConfigProblem, check, checkValue, describeValue, type OptionCheck } from '@holdfast/core'
import { CONSOLE_CHECKS, FORMAT_NAME, STREAM_NAME } from './check-options.js'
import type { ConsoleOptions } from './options.js'

/** An environment variable of the console, without the `HOLDFAST_` or `LOG_` in front. */
export interface ConsoleVariable {
  readonly name: string
  readonly option: keyof ConsoleOptions
  /** What it does, for people. */
  readonly meaning: string
}

/** How the text of a variable is read. */
interface Source extends ConsoleVariable {
  readonly read: (text: string) => Reading
}

interface Reading {
  /** The option's value; `undefined` when the variable leaves it as it is. */
  readonly value?: unknown
  readonly problems?: readonly ConfigProblem[]
}

const SOURCES: readonly Source[] = [
  {
    name: 'FORMAT',
    option: 'format',
    meaning: '`auto`, `pretty` or `json`',
    read: (text) => judge(FORMAT_NAME, text.toLowerCase()),
  },
  {
    name: 'CONSOLE_STREAM',
    option: 'stream',
    meaning: '`stderr`, `stdout`, `both` or `none`',
    read: (text) => judge(STREAM_NAME, text.toLowerCase()),
  },
  {
    name: 'CONSOLE_LEVEL',
    option: 'level',
    meaning: 'lowest level that is shown',
    read: (text) => judge(check.level, text),
  },
  {
    name: 'CONSOLE_FORMAT_PRESET',
    option: 'preset',
    meaning: 'layout of a pretty line; replaces a template in code',
    read: (text) => judge(CONSOLE_CHECKS.preset, text),
  },
  {
    name: 'CONSOLE_FORMAT_TEMPLATE',
    option: 'template',
    meaning: 'own layout of a pretty line',
    read: (text) => judge(CONSOLE_CHECKS.template, text),
  },
  {
    name: 'CONSOLE_THEME',
    option: 'theme',
    meaning: 'colours: `classic`, `dark`, `neon` or `pastel`',
    read: (text) => judge(CONSOLE_CHECKS.theme, text),
  },
  {
    name: 'CONSOLE_STYLES',
    option: 'styles',
    meaning: 'style by level, as `INFO=bold green,ERROR=#ff0000`; added to the styles in code',
    read: readStyles,
  },
  {
    name: 'FORCE_COLOR',
    option: 'color',
    meaning: '`1`: colour even without a terminal; `0`: nothing',
    read: (text) => readSwitch(text, 'always'),
  },
  {
    name: 'NO_COLOR',
    option: 'color',
    meaning: '`1`: no colour; `0`: nothing. Wins over `FORCE_COLOR`',
    read: (text) => readSwitch(text, 'never'),
  },
]

/** Every variable that the console reads, in the order in which they apply. They win over options in code. */
export const CONSOLE_VARIABLES: readonly ConsoleVariable[] = SOURCES.map(({ name, option, meaning }) => ({
  name,
  option,
  meaning,
}))

/**
 * Options after the environment. What neither of them says comes from the preset of the runtime.
 *
 * @param read answers the value of a variable without its prefix, and for `PRESET` the preset, also when it was set in code
 * @throws {ConfigError} that lists every variable with a value that cannot be understood
 */
export function optionsFromEnvironment(options: ConsoleOptions, read: (name: string) => string | undefined): ConsoleOptions {
  const problems: ConfigProblem[] = []
  let changed: ConsoleOptions = options
  for (const source of SOURCES) {
    const text = read(source.name)?.trim() ?? ''
    if (text === '') continue
    const { value, problems: found = [] } = source.read(text)
    problems.push(...found.map((problem) => ofVariable(problem, source.name, text)))
    if (found.length === 0 && value !== undefined) changed = overlay(changed, { [source.option]: value })
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return read('PRESET') === 'container' ? forContainer(changed) : changed
}

/** A container's platform collects JSON lines from stdout. Who asks for a layout wants to see it, wherever. */
function forContainer({ stream = 'stdout', ...options }: ConsoleOptions): ConsoleOptions {
  const { format, preset, template } = options
  const isChosen = format !== undefined || preset !== undefined || template !== undefined
  return { ...options, ...(isChosen ? undefined : { format: 'json' }), stream }
}

function overlay(options: ConsoleOptions, change: ConsoleOptions): ConsoleOptions {
  if (change.styles !== undefined) return { ...options, styles: { ...options.styles, ...change.styles } }
  if (change.preset === undefined) return { ...options, ...change }
  const { template: _replaced, ...rest } = options
  return { ...rest, ...change }
}

function judge(option: OptionCheck, value: unknown): Reading {
  return { value, problems: checkValue(option, value, '') }
}

/** Commas inside `rgb(…)` belong to the colour. */
function readStyles(text: string): Reading {
  const entries = (text.match(/(?:\([^)]*\)|[^,(])+/g) ?? []).map((entry) => entry.split('='))
  const isWrong = entries.some(
    ([level = '', style = '', ...rest]) => level.trim() === '' || style.trim() === '' || rest.length > 0,
  )
  if (isWrong) return misread('pairs as `INFO=bold green,ERROR=red`')
  const styles = entries.map(([level = '', style = '']) => [level.trim().toLowerCase(), style.trim()] as const)
  return judge(CONSOLE_CHECKS.styles, Object.fromEntries(styles))
}

function readSwitch(text: string, whenOn: 'always' | 'never'): Reading {
  if (/^(?:1|true|yes|on)$/i.test(text)) return { value: whenOn }
  if (/^(?:0|false|no|off)$/i.test(text)) return {}
  return misread('`1`, `true`, `yes` or `on`, or `0`, `false`, `no` or `off`')
}

function misread(expected: string): Reading {
  return { problems: [{ path: '', expected, got: '' }] }
}

/** A problem with a value is told in the name of the variable, and shows its text. */
function ofVariable({ expected, hint }: ConfigProblem, name: string, text: string): ConfigProblem {
  const source = `It was set as \`HOLDFAST_${name}\` or \`LOG_${name}\`.`
  return { path: name, expected, got: describeValue(text), hint: hint ?? source }
}
