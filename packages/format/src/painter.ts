import type { LevelName } from '@holdfast/api'
import type { ColorDepth } from './color-depth.js'
import { LEVEL_NAMES, levelNamed } from './level-text.js'
import { didYouMean } from './nearest-name.js'
import type { Role, Span } from './span.js'
import { NO_STYLE, parseStyle, type Style } from './style.js'
import { TemplateError } from './template-error.js'
import { DEFAULT_THEME, THEMES, type Theme, type ThemeName } from './themes.js'

/** Joins the spans of a line into text. */
export type Painter = (spans: readonly Span[], level: LevelName) => string

/** Styles by level name or alias, in any case: they apply to the level and to the message. */
export type LevelStyles = Readonly<Record<string, string>>

export const plainPainter: Painter = (spans) => {
  let line = ''
  for (const { text } of spans) line += text
  return line
}

/**
 * A painter that wraps each span in SGR codes. All styles are read at once, so that mistakes show here.
 *
 * @throws {TemplateError} for an unknown theme, level or style word
 */
export function terminalPainter(themeName: string = DEFAULT_THEME, styles: LevelStyles = {}, depth: ColorDepth = 24): Painter {
  const theme = themeNamed(themeName)
  const roles = new Map(
    Object.entries(theme.roles).map(([role, style]) => [role, parseStyle(style, depth, `theme.${role}`)] as const),
  )
  const levels = levelStyles(themeName, styles, depth)
  const styleOf = (role: Role, level: LevelName): Style => {
    if (role === 'level') return levels[level].level
    if (role === 'message') return levels[level].message
    return roles.get(role) ?? NO_STYLE
  }

  return (spans, level) => {
    let line = ''
    let last = NO_STYLE
    for (const { role, text } of spans) {
      // spaces alone stay bare: nothing to see, and a line break never stands inside a colour
      const style = BLANK.test(text) ? NO_STYLE : styleOf(role, level)
      line += style.open === last.open ? text : last.close + style.open + text
      last = style
    }
    return line + last.close
  }
}

const BLANK = /^\s*$/

/** @throws {TemplateError} for a name that is no theme */
export function themeNamed(name: string): Theme {
  const theme = Object.hasOwn(THEMES, name) ? THEMES[name as ThemeName] : undefined
  if (theme !== undefined) return theme
  const names = Object.keys(THEMES)
  throw new TemplateError({
    path: 'theme',
    expected: `one of ${names.map((known) => `\`${known}\``).join(', ')}`,
    got: `\`${name}\``,
    ...didYouMean(name, names),
  })
}

/** The style words of a level and its message, and where they come from. */
export interface LevelStyleText {
  readonly level: string
  readonly message: string
  /** Names them in an error. */
  readonly path: string
}

/**
 * The style words of every level: the user's own, else the theme's.
 *
 * @throws {TemplateError} for a key that is no level
 */
export function levelStyleTexts(themeName: string, styles: LevelStyles): Readonly<Record<LevelName, LevelStyleText>> {
  const { levels } = themeNamed(themeName)
  const own = ownStyles(styles)
  const textOf = (level: LevelName): LevelStyleText => own.get(level) ?? { ...levels[level], path: `theme.${level}` }
  return {
    trace: textOf('trace'),
    debug: textOf('debug'),
    info: textOf('info'),
    warning: textOf('warning'),
    error: textOf('error'),
    critical: textOf('critical'),
  }
}

type LevelLook = Readonly<Record<LevelName, { readonly level: Style; readonly message: Style }>>

function levelStyles(themeName: string, styles: LevelStyles, depth: ColorDepth): LevelLook {
  const texts = levelStyleTexts(themeName, styles)
  const look = (level: LevelName): { readonly level: Style; readonly message: Style } => {
    const { level: label, message, path } = texts[level]
    return { level: parseStyle(label, depth, path), message: parseStyle(message, depth, path) }
  }
  return {
    trace: look('trace'),
    debug: look('debug'),
    info: look('info'),
    warning: look('warning'),
    error: look('error'),
    critical: look('critical'),
  }
}

function ownStyles(styles: LevelStyles): ReadonlyMap<LevelName, LevelStyleText> {
  return new Map(
    Object.entries(styles).map(([key, style]) => {
      const level = levelNamed(key)
      if (level === undefined) throw unknownLevel(key)
      return [level, { level: style, message: style, path: `styles.${key}` }]
    }),
  )
}

function unknownLevel(key: string): TemplateError {
  return new TemplateError({
    path: 'styles',
    expected: `styles by level, as ${LEVEL_NAMES.map((name) => `\`${name}\``).join(', ')}`,
    got: `\`${key}\``,
    ...didYouMean(key, LEVEL_NAMES),
  })
}
