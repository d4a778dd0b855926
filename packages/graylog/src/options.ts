import type { AdapterOptions } from '@holdfast/core'

/** How messages travel. `tcp` and `tls` keep one connection; `udp` is fire and forget. */
export type GraylogProtocol = 'tcp' | 'tls' | 'udp'
/** Compression of messages that do not fit into one datagram. */
export type GraylogCompression = 'gzip' | 'zlib' | false

/** Where Graylog's GELF input is, and how to talk to it. */
export interface GraylogOptions extends AdapterOptions {
  /** Name or address of the server. A name is looked up anew for each connection. */
  readonly host: string
  /** Port of the GELF input. @default 12201 */
  readonly port?: number
  /** Has to be the kind of the input: GELF TCP (with or without TLS) or GELF UDP. @default `tcp` */
  readonly protocol?: GraylogProtocol
  /** Certificates; only with `protocol: 'tls'`. @default the system's authorities, verification on */
  readonly tls?: GraylogTlsOptions
  /** UDP only: applied to messages that do not fit into one datagram. GELF over TCP has no compression. @default `gzip` */
  readonly compress?: GraylogCompression
  /**
   * UDP only: most bytes of a datagram, a chunk's header included. What is larger than the path takes (MTU less 28, or 48 with IPv6) is
   * fragmented, or lost where fragments are; 8192 suits a local network with jumbo frames or a server on the same machine. @default 1420
   */
  readonly datagramMaxBytes?: number
  /**
   * Longest message. A longer one is cut, with a mark: first `full_message`, then the longest fields, `short_message` last. Has to be
   * at most the input's `max_message_size`, or the server drops the connection. UDP has 128 datagrams, after compression, as a second
   * bound. @default 2097152, as the server
   */
  readonly messageMaxBytes?: number
  /**
   * Longest text in one field, in bytes of UTF-8; a longer one is cut with a mark. The search index of the server refuses the whole
   * message when a field is longer than 32766. @default 32766
   */
  readonly fieldMaxBytes?: number
  /** Objects within fields: `flatten` makes `_user_id` of `user.id`, `json` one field with JSON. Arrays are always JSON. @default `flatten` */
  readonly nested?: 'flatten' | 'json'
  /** Idle time after which the kernel begins to probe whether the server is still there. @default 30000 */
  readonly keepAliveMs?: number
  /**
   * What was sent just before a connection broke may never have been read: it is sent again, with the same `_event_id`. `false` prefers
   * losing it to doubling it. @default 2 MiB, 5 s
   */
  readonly resend?: GraylogResendOptions | false
  /** Keeps on disk what cannot be sent, and sends it in order when the server is back, also after a restart. @default none */
  readonly spool?: GraylogSpoolOptions
  /**
   * `gelf-pro` sends through that library, which has to be installed: a connection for each message, behind guards.
   * @default `own`
   */
  readonly client?: 'own' | 'gelf-pro'
}

/** Each of `ca`, `cert` and `key` is PEM text or the path of a PEM file. Files are read at each connection: a renewed one needs no restart. */
export interface GraylogTlsOptions {
  /** Authorities that may have signed the server's certificate, in place of the system's. */
  readonly ca?: string
  /** Certificate of this client, for inputs that demand one. */
  readonly cert?: string
  /** Private key of `cert`. */
  readonly key?: string
  /** Passphrase of `key`. */
  readonly passphrase?: string
  /** Name that the server's certificate must have. @default `host` */
  readonly serverName?: string
  /** Anyone in between can read and change the log. Shows as `degraded` in `health` for as long as it is on. @default false */
  readonly dangerouslyAcceptAnyCertificate?: boolean
}

/** Bounds of what is sent again after a connection broke. Whichever is reached first counts. */
export interface GraylogResendOptions {
  /** Most bytes that are remembered, in memory. On Linux also the most that may be unacknowledged by the server's kernel. @default 2097152 */
  readonly maxBytes?: number
  /** How long a message is remembered after it was sent. @default 5000 */
  readonly withinMs?: number
}

/** A spool belongs to one adapter of one process; a second one that finds it taken works without it, and says so in `health`. */
export interface GraylogSpoolOptions {
  /** Directory of its files, made when missing. Relative paths count from the working directory at the call of `graylogAdapter`. */
  readonly dir: string
  /** Most bytes on disk. When it is full the lane holds events, and counts what it has to drop. @default 268435456 */
  readonly maxBytes?: number
  /** Forces each batch to the disk: survives a power loss, and costs milliseconds each. @default false */
  readonly fsync?: boolean
  /** How long to try the server before a batch goes to the disk instead. Less than `timeoutMs`. @default 2000 */
  readonly afterMs?: number
}

/** What a GELF message is made by. */
export interface GelfSettings {
  readonly nested: 'flatten' | 'json'
  readonly fieldMaxBytes: number
  readonly messageMaxBytes: number
}

/** `GraylogSpoolOptions` after defaults. */
export interface SpoolSettings {
  readonly dir: string
  readonly maxBytes: number
  readonly fsync: boolean
  readonly afterMs: number
}

/** Options after checks and defaults. */
export interface GraylogSettings extends GelfSettings {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly protocol: GraylogProtocol
  readonly tls: GraylogTlsOptions
  readonly compress: GraylogCompression
  readonly datagramMaxBytes: number
  readonly keepAliveMs: number
  readonly resendMaxBytes: number
  readonly resendWithinMs: number
  readonly spool: SpoolSettings | undefined
  readonly client: 'own' | 'gelf-pro'
}
