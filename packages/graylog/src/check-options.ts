import { type AdapterOptions, type Checks, check, type OptionConflict, type OptionRules } from '@holdfast/core'
import type { GraylogOptions } from './options.js'

/** Below this not even what every message has would fit. */
const MESSAGE_MIN_BYTES = 32_768
const DATAGRAM_MIN_BYTES = 512
/** Most that UDP over IPv4 carries. */
const DATAGRAM_LIMIT_BYTES = 65_507
const SPOOL_MIN_BYTES = 1 << 20

const path = check.custom<string>('a path: a text that is not empty and has no NUL', isPath)
const pem = check.custom<string>('PEM text or the path of a PEM file', isPath)

const GRAYLOG_CHECKS: Checks<Omit<GraylogOptions, keyof AdapterOptions>> = {
  host: check.required(check.custom<string>('a host name or address, without scheme and port', isHost)),
  port: check.integer(1, 65_535),
  protocol: check.oneOf('tcp', 'tls', 'udp'),
  tls: check.object({
    ca: pem,
    cert: pem,
    key: check.secret(pem),
    passphrase: check.secret(check.text),
    serverName: check.text,
    dangerouslyAcceptAnyCertificate: check.boolean,
  }),
  compress: check.oneOf('gzip', 'zlib', false),
  datagramMaxBytes: check.integer(DATAGRAM_MIN_BYTES, DATAGRAM_LIMIT_BYTES),
  messageMaxBytes: check.integer(MESSAGE_MIN_BYTES),
  fieldMaxBytes: check.integer(256),
  nested: check.oneOf('flatten', 'json'),
  keepAliveMs: check.milliseconds,
  resend: check.either(check.object({ maxBytes: check.positiveInteger, withinMs: check.milliseconds }), check.oneOf(false)),
  spool: check.object({
    dir: check.required(path),
    maxBytes: check.integer(SPOOL_MIN_BYTES),
    fsync: check.boolean,
    afterMs: check.milliseconds,
  }),
  client: check.oneOf('own', 'gelf-pro'),
}

/** What the options of the Graylog adapter have to be. */
export const GRAYLOG_RULES: OptionRules<GraylogOptions> = {
  name: 'graylog',
  options: GRAYLOG_CHECKS,
  conflicts: findConflicts,
}

/** What an adapter's lane gives a call when `timeoutMs` is not set. */
const LANE_TIMEOUT_MS = 10_000

function findConflicts(options: Partial<GraylogOptions>): readonly OptionConflict[] {
  const {
    protocol = 'tcp',
    tls,
    compress,
    datagramMaxBytes,
    spool,
    timeoutMs = LANE_TIMEOUT_MS,
    client,
    keepAliveMs,
    resend,
  } = options
  const conflicts: OptionConflict[] = []
  if (tls !== undefined && protocol !== 'tls') {
    const hint = protocol === 'tcp' ? "Set `protocol` to 'tls'." : 'GELF over UDP cannot be encrypted.'
    conflicts.push({ option: 'tls', expected: "absent without `protocol: 'tls'`", hint })
  }
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) {
    const [there, missing] = tls?.key === undefined ? ['cert', 'key'] : ['key', 'cert']
    conflicts.push({ option: `tls.${missing}`, expected: `given together with \`tls.${there}\`` })
  }
  if (protocol !== 'udp') {
    const expected = "absent without `protocol: 'udp'`"
    const hint = 'GELF over TCP has no compression.'
    if (compress !== undefined && compress !== false) conflicts.push({ option: 'compress', expected, hint })
    if (datagramMaxBytes !== undefined) conflicts.push({ option: 'datagramMaxBytes', expected })
  }
  if (spool !== undefined && (spool.afterMs ?? 1) >= timeoutMs) {
    conflicts.push({ option: 'spool.afterMs', expected: `less than \`timeoutMs\`, ${timeoutMs}` })
  }
  if (client === 'gelf-pro') {
    const expected = "absent beside `client: 'gelf-pro'`"
    if (keepAliveMs !== undefined) conflicts.push({ option: 'keepAliveMs', expected, hint: 'It keeps no connection.' })
    if (resend !== undefined && resend !== false) conflicts.push({ option: 'resend', expected, hint: 'It keeps no connection.' })
    if (compress === 'gzip') conflicts.push({ option: 'compress', expected, hint: 'It always uses zlib.' })
    if (datagramMaxBytes !== undefined) conflicts.push({ option: 'datagramMaxBytes', expected, hint: 'It has its own, 1400.' })
  }
  return conflicts
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0')
}

/** A scheme, a port or white space in it is a mistake that DNS would answer with a riddle. IPv6 addresses have colons. */
function isHost(value: unknown): boolean {
  return typeof value === 'string' && /^[\p{L}\p{N}._-]+$|^[0-9a-f:.]+(%\w+)?$/iu.test(value)
}
