import { type AdapterOptions, type Checks, check, type OptionConflict, type OptionRules } from '@holdfast/core'
import type { FileOptions } from './options.js'

const FILE_CHECKS: Checks<Omit<FileOptions, keyof AdapterOptions>> = {
  path: check.custom('a path: a text that is not empty and has no NUL', isPath),
  dir: check.custom('a path: a text that is not empty and has no NUL', isPath),
  prefix: check.custom('a text', (value) => typeof value === 'string'),
  format: check.either(check.oneOf('json', 'text'), check.function),
  rotate: check.object({ maxBytes: check.positiveInteger, every: check.oneOf('day', 'hour') }),
  retain: check.object({
    maxFiles: check.integer(0),
    maxAgeMs: check.positiveNumber,
    maxAgeDays: check.positiveNumber,
    maxTotalBytes: check.positiveInteger,
  }),
  compress: check.oneOf('gzip', false),
  latest: check.either(check.boolean, check.custom<string>('a file name', isFileName)),
  mode: check.custom('permission bits from 0 to 0o777', isMode),
  fsync: check.oneOf('never', 'interval', 'error', 'always'),
  fsyncIntervalMs: check.milliseconds,
  reopenOnSighup: check.boolean,
}

/** What the options of the file adapter have to be. */
export const FILE_RULES: OptionRules<FileOptions> = { name: 'file', options: FILE_CHECKS, conflicts: findConflicts }

function findConflicts({ path, dir, prefix, latest = false, retain }: Partial<FileOptions>): readonly OptionConflict[] {
  const conflicts: OptionConflict[] = []
  const expected = 'absent beside `path`'
  if (path !== undefined && dir !== undefined) {
    const hint = '`path` is one file, `dir` a directory with a file for each run: give one of them.'
    conflicts.push({ option: 'dir', expected, hint })
  }
  if (path !== undefined && prefix !== undefined) {
    conflicts.push({ option: 'prefix', expected, hint: 'It names files below `dir`; `path` is a whole name.' })
  }
  if (path !== undefined && latest !== false) {
    conflicts.push({ option: 'latest', expected, hint: 'The file at `path` always is the latest one.' })
  }
  if (retain?.maxAgeMs !== undefined && retain.maxAgeDays !== undefined) {
    conflicts.push({ option: 'retain.maxAgeDays', expected: 'absent beside `maxAgeMs`' })
  }
  return conflicts
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
}

function isFileName(value: unknown): boolean {
  return typeof value === 'string' && /^[^/\\\0]+$/.test(value) && value !== '.' && value !== '..'
}

function isMode(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0o777
}
