/** A severity. The six levels are fixed; there are no custom ones. */
export type LevelName = 'trace' | 'debug' | 'info' | 'warning' | 'error' | 'critical'

/** Other spellings that are understood wherever a level is read; `off` and `silent` let nothing through. */
export type LevelAlias = 'warn' | 'err' | 'fatal' | 'off' | 'silent'

/** A level as a user may write it: any case. */
export type Level = LevelName | LevelAlias | Uppercase<LevelName> | Uppercase<LevelAlias>

/** The number of each level; higher is more severe. */
export const LEVELS: Readonly<Record<LevelName, number>> = {
  trace: 5,
  debug: 10,
  info: 20,
  warning: 30,
  error: 40,
  critical: 50,
}

/** Above every level: the threshold that lets nothing through. */
export const LEVEL_OFF = 255

const SPELLINGS: ReadonlyMap<unknown, number> = new Map([
  ...Object.entries(LEVELS),
  ['warn', LEVELS.warning],
  ['err', LEVELS.error],
  ['fatal', LEVELS.critical],
  ['off', LEVEL_OFF],
  ['silent', LEVEL_OFF],
])

/** The number of a level name or alias in any case; `undefined` when it is none. */
export function levelValue(name: unknown): number | undefined {
  const value = SPELLINGS.get(name)
  if (value !== undefined || typeof name !== 'string') return value
  return SPELLINGS.get(name.trim().toLowerCase())
}

const NAMES: readonly LevelName[] = ['trace', 'debug', 'info', 'warning', 'error', 'critical']

/** The name of a level's number, or of a threshold: `off` above `critical`. */
export function levelName(value: number): LevelName | 'off' {
  return NAMES.find((name) => value <= LEVELS[name]) ?? 'off'
}
