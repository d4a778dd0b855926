import { join } from 'node:path'
import { ConfigError, checkOptions } from '@holdfast/core'
import { FILE_RULES } from './check-options.js'
import type { FileOptions, FileSettings, FileTarget } from './options.js'
import { absoluteOptions } from './place.js'

const DAY_MS = 86_400_000
/** What a batch holds at most unless `batchMaxBytes` says otherwise. */
const BATCH_BYTES = 262_144
/** A writer acknowledges each batch before it hands over the next one, so that one would do. */
const BATCHES_IN_DOUBT = 4

/** Checks and completes options. Throws one `ConfigError` with every problem. */
export function resolveFileOptions(options: FileOptions): FileSettings {
  const problems = checkOptions(FILE_RULES, options)
  if (problems.length > 0) throw new ConfigError(problems)
  return fileSettings(options)
}

/** Completes options that have been checked. */
export function fileSettings(options: FileOptions): FileSettings {
  const { path, dir = '', prefix = '' } = absoluteOptions(options)
  const target: FileTarget = path === undefined ? { kind: 'directory', dir, prefix } : { kind: 'path', path }
  const { rotate, retain } = options
  return {
    name: options.name ?? 'file',
    target,
    format: options.format ?? 'json',
    rotate: { maxBytes: rotate?.maxBytes ?? Number.POSITIVE_INFINITY, every: rotate?.every },
    retain: {
      maxFiles: retain?.maxFiles ?? Number.POSITIVE_INFINITY,
      maxAgeMs: retain?.maxAgeMs ?? (retain?.maxAgeDays ?? Number.POSITIVE_INFINITY) * DAY_MS,
      maxTotalBytes: retain?.maxTotalBytes ?? Number.POSITIVE_INFINITY,
    },
    compress: options.compress === 'gzip',
    latest: latestPath(target, options.latest ?? true),
    mode: options.mode ?? 0o640,
    isModeExact: options.mode !== undefined,
    directoryMode: 0o750,
    fsync: options.fsync ?? 'never',
    fsyncIntervalMs: options.fsyncIntervalMs ?? 1000,
    reopenOnSighup: options.reopenOnSighup ?? false,
    doubtBytes: BATCHES_IN_DOUBT * Math.max(BATCH_BYTES, options.batchMaxBytes ?? 0),
  }
}

function latestPath(target: FileTarget, latest: boolean | string): string | undefined {
  if (target.kind === 'path' || latest === false) return undefined
  return join(target.dir, latest === true ? `${target.prefix}_latest.log` : latest)
}
