import type { AdapterOptions } from '@holdfast/core'

/** How entries reach journald; see `JournaldOptions.client`. */
export type JournaldClient = 'native' | 'systemd-journald' | 'stream'

/** Where entries go and what they are called. */
export interface JournaldOptions extends AdapterOptions {
  /**
   * `native`: the journal's own datagram protocol, through the optional package `koffi`. Every field, nothing cut, never blocks for long.
   * `systemd-journald`: the npm package of this name, which has to be installed beside and compiles on installation. It blocks the
   * thread for as long as journald hangs. `stream`: one line of text for each event and its priority, but no fields; needs nothing.
   * A client that cannot be loaded gives way to the next of `native`, `stream`; `health` is `degraded` then and says what is lost. @default `native`
   */
  readonly client?: JournaldClient
  /** Journald's socket, for a journal namespace: `/run/systemd/journal.NAME/socket`. @default `/run/systemd/journal/socket` */
  readonly path?: string
  /** `SYSLOG_IDENTIFIER` of every entry, what `journalctl -t` looks for. @default the service of the event */
  readonly identifier?: string
  /**
   * Key of a field of the call whose value becomes `MESSAGE_ID`: 128 bits in hexadecimal, with dashes or without, as `systemd-id128 new`
   * makes them. Other values stay ordinary fields. @default none
   */
  readonly messageIdKey?: string
}

/** Options after checks and defaults. */
export interface JournaldSettings {
  readonly name: string
  readonly client: JournaldClient
  readonly path: string
  readonly identifier: string | undefined
  readonly messageIdKey: string | undefined
}
