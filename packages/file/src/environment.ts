import { levelName, levelValue } from '@holdfast/api'
import { ConfigError } from '@holdfast/core'
import type { FileOptions } from './options.js'
import { absoluteOptions } from './place.js'

/** A variable of this adapter, without the prefix `HOLDFAST_` or `LOG_`. */
export interface FileVariable {
  readonly name: string
  readonly meaning: string
}

/** The environment variables that change this adapter's options. */
export const FILE_VARIABLES: readonly FileVariable[] = [
  { name: 'FILE_DIR', meaning: 'Directory of the log files; takes the place of `dir` and of `path`.' },
  { name: 'FILE_LEVEL', meaning: 'Only events at this level and above reach the file.' },
]

/** The options after environment variables, which win over code. Throws `ConfigError`. */
export function fromEnvironment(options: FileOptions, read: (name: string) => string | undefined): FileOptions {
  const dir = read('FILE_DIR')
  const level = read('FILE_LEVEL')
  return {
    ...(dir === undefined ? options : movedTo(dir, options)),
    ...(level === undefined ? undefined : { level: parseLevel(level) }),
  }
}

function movedTo(dir: string, options: FileOptions): FileOptions {
  if (dir.trim() === '') throw new ConfigError([{ path: 'FILE_DIR', expected: 'the path of a directory', got: 'an empty text' }])
  const { path: _path, ...others } = options
  return absoluteOptions({ ...others, dir })
}

function parseLevel(text: string): NonNullable<FileOptions['level']> {
  const value = levelValue(text)
  if (value === undefined) {
    const hint = 'Levels are trace, debug, info, warning, error, critical and off.'
    throw new ConfigError([{ path: 'FILE_LEVEL', expected: 'a level', got: `\`${text.slice(0, 60)}\``, hint }])
  }
  return levelName(value)
}
