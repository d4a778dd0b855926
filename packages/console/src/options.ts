import { type LogEvent, levelValue } from '@holdfast/api'
import { type AdapterOptions, ConfigError, type ConfigProblem } from '@holdfast/core'
import { createFormatter, didYouMean, type LevelStyles, type PresetName, TemplateError, type ThemeName } from '@holdfast/format'

/** Where lines can go that is none of the process's own streams. A Node.js `Writable` is one. */
export interface ConsoleStream {
  /**
   * Takes whole lines. Of a Node.js `Writable` the callback counts; of another object a promise that it returns,
   * or `false` together with a `drain` event.
   */
  write(text: string): unknown
  /** Whether someone looks at it. @default whether `fd` is a terminal */
  readonly isTTY?: boolean | undefined
  readonly fd?: number | null | undefined
}

export interface ConsoleOptions extends AdapterOptions {
  /**
   * `pretty` for people, `json` for programs: the canonical line. `auto` is `pretty` on a terminal or when a preset or template is given,
   * `json` otherwise. A function gives the text of an event itself and must escape what users supply, see `escapeText`.
   * @default `auto`
   */
  readonly format?: 'auto' | 'pretty' | 'json' | ((event: LogEvent) => string)
  /** Where lines go. `both` writes each line to stdout and stderr; `none` accepts and discards. @default `stderr` */
  readonly stream?: 'stderr' | 'stdout' | 'both' | 'none' | ConsoleStream
  /** Layout of a pretty line. @default `short_loc` */
  readonly preset?: PresetName
  /** Layout of your own, as `{time_loc} {LEVEL:<8} {message}{fields}`; wins over `preset`. */
  readonly template?: string
  /** Colours of a pretty line. `classic` suits dark and light terminals, the others dark ones. @default `classic` */
  readonly theme?: ThemeName
  /** Style of a level and its message, by level name: `{ info: 'bold green' }`. Wins over the theme. */
  readonly styles?: LevelStyles
  /**
   * Whether a pretty line is coloured. `auto` asks `NO_COLOR`, `FORCE_COLOR` and `TERM`, then whether the stream is a terminal.
   * Never changes the format. @default `auto`
   */
  readonly color?: 'auto' | 'always' | 'never' | boolean
}

/** Options with nothing left out. */
export interface ConsoleSettings {
  readonly format: NonNullable<ConsoleOptions['format']>
  readonly stream: NonNullable<ConsoleOptions['stream']>
  readonly preset: PresetName | undefined
  readonly template: string | undefined
  readonly theme: ThemeName | undefined
  readonly styles: LevelStyles
  readonly color: 'auto' | 'always' | 'never'
}

/** @throws {ConfigError} that lists everything that is wrong */
export function resolveOptions(options: ConsoleOptions): ConsoleSettings {
  const problems = problemsIn(options)
  if (problems.length > 0) throw new ConfigError(problems)
  const { format = 'auto', stream = 'stderr', preset, template, theme, styles = {}, color = 'auto' } = options
  return { format, stream, preset, template, theme, styles, color: color === true ? 'always' : color === false ? 'never' : color }
}

type Check = (value: unknown, path: string) => readonly ConfigProblem[]

const STREAMS = ['stderr', 'stdout', 'both', 'none']
const FORMATS = ['auto', 'pretty', 'json']
const COLORS = ['auto', 'always', 'never']

const CHECKS: Readonly<Record<keyof ConsoleOptions, Check>> = {
  format: (value, path) => (typeof value === 'function' ? [] : oneOf(FORMATS, value, path, ' or a function')),
  stream: (value, path) => (isStream(value) ? [] : oneOf(STREAMS, value, path, ' or an object with `write`')),
  preset: (value, path) => formatProblems({ preset: value }, path),
  template: (value, path) => formatProblems({ template: value }, path),
  theme: (value, path) => formatProblems({ theme: value }, path),
  styles: styleProblems,
  color: (value, path) => (typeof value === 'boolean' ? [] : oneOf(COLORS, value, path, ' or a boolean')),
  name: (value, path) => (typeof value === 'string' && value.trim() !== '' ? [] : [problem(path, 'a name', value)]),
  place: (value, path) => oneOf(['application', 'writer'], value, path),
  level: (value, path) => (levelValue(value) === undefined ? [levelProblem(value, path)] : []),
  batchMaxEvents: positive,
  batchMaxBytes: positive,
  timeoutMs: positive,
  retryMinMs: positive,
  retryMaxMs: positive,
  whenDown: (value, path) => oneOf(['hold', 'drop'], value, path),
}

/** Every option by name, for documents and hints. */
export const OPTION_NAMES: readonly string[] = Object.keys(CHECKS)

/** Everything that is wrong with options. */
export function problemsIn(options: ConsoleOptions): readonly ConfigProblem[] {
  if (typeof options !== 'object' || options === null) return [problem('console', 'an object with options', options)]
  const problems = Object.entries(options).flatMap(([key, value]): readonly ConfigProblem[] => {
    if (!Object.hasOwn(CHECKS, key)) return [unknownOption(key)]
    return value === undefined ? [] : CHECKS[key as keyof ConsoleOptions](value, `console.${key}`)
  })
  return options.place === 'writer' ? [...problems, ...writerProblems(options)] : problems
}

/** What cannot be sent to a writer elsewhere. */
function writerProblems({ format, stream }: ConsoleOptions): readonly ConfigProblem[] {
  const isBound = typeof format === 'function' || typeof stream === 'object'
  const hint = 'A function or a stream object only works where it was made.'
  return isBound ? [{ path: 'console.place', expected: '`application`', got: '`writer`', hint }] : []
}

function unknownOption(key: string): ConfigProblem {
  const path = `console.${show(key).slice(1, -1)}`
  return { path, expected: 'an option of the console', got: 'an unknown name', ...didYouMean(key, OPTION_NAMES) }
}

function oneOf(names: readonly string[], value: unknown, path: string, orElse = ''): readonly ConfigProblem[] {
  if (typeof value === 'string' && names.includes(value)) return []
  const hint = typeof value === 'string' ? didYouMean(value, names) : {}
  return [{ ...problem(path, `${names.map((name) => `\`${name}\``).join(', ')}${orElse}`, value), ...hint }]
}

function positive(value: unknown, path: string): readonly ConfigProblem[] {
  return Number.isInteger(value) && (value as number) > 0 ? [] : [problem(path, 'a positive integer', value)]
}

function levelProblem(value: unknown, path: string): ConfigProblem {
  const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off']
  const hint = typeof value === 'string' ? didYouMean(value, names) : {}
  return { ...problem(path, `a level as ${names.map((name) => `\`${name}\``).join(', ')}`, value), ...hint }
}

function styleProblems(value: unknown, path: string): readonly ConfigProblem[] {
  if (typeof value !== 'object' || value === null) return [problem(path, 'an object with a style for each level', value)]
  return Object.entries(value).flatMap(([level, style]) => formatProblems({ styles: { [level]: style } }, `${path}.${level}`))
}

/** Asks the formatter itself, so that there is one opinion about what it can read. */
function formatProblems(part: Readonly<Record<string, unknown>>, path: string): readonly ConfigProblem[] {
  const [value] = Object.values(part)
  const text = typeof value === 'object' && value !== null ? Object.values(value)[0] : value
  if (typeof text !== 'string') return [problem(path, 'a text', text)]
  try {
    createFormatter({ ...part, color: false })
    return []
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    return [{ ...error.problem, path }]
  }
}

function isStream(value: unknown): value is ConsoleStream {
  return typeof value === 'object' && value !== null && typeof (value as Partial<ConsoleStream>).write === 'function'
}

function problem(path: string, expected: string, value: unknown): ConfigProblem {
  return { path, expected, got: show(value) }
}

const MAX_SHOWN = 60

/** A value as an error shows it. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return '`null`'
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object'
  if (typeof value === 'function') return 'a function'
  const text = JSON.stringify(String(value)).slice(1, -1)
  return `\`${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}\``
}
