import { LEVEL_OFF, levelName, levelValue } from '@holdfast/api'
import { ConfigError, check, checkValue } from '@holdfast/core'
import type { FileOptions } from './options.js'
import { absoluteOptions } from './place.js'

/** An environment variable that changes an option of `fileAdapter`. */
export interface FileVariable {
  /** Without its prefix, `HOLDFAST_` or `LOG_`. */
  readonly name: string
  readonly option: keyof FileOptions
  readonly meaning: string
}

/** The environment variables that change this adapter's options. */
export const FILE_VARIABLES: readonly FileVariable[] = [
  { name: 'FILE_DIR', option: 'dir', meaning: 'directory of the log files; takes the place of `dir` and of `path`' },
  { name: 'FILE_LEVEL', option: 'level', meaning: 'lowest level that reaches the file' },
]

/** The options after environment variables, which win over code; an empty one counts as absent. Throws `ConfigError`. */
export function fromEnvironment(options: FileOptions, read: (name: string) => string | undefined): FileOptions {
  const dir = read('FILE_DIR')?.trim() ?? ''
  const level = read('FILE_LEVEL')?.trim() ?? ''
  return { ...(dir === '' ? options : movedTo(dir, options)), ...(level === '' ? undefined : { level: parseLevel(level) }) }
}

function movedTo(dir: string, { path: _path, ...others }: FileOptions): FileOptions {
  return absoluteOptions({ ...others, dir })
}

function parseLevel(text: string): NonNullable<FileOptions['level']> {
  const problems = checkValue(check.level, text, 'FILE_LEVEL')
  if (problems.length > 0) throw new ConfigError(problems)
  return levelName(levelValue(text) ?? LEVEL_OFF)
}
