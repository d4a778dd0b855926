import type { LogEvent } from '@holdfast/api'
import type { AdapterOptions } from '@holdfast/core'
import type { LevelStyles, PresetName, ThemeName } from '@holdfast/format'

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

/** What the console shows, where, and how. */
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

/** Completes options that have been checked. */
export function resolveOptions(options: ConsoleOptions): ConsoleSettings {
  const { format = 'auto', stream = 'stderr', preset, template, theme, styles = {}, color = 'auto' } = options
  return { format, stream, preset, template, theme, styles, color: color === true ? 'always' : color === false ? 'never' : color }
}
