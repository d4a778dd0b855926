import { resolve } from 'node:path'
import { ConfigError, checkOptions } from '@holdfast/core'
import { GRAYLOG_RULES } from './check-options.js'
import type { GraylogOptions, GraylogResendOptions, GraylogSettings, GraylogTlsOptions } from './options.js'

/** Port of GELF inputs. */
const DEFAULT_PORT = 12_201

const NO_RESEND: GraylogResendOptions = { maxBytes: 0, withinMs: 0 }

/** Checks and completes options. Throws one `ConfigError` with every problem. */
export function resolveGraylogOptions(options: GraylogOptions): GraylogSettings {
  const problems = checkOptions(GRAYLOG_RULES, options)
  if (problems.length > 0) throw new ConfigError(problems)
  return graylogSettings(options)
}

/** Completes options that have been checked. */
export function graylogSettings(given: GraylogOptions): GraylogSettings {
  const options = absoluteOptions(given)
  const { resend = {}, spool } = options
  const { maxBytes = 2 << 20, withinMs = 5000 } = resend === false || options.client === 'gelf-pro' ? NO_RESEND : resend
  return {
    name: options.name ?? 'graylog',
    host: options.host,
    port: options.port ?? DEFAULT_PORT,
    protocol: options.protocol ?? 'tcp',
    tls: options.tls ?? {},
    compress: options.compress ?? 'gzip',
    datagramMaxBytes: options.datagramMaxBytes ?? 1420,
    messageMaxBytes: options.messageMaxBytes ?? 2_097_152,
    fieldMaxBytes: options.fieldMaxBytes ?? 32_766,
    nested: options.nested ?? 'flatten',
    keepAliveMs: options.keepAliveMs ?? 30_000,
    resendMaxBytes: maxBytes,
    resendWithinMs: withinMs,
    spool:
      spool === undefined
        ? undefined
        : {
            dir: spool.dir,
            maxBytes: spool.maxBytes ?? 256 * (1 << 20),
            fsync: spool.fsync ?? false,
            afterMs: spool.afterMs ?? 2000,
          },
    client: options.client ?? 'own',
  }
}

/**
 * The same options with absolute paths, so that a later change of the working directory, or a writer in another process, finds the
 * same files. Leaves alone what is not valid.
 */
export function absoluteOptions(options: GraylogOptions): GraylogOptions {
  const { spool, tls } = options
  return {
    ...options,
    ...(isRecord(spool) && isName(spool.dir) ? { spool: { ...spool, dir: resolve(spool.dir) } } : undefined),
    ...(isRecord(tls) ? { tls: absoluteTls(tls) } : undefined),
  }
}

/** Whether a certificate or key is given as text, not as the path of a file. */
export function isPem(value: string): boolean {
  return value.includes('-----BEGIN ')
}

function absoluteTls(tls: GraylogTlsOptions): GraylogTlsOptions {
  const { ca, cert, key } = tls
  const absolute = (name: 'ca' | 'cert' | 'key', value: unknown) =>
    isName(value) && !isPem(value) ? { [name]: resolve(value) } : undefined
  return { ...tls, ...absolute('ca', ca), ...absolute('cert', cert), ...absolute('key', key) }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
