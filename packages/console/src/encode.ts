import type { LogRecord } from '@holdfast/api'
import { type ColorDepth, createFormatter, formatJson } from '@holdfast/format'
import type { ConsoleSettings } from './options.js'

/** What decides how lines look, beside the options. */
export interface Surroundings {
  /** Whether the stream in question is a terminal. */
  readonly isTTY: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A record as a line, with its line end. */
export type Encode = (record: LogRecord) => string

/**
 * The encoder for one stream. Total: an event that the format function cannot show goes out as its canonical line,
 * and `onFailure` is told why.
 */
export function createEncoder(settings: ConsoleSettings, around: Surroundings, onFailure: (error: unknown) => void): Encode {
  const format = chooseFormat(settings, around.isTTY)
  if (format === 'json') return (record) => `${formatJson(record)}\n`
  const show = format === 'pretty' ? prettyFormatter(settings, around) : format
  return (record) => {
    try {
      const text: unknown = show(record.event)
      if (typeof text === 'string') return text.endsWith('\n') ? text : `${text}\n`
      onFailure(new TypeError(`Expected \`console.format\` to return a text, got a value of type ${typeof text}.`))
    } catch (error) {
      onFailure(error)
    }
    return `${formatJson(record)}\n`
  }
}

/** `auto` looks at the stream and at whether someone cared about the layout; colour has no say. */
export function chooseFormat(
  { format, preset, template }: Pick<ConsoleSettings, 'format' | 'preset' | 'template'>,
  isTTY: boolean,
): Exclude<ConsoleSettings['format'], 'auto'> {
  if (format !== 'auto') return format
  return isTTY || preset !== undefined || template !== undefined ? 'pretty' : 'json'
}

/** The option wins; then `NO_COLOR`, `FORCE_COLOR`, `TERM=dumb`, each when set and not empty; then the stream. */
export function chooseColor(color: ConsoleSettings['color'], { isTTY, env }: Surroundings): boolean {
  if (color !== 'auto') return color === 'always'
  const { NO_COLOR: refused, FORCE_COLOR: forced, TERM: term } = env
  if (isSet(refused)) return false
  if (isSet(forced)) return forced !== '0' && forced !== 'false'
  return isTTY && term !== 'dumb'
}

/** How many colours to use, from `FORCE_COLOR=1|2|3`, `COLORTERM` and `TERM`; 16 when nothing says more. */
export function chooseDepth(env: Surroundings['env']): ColorDepth {
  const { FORCE_COLOR: forced, COLORTERM: colors = '', TERM: term = '', WT_SESSION: windowsTerminal } = env
  if (forced === '3') return 24
  if (forced === '2') return 8
  if (/^(?:truecolor|24bit)$/i.test(colors) || isSet(windowsTerminal) || /-direct$|^xterm-(?:kitty|ghostty)$/.test(term))
    return 24
  return /256(?:color)?$/.test(term) ? 8 : 4
}

function prettyFormatter(settings: ConsoleSettings, around: Surroundings): ReturnType<typeof createFormatter> {
  const { preset, template, theme, styles } = settings
  return createFormatter({
    ...(preset === undefined ? undefined : { preset }),
    ...(template === undefined ? undefined : { template }),
    ...(theme === undefined ? undefined : { theme }),
    styles,
    color: chooseColor(settings.color, around),
    colorDepth: chooseDepth(around.env),
  })
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
