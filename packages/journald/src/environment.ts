import { LEVEL_OFF, levelName, levelValue } from '@holdfast/api'
import { ConfigError, check, checkValue, type OptionCheck } from '@holdfast/core'
import { JOURNALD_CHECKS } from './check-options.js'
import type { JournaldClient, JournaldOptions } from './options.js'

/** An environment variable that changes an option of `journaldAdapter`. */
export interface JournaldVariable {
  /** Without its prefix, `HOLDFAST_` or `LOG_`. */
  readonly name: string
  readonly option: keyof JournaldOptions
  readonly meaning: string
}

/** The environment variables that change this adapter's options. */
export const JOURNALD_VARIABLES: readonly JournaldVariable[] = [
  { name: 'JOURNALD_LEVEL', option: 'level', meaning: 'lowest level that reaches the journal' },
  { name: 'JOURNALD_IDENTIFIER', option: 'identifier', meaning: '`SYSLOG_IDENTIFIER` of every entry, for `journalctl -t`' },
  { name: 'JOURNALD_PATH', option: 'path', meaning: 'socket of journald, for a journal namespace' },
  { name: 'JOURNALD_CLIENT', option: 'client', meaning: '`native`, `systemd-journald` or `stream`' },
]

/** The options after environment variables, which win over code; an empty one counts as absent. Throws `ConfigError`. */
export function fromEnvironment(options: JournaldOptions, read: (name: string) => string | undefined): JournaldOptions {
  const level = readChecked('JOURNALD_LEVEL', check.level, read)
  const identifier = readChecked('JOURNALD_IDENTIFIER', JOURNALD_CHECKS.identifier, read)
  const path = readChecked('JOURNALD_PATH', JOURNALD_CHECKS.path, read)
  const client = readChecked('JOURNALD_CLIENT', JOURNALD_CHECKS.client, read) as JournaldClient | undefined
  return {
    ...options,
    ...(level === undefined ? undefined : { level: levelName(levelValue(level) ?? LEVEL_OFF) }),
    ...(identifier === undefined ? undefined : { identifier }),
    ...(path === undefined ? undefined : { path }),
    ...(client === undefined ? undefined : { client }),
  }
}

function readChecked(name: string, rule: OptionCheck, read: (name: string) => string | undefined): string | undefined {
  const text = read(name)?.trim() ?? ''
  if (text === '') return undefined
  const problems = checkValue(rule, text, name)
  if (problems.length > 0) throw new ConfigError(problems)
  return text
}
