import type { LevelName, LogEvent } from '@holdfast/api'
import { cssStyle } from './css-style.js'
import { escapeHtml } from './escape-html.js'
import { createTimeReader } from './event-time.js'
import type { FormatterOptions } from './formatter.js'
import { levelText } from './level-text.js'
import { type LevelStyles, levelStyleTexts, themeNamed } from './painter.js'
import { DEFAULT_PRESET, presetTemplate } from './presets.js'
import type { Span } from './span.js'
import { compileTemplate } from './template.js'
import { DEFAULT_THEME, type ThemeName } from './themes.js'

/** How an event looks on a page: as `FormatterOptions`, without what only a terminal has. */
export type HtmlFormatterOptions = Omit<FormatterOptions, 'color' | 'colorDepth'>

/** Events as text for a `<pre>`, and the style sheet that colours it. */
export interface HtmlFormatter {
  /**
   * Rules for the classes in the text, `hf-…`. Colours of a name are variables that the page defines: `--red`, `--bright-red`, `--gray`, and
   * so on, with `--ink` for text and `--paper` for the ground.
   */
  readonly css: string
  /** An event without a line end: the same characters as `createFormatter` gives, in `span` elements with classes. */
  format(event: LogEvent): string
}

/**
 * The formatter for pages. Its text is escaped for people, as everywhere, and for HTML: nothing in an event can become an element, an
 * attribute or a script. It has no inline styles, so that it works under a strict Content Security Policy.
 *
 * @throws {TemplateError} for an option that cannot be understood
 */
export function createHtmlFormatter(options: HtmlFormatterOptions = {}): HtmlFormatter {
  const pieces = compileTemplate(options.template ?? presetTemplate(options.preset ?? DEFAULT_PRESET))
  const readTime = createTimeReader(options.timeZone)
  const rules = themeRules(options.theme, options.styles)
  const css = [...rules].map(([name, style]) => `.${name}{${style}}`).join('\n')
  const names = oneNamePerStyle(rules)

  return {
    css,
    format: (event) => {
      const time = readTime(event.timestamp)
      const spans = pieces.flatMap((piece) => piece(event, time))
      return paint(spans, levelText(event).name, names)
    },
  }
}

/** Style rules by class; what has no style has no rule, and needs no element. */
function themeRules(themeName: ThemeName = DEFAULT_THEME, styles: LevelStyles = {}): ReadonlyMap<string, string> {
  const { roles } = themeNamed(themeName)
  const byRole = Object.entries(roles).map(([role, style]) => [`hf-${role}`, cssStyle(style, `theme.${role}`)] as const)
  const byLevel = Object.entries(levelStyleTexts(themeName, styles)).flatMap(([level, look]) => [
    [`hf-level-${level}`, cssStyle(look.level, look.path)] as const,
    [`hf-message-${level}`, cssStyle(look.message, look.path)] as const,
  ])
  return new Map([...byRole, ...byLevel].filter(([, style]) => style !== ''))
}

/** Classes that look alike count as one, so that a key and its `=` share an element: pages are half as large. */
function oneNamePerStyle(rules: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const byStyle = new Map([...rules].reverse().map(([name, style]) => [style, name]))
  return new Map([...rules].map(([name, style]) => [name, byStyle.get(style) ?? name]))
}

function paint(spans: readonly Span[], level: LevelName, names: ReadonlyMap<string, string>): string {
  let html = ''
  let open = ''
  for (const { role, text } of spans) {
    const name = role === 'level' || role === 'message' ? `hf-${role}-${level}` : `hf-${role}`
    const wanted = BLANK.test(text) ? '' : (names.get(name) ?? '')
    if (wanted !== open) {
      if (open !== '') html += '</span>'
      if (wanted !== '') html += `<span class="${wanted}">`
      open = wanted
    }
    html += escapeHtml(text)
  }
  return open === '' ? html : `${html}</span>`
}

const BLANK = /^\s*$/
