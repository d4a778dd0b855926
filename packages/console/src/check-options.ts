import { type AdapterOptions, type Check, type Checks, type ConfigProblem, check } from '@holdfast/core'
import {
  createFormatter,
  type LevelStyles,
  PRESETS,
  type PresetName,
  TemplateError,
  THEMES,
  type ThemeName,
} from '@holdfast/format'
import type { ConsoleOptions, ConsoleStream } from './options.js'

/** Formats that have a name: all that a variable can ask for. */
export const FORMAT_NAME: Check<'auto' | 'pretty' | 'json'> = check.oneOf('auto', 'pretty', 'json')

/** Streams that have a name: all that a variable can ask for. */
export const STREAM_NAME: Check<'stderr' | 'stdout' | 'both' | 'none'> = check.oneOf('stderr', 'stdout', 'both', 'none')

/** What each option of the console has to be. */
export const CONSOLE_CHECKS: Checks<Omit<ConsoleOptions, keyof AdapterOptions>> = {
  format: check.either(FORMAT_NAME, check.function),
  stream: check.either(STREAM_NAME, check.custom<ConsoleStream>('an object with `write`', isStream)),
  preset: check.oneOf(...(Object.keys(PRESETS) as PresetName[])),
  template: readable((template) => ({ template })),
  theme: check.oneOf(...(Object.keys(THEMES) as ThemeName[])),
  styles: stylesByLevel(),
  color: check.either(check.oneOf('auto', 'always', 'never'), check.boolean),
}

function isStream(value: unknown): boolean {
  return isObject(value) && typeof Reflect.get(value, 'write') === 'function'
}

function stylesByLevel(): Check<LevelStyles> {
  const checkOf = (styles: object): Check<Record<string, string>> =>
    check.object(
      Object.fromEntries(
        Object.keys(styles).map((level) => [level, check.required(readable((style) => ({ styles: { [level]: style } })))]),
      ),
    )
  return {
    expected: ['an object with a style for each level'],
    holds: (value) => isObject(value) && checkOf(value).holds(value),
    explain: (value, path, show) => (isObject(value) ? (checkOf(value).explain?.(value, path, show) ?? []) : []),
  }
}

/** Asks the formatter itself, so that there is one opinion about what it can read. */
function readable(part: (text: string) => object): Check<string> {
  return {
    expected: ['a text'],
    holds: (value) => typeof value === 'string' && formatProblems(part(value), '').length === 0,
    explain: (value, path) => (typeof value === 'string' ? formatProblems(part(value), path) : []),
  }
}

function formatProblems(part: object, path: string): readonly ConfigProblem[] {
  try {
    createFormatter({ ...part, color: false })
    return []
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    return [{ ...error.problem, path }]
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
