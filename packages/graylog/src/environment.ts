import { isIPv6 } from 'node:net'
import { LEVEL_OFF, levelName, levelValue } from '@holdfast/api'
import { type Check, ConfigError, check, checkValue } from '@holdfast/core'
import type { GraylogOptions, GraylogProtocol } from './options.js'

/** An environment variable that changes an option of `graylogAdapter`. */
export interface GraylogVariable {
  /** Without its prefix, `HOLDFAST_` or `LOG_`. */
  readonly name: string
  readonly option: keyof GraylogOptions
  readonly meaning: string
}

/** The environment variables that change this adapter's options. */
export const GRAYLOG_VARIABLES: readonly GraylogVariable[] = [
  { name: 'GRAYLOG_ENDPOINT', option: 'host', meaning: '`host:port` or `host` of the GELF input; IPv6 as `[::1]:12201`' },
  { name: 'GRAYLOG_PROTOCOL', option: 'protocol', meaning: '`tcp`, `tls` or `udp`' },
  { name: 'GRAYLOG_TLS', option: 'protocol', meaning: '`1` makes `tls` of `tcp`, `0` makes `tcp` of `tls`' },
  { name: 'GRAYLOG_SPOOL_DIR', option: 'spool', meaning: 'directory of the spool; turns it on' },
  { name: 'GRAYLOG_LEVEL', option: 'level', meaning: 'lowest level that is sent' },
]

/** The options after environment variables, which win over code; an empty one counts as absent. Throws `ConfigError`. */
export function fromEnvironment(options: GraylogOptions, read: (name: string) => string | undefined): GraylogOptions {
  const text = (name: string): string | undefined => read(name)?.trim() || undefined
  const endpoint = text('GRAYLOG_ENDPOINT')
  const protocol = text('GRAYLOG_PROTOCOL')
  const tls = text('GRAYLOG_TLS')
  const dir = text('GRAYLOG_SPOOL_DIR')
  const level = text('GRAYLOG_LEVEL')
  return withProtocol(
    {
      ...options,
      ...(endpoint === undefined ? undefined : parseEndpoint(endpoint)),
      ...(dir === undefined ? undefined : { spool: { ...options.spool, dir } }),
      ...(level === undefined ? undefined : { level: parseLevel(level) }),
    },
    protocol === undefined ? undefined : parseProtocol(protocol),
    tls === undefined ? undefined : parseSwitch(tls),
  )
}

/** Certificates belong to `tls` alone; what was written for another protocol in code would be refused beside the new one. */
function withProtocol(options: GraylogOptions, named: GraylogProtocol | undefined, tls: boolean | undefined): GraylogOptions {
  const before = options.protocol ?? 'tcp'
  const protocol = switched(named ?? before, tls)
  if (protocol === before) return options
  const { tls: certificates, compress, datagramMaxBytes, ...others } = options
  return {
    ...others,
    protocol,
    ...(protocol === 'tls' && certificates !== undefined ? { tls: certificates } : undefined),
    ...(protocol === 'udp' && compress !== undefined ? { compress } : undefined),
    ...(protocol === 'udp' && datagramMaxBytes !== undefined ? { datagramMaxBytes } : undefined),
  }
}

function switched(protocol: GraylogProtocol, tls: boolean | undefined): GraylogProtocol {
  if (tls === undefined) return protocol
  if (!tls) return protocol === 'tls' ? 'tcp' : protocol
  if (protocol !== 'udp') return 'tls'
  throw refusal('GRAYLOG_TLS', '`0` or absent with UDP, which cannot be encrypted', '1')
}

function parseEndpoint(text: string): Pick<GraylogOptions, 'host' | 'port'> {
  if (isIPv6(text)) return { host: text }
  const [, host = '', port] = /^(\[[^\]]+\]|[^:/\s]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  const number = Number(port ?? 1)
  if (host === '' || number < 1 || number > 65_535) throw refusal('GRAYLOG_ENDPOINT', '`host:port` or `host`', text)
  return { host: host.replace(/^\[(.*)\]$/, '$1'), ...(port === undefined ? undefined : { port: number }) }
}

function parseProtocol(text: string): GraylogProtocol {
  const word = text.toLowerCase()
  demand(check.oneOf('tcp', 'tls', 'udp'), word, 'GRAYLOG_PROTOCOL')
  return word as GraylogProtocol
}

function parseLevel(text: string): NonNullable<GraylogOptions['level']> {
  demand(check.level, text, 'GRAYLOG_LEVEL')
  return levelName(levelValue(text) ?? LEVEL_OFF)
}

function parseSwitch(text: string): boolean {
  const word = text.toLowerCase()
  if (['1', 'true', 'yes', 'on'].includes(word)) return true
  if (['0', 'false', 'no', 'off'].includes(word)) return false
  throw refusal('GRAYLOG_TLS', '`1` or `0`', text)
}

function demand<T>(rule: Check<T>, value: string, path: string): void {
  const problems = checkValue(rule, value, path)
  if (problems.length > 0) throw new ConfigError(problems)
}

/** An endpoint may hold what was never meant to be shown, as a password in front of an `@`. */
function refusal(path: string, expected: string, got: string): ConfigError {
  return new ConfigError([{ path, expected, got: got.includes('@') ? 'a text with `@`' : `\`${got}\`` }])
}
