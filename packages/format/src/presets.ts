import { didYouMean } from './nearest-name.js'
import { TemplateError } from './template-error.js'

/** A ready-made layout of a line. `_loc` ones show local time, the others UTC. */
export type PresetName = 'full' | 'short' | 'full_loc' | 'short_loc' | 'short_loc_icon'

/** The template of each preset. */
export const PRESETS: Readonly<Record<PresetName, string>> = {
  full: '{timestamp_ms} {level_icon} {LEVEL:<8} {logger_name:<12} {message}{context_fields}{error}',
  full_loc: '{timestamp_ms_loc} {level_icon} {LEVEL:<8} {logger_name:<12} {message}{context_fields}{error}',
  short: '{time}Z {level_short:<5} {logger_name:<12} {message}{fields}{error}',
  short_loc: '{time_loc} {level_short:<5} {logger_name:<12} {message}{fields}{error}',
  short_loc_icon: '{hh_loc}:{mm_loc}:{ss_loc} {level_icon} {message}{fields}{error}',
}

export const DEFAULT_PRESET: PresetName = 'short_loc'

/** @throws {TemplateError} for a name that is no preset */
export function presetTemplate(name: string): string {
  const template = Object.hasOwn(PRESETS, name) ? PRESETS[name as PresetName] : undefined
  if (template !== undefined) return template
  const names = Object.keys(PRESETS)
  throw new TemplateError({
    path: 'preset',
    expected: `one of ${names.map((known) => `\`${known}\``).join(', ')}`,
    got: `\`${name}\``,
    ...didYouMean(name, names),
  })
}
