import { AdapterError, type AdapterErrorOptions } from '@holdfast/core'

/** Where messages go, for people: `tls://graylog.internal:12201`. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly protocol: string
}

/** `tcp://[::1]:12201` */
export function endpointName({ host, port, protocol }: Endpoint): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** What went wrong with a destination, with the cure where it is known. An error that says enough already passes as it is. */
export function failure(what: string, cause: unknown, options: AdapterErrorOptions = {}): AdapterError {
  if (cause instanceof AdapterError) return cause
  const code = codeOf(cause)
  const cure = CURES[code]
  const text = `${what}: ${reasonOf(cause)}${cure === undefined ? '' : `. ${cure}`}`
  return new AdapterError(text, { code: code === '' ? 'GRAYLOG_FAILED' : code, cause, ...options })
}

/** What happened, for people. Several addresses of one name fail together; their errors say more than the common one. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') {
    return cause.errors.map((error: unknown) => reasonOf(error)).join(', ')
  }
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' ? codeOf(cause) || cause.name : cause.message.trim()
}

/** The `code` of a system or TLS error, else an empty text. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}

const NEEDS_CERTIFICATE = 'The server demands a certificate of its clients: set `tls.cert` and `tls.key` to one that it accepts.'
const UNKNOWN_AUTHORITY = 'Set `tls.ca` to the certificate of the authority that signed it.'
const NO_TLS = "The input does not speak TLS: use `protocol: 'tcp'`, or turn TLS on in Graylog."

const CURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: check `host` and `port`, and that the input is started in Graylog.',
  ENOTFOUND: 'Check `host`: its name is not known here.',
  EAI_AGAIN: 'The name server does not answer.',
  EMSGSIZE: 'Set `datagramMaxBytes` to less.',
  CERT_HAS_EXPIRED: 'Renew the certificate of the server.',
  CERT_NOT_YET_VALID: 'Check the clocks of both machines.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Set `host`, or `tls.serverName`, to a name that its certificate has.',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NEEDS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: NEEDS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: NEEDS_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: NEEDS_CERTIFICATE,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  EPROTO: NO_TLS,
}
