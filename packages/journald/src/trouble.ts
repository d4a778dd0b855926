import { AdapterError } from '@holdfast/core'

/**
 * What is wrong with journald. `absent`: there is no socket. `dead`: nobody listens at it. `hung`: it has not read for a while.
 * `failed`: anything else.
 */
export type Trouble = 'absent' | 'dead' | 'hung' | 'failed'

/** Journald takes nothing just now: its queue is full. */
export function isFull(fault: string | undefined): boolean {
  return fault === 'EAGAIN' || fault === 'ETOOMANYREFS' || fault === 'EINTR'
}

/** One datagram cannot hold it. */
export function isTooLarge(fault: string | undefined): boolean {
  return fault === 'EMSGSIZE' || fault === 'ENOBUFS'
}

/** What a system error says about journald. */
export function troubleOf(fault: string): Trouble {
  if (fault === 'ENOENT' || fault === 'ENOTDIR') return 'absent'
  if (fault === 'ECONNREFUSED' || fault === 'EPIPE' || fault === 'ECONNRESET') return 'dead'
  return 'failed'
}

/** What happened, for people. */
export function describeTrouble(trouble: Trouble, path: string, detail: string): string {
  switch (trouble) {
    case 'absent':
      return `There is no journald: ${path} does not exist (${detail}).`
    case 'dead':
      return `Journald is dead: nobody listens at ${path} (${detail}).`
    case 'hung':
      return `Journald hangs: it has not read from ${path} for ${detail}.`
    case 'failed':
      return `Cannot write to journald at ${path}: ${detail}.`
  }
}

/** What to do about it, as far as that is known. */
export function cureOf(trouble: Trouble): string | undefined {
  switch (trouble) {
    case 'absent':
      return 'In a container, mount /run/systemd/journal; elsewhere look at the option `path`.'
    case 'dead':
      return 'Start it: `systemctl start systemd-journald`.'
    case 'hung':
      return 'Look why it does not read: `systemctl status systemd-journald`.'
    case 'failed':
      return undefined
  }
}

/** The rejection that the lane reads; its `code` is `JOURNALD_ABSENT`, `JOURNALD_DEAD`, … */
export function troubleError(trouble: Trouble, reason: string, accepted: number, cause?: unknown): AdapterError {
  return new AdapterError(reason, {
    accepted,
    code: `JOURNALD_${trouble.toUpperCase()}`,
    ...(cause === undefined ? {} : { cause }),
  })
}
