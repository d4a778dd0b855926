import { type Check, type Checks, ConfigError, check, checkValue } from '@holdfast/core'
import { createFormatter, PRESETS, type PresetName, TemplateError, THEMES, type ThemeName } from '@holdfast/format'
import { FIELD_FILTERS, KNOWN_FIELD_FILTERS, TEXT_FILTER } from './check-filters.js'
import type { DumpFilters, DumpOptions, Moment } from './options.js'
import { momentOf } from './select/moment.js'

/** @throws {ConfigError} with everything that is wrong with the options */
export function checkOptions(options: DumpOptions): void {
  const problems = checkValue(check.required(check.object<DumpOptions>(CHECKS)), options, 'dump')
  if (problems.length > 0) throw new ConfigError(problems)
  checkLook(options)
}

const MOMENT: Check<Moment> = check.custom('a date, milliseconds since 1970 or a text as `2026-11-20T12:30:00Z`', isMoment)

const CHECKS: Checks<DumpOptions> = {
  format: check.oneOf('text', 'json', 'html_table', 'html_txt'),
  path: check.custom<string>('a path', isPath),
  mode: check.custom<number>('permission bits from 0 to 0o777', isMode),
  preset: check.oneOf(...(Object.keys(PRESETS) as PresetName[])),
  template: check.custom<string>('a text', isText),
  theme: check.oneOf(...(Object.keys(THEMES) as ThemeName[])),
  styles: check.custom('an object with a style for each level', isObject),
  color: check.boolean,
  timeZone: check.text,
  title: check.custom<string>('a text', isText),
  takenAt: MOMENT,
  level: check.level,
  since: MOMENT,
  until: MOMENT,
  logger: TEXT_FILTER,
  message: TEXT_FILTER,
  filters: check.object<DumpFilters>({ context: KNOWN_FIELD_FILTERS, contextExtra: FIELD_FILTERS, extra: FIELD_FILTERS }),
  limit: check.positiveInteger,
  patternTimeoutMs: check.milliseconds,
}

/** Asks the formatter itself, so that there is one opinion about what it can read. */
function checkLook({ preset, template, theme, styles, timeZone }: DumpOptions): void {
  try {
    createFormatter({ ...defined({ preset, template, theme, styles, timeZone }), color: true })
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    throw new ConfigError([{ ...error.problem, path: `dump.${error.problem.path}` }])
  }
}

/** The same object without the keys that have no value. */
export function defined<T extends object>(object: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}

function isMoment(value: unknown): boolean {
  return momentOf(value) !== undefined
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
}

function isMode(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0o777
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
