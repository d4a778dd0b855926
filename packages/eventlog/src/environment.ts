import { LEVEL_OFF, levelName, levelValue } from '@holdfast/api'
import { ConfigError, check, checkValue, type OptionCheck } from '@holdfast/core'
import type { EventlogOptions } from './options.js'
import { isSourceName, SOURCE_NAME } from './source-name.js'

/** An environment variable that changes an option of `eventlogAdapter`. */
export interface EventlogVariable {
  /** Without its prefix, `HOLDFAST_` or `LOG_`. */
  readonly name: string
  readonly option: keyof EventlogOptions
  readonly meaning: string
}

/** The environment variables that change this adapter's options. */
export const EVENTLOG_VARIABLES: readonly EventlogVariable[] = [
  { name: 'EVENTLOG_SOURCE', option: 'source', meaning: 'name of the source in the Windows Event Log' },
  { name: 'EVENTLOG_LEVEL', option: 'level', meaning: 'lowest level that reaches the Windows Event Log' },
]

/** The options after environment variables, which win over code; an empty one counts as absent. Throws `ConfigError`. */
export function fromEnvironment(options: EventlogOptions, read: (name: string) => string | undefined): EventlogOptions {
  const source = readChecked('EVENTLOG_SOURCE', check.custom(SOURCE_NAME, isSourceName), read)
  const level = readChecked('EVENTLOG_LEVEL', check.level, read)
  return {
    ...options,
    ...(source === undefined ? undefined : { source }),
    ...(level === undefined ? undefined : { level: levelName(levelValue(level) ?? LEVEL_OFF) }),
  }
}

function readChecked(name: string, rule: OptionCheck, read: (name: string) => string | undefined): string | undefined {
  const text = read(name)?.trim() ?? ''
  if (text === '') return undefined
  const problems = checkValue(rule, text, name)
  if (problems.length > 0) throw new ConfigError(problems)
  return text
}
