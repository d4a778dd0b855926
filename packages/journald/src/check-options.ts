import { type AdapterOptions, type Checks, ConfigError, check, type OptionConflict, type OptionRules } from '@holdfast/core'
import type { JournaldOptions, JournaldSettings } from './options.js'

/** What fits into an address of the family AF_UNIX, without its NUL. */
const PATH_MAX_BYTES = 107
const SOCKET = '/run/systemd/journal/socket'

/** A check for each option of the adapter's own. */
export const JOURNALD_CHECKS: Checks<Omit<JournaldOptions, keyof AdapterOptions>> = {
  client: check.oneOf('native', 'systemd-journald', 'stream'),
  path: check.custom(`an absolute path of at most ${PATH_MAX_BYTES} bytes`, isSocketPath),
  identifier: check.custom('a text that is not blank, without control characters', isIdentifier),
  messageIdKey: check.text,
}

/** What the options of the journald adapter have to be. */
export const JOURNALD_RULES: OptionRules<JournaldOptions> = {
  name: 'journald',
  options: JOURNALD_CHECKS,
  conflicts: findConflicts,
}

/** Journald is a part of systemd: on other systems the adapter is refused when the factory is called, not at the first event. */
export function assertLinux(platform: NodeJS.Platform): void {
  if (platform === 'linux') return
  const hint = "Leave it out there: `adapters: process.platform === 'linux' ? [journaldAdapter()] : []`."
  throw new ConfigError([{ path: 'journald', expected: 'used on Linux, where journald is', got: `\`${platform}\``, hint }])
}

/** Completes options that have been checked. */
export function journaldSettings(options: JournaldOptions & { readonly name: string }): JournaldSettings {
  const { name, client = 'native', path = SOCKET, identifier, messageIdKey } = options
  return { name, client, path, identifier, messageIdKey }
}

function findConflicts({ client, path }: Partial<JournaldOptions>): readonly OptionConflict[] {
  if (client !== 'systemd-journald' || path === undefined) return []
  const hint = 'libsystemd, which that client uses, knows only the socket of the system.'
  return [{ option: 'path', expected: 'absent beside `client: "systemd-journald"`', hint }]
}

function isSocketPath(value: unknown): boolean {
  return typeof value === 'string' && /^\/[^\0]+$/.test(value) && Buffer.byteLength(value) <= PATH_MAX_BYTES
}

function isIdentifier(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value)
}
