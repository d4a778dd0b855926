import type { LogEvent } from '@holdfast/api'
import type { ColorDepth } from './color-depth.js'
import { createTimeReader } from './event-time.js'
import { levelText } from './level-text.js'
import { type LevelStyles, plainPainter, terminalPainter } from './painter.js'
import { DEFAULT_PRESET, type PresetName, presetTemplate } from './presets.js'
import type { Span } from './span.js'
import { compileTemplate } from './template.js'
import type { ThemeName } from './themes.js'

/** How an event looks as text. */
export interface FormatterOptions {
  /** A ready-made layout. @default `short_loc` */
  readonly preset?: PresetName
  /** A layout of your own; wins over `preset`. */
  readonly template?: string
  /** Colours. @default `classic` */
  readonly theme?: ThemeName
  /** Style of a level and its message, by level name: `{ info: 'bold green' }`. Wins over the theme. */
  readonly styles?: LevelStyles
  /** Whether to write SGR codes. Changes nothing else in the text. */
  readonly color: boolean
  /** Colours that the reader can show: 4, 8 or 24 bits; others are replaced by the nearest. @default 24 */
  readonly colorDepth?: ColorDepth
  /** Time zone of the `_loc` placeholders, as `Europe/Vienna`. @default the zone of the process */
  readonly timeZone?: string
}

/**
 * A function that turns an event into text without a line end: one line, and below it, indented, its errors.
 * Nothing in the event can add a line, move the cursor or set a colour. The template is read once, here.
 *
 * @throws {TemplateError} for an option that cannot be understood, also when `color` is off
 */
export function createFormatter(options: FormatterOptions): (event: LogEvent) => string {
  const pieces = compileTemplate(options.template ?? presetTemplate(options.preset ?? DEFAULT_PRESET))
  const readTime = createTimeReader(options.timeZone)
  const inColor = terminalPainter(options.theme, options.styles, options.colorDepth)
  const paint = options.color ? inColor : plainPainter

  return (event) => {
    const time = readTime(event.timestamp)
    const spans: Span[] = []
    for (const piece of pieces) for (const span of piece(event, time)) spans.push(span)
    return paint(spans, levelText(event).name)
  }
}
