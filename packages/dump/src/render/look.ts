import type { HtmlFormatterOptions } from '@holdfast/format'
import { defined } from '../check-options.js'
import type { DumpOptions } from '../options.js'

/** How lines look, on a terminal or on a page. */
export type Look = HtmlFormatterOptions

/** The part of the options that formatters know, with the layout of a dump: a whole date, in UTC, and everything that the event has. */
export function lookOf({ preset = 'full', template, theme, styles, timeZone }: DumpOptions): Look {
  return { preset, ...defined({ template, theme, styles, timeZone }) }
}
