import { hostname, userInfo } from 'node:os'
import type { KnownContext } from '@holdfast/api'

/**
 * Who this process is: what every event carries unless a bind says otherwise. Looked up once per runtime.
 *
 * @param chain pids of its ancestors and its own
 */
export function processIdentity(chain: readonly number[]): KnownContext {
  return {
    hostname: hostname().split('.')[0] ?? 'unknown',
    userName: findUserName(),
    processId: process.pid,
    processIdChain: chain,
  }
}

/** `userInfo` throws for a user id without a passwd entry, as containers often have. */
function findUserName(): string | null {
  try {
    return userInfo().username
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? null
  }
}
