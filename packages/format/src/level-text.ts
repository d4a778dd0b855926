import type { LevelName, LogEvent } from '@holdfast/api'

/** The ways to write a level. */
export interface LevelText {
  readonly name: LevelName
  /** At most five letters. */
  readonly short: string
  /** Exactly four letters. */
  readonly code: string
  /** One column wide in every terminal: text symbols, not emoji. */
  readonly icon: string
}

const LEVEL_TEXTS: Readonly<Record<LevelName, LevelText>> = {
  trace: { name: 'trace', short: 'TRACE', code: 'TRCE', icon: '·' },
  debug: { name: 'debug', short: 'DEBUG', code: 'DEBG', icon: '○' },
  info: { name: 'info', short: 'INFO', code: 'INFO', icon: '●' },
  warning: { name: 'warning', short: 'WARN', code: 'WARN', icon: '▲' },
  error: { name: 'error', short: 'ERROR', code: 'ERRO', icon: '✖' },
  critical: { name: 'critical', short: 'CRIT', code: 'CRIT', icon: '◆' },
}

const ALIASES: Readonly<Record<string, LevelName>> = { warn: 'warning', err: 'error', fatal: 'critical' }

export const LEVEL_NAMES: readonly LevelName[] = ['trace', 'debug', 'info', 'warning', 'error', 'critical']

/** The level that a name or alias in any case stands for. */
export function levelNamed(name: string): LevelName | undefined {
  const key = name.trim().toLowerCase()
  return LEVEL_NAMES.find((known) => known === key) ?? (Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined)
}

/** How the level of an event is written. An event of a later version with another level looks like `info`. */
export function levelText(event: LogEvent): LevelText {
  return LEVEL_TEXTS[levelNamed(event.level) ?? 'info']
}
