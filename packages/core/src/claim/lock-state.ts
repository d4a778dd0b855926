import { fstatSync } from 'node:fs'
import { uptime } from 'node:os'
import { systemClock } from '../clock.js'
import { ownProcessId } from '../tree/process-id.js'
import { stateOf } from '../tree/process-state.js'
import { isPulseHeld } from '../tree/pulse.js'
import { storageMedium } from '../tree/storage-medium.js'
import { type ClaimHolder, type FoundLock, identityOf } from './claim-record.js'

/**
 * - `held`: its holder lives.
 * - `free`: its holder is surely gone, or gave it back. Only a proof makes it so, never that time has passed.
 * - `unknown`: nothing can be proved from here, so it counts as held.
 */
export type LockState = 'held' | 'free' | 'unknown'

/** How far the clock may have been off when a lock was written that says nothing. */
const CLOCK_SLACK_MS = 60_000

/** Where a holder of another PID namespace shows that it lives. */
export function pulsePathOf(lock: string, token: string): string {
  return `${lock}-${token}.pulse`
}

/** @param lock path of the lock itself, which one in the line of its successors belongs to */
export function stateOfLock(found: FoundLock, lock: string): LockState {
  if (found.isReleased) return 'free'
  const { holder } = found
  if (holder === undefined) return stateOfUnreadable(found)
  const own = ownProcessId()
  // on a network another boot may be another machine
  if (holder.process.bootId !== own.bootId && storageMedium(lock) === 'network') return 'unknown'
  switch (stateOf(holder.process)) {
    case 'gone':
    case 'zombie':
      return 'free'
    case 'unknown':
      return stateByPulse(holder, lock)
    case 'running':
    case 'stopped':
      return holder.process.pid === own.pid && !hasOpen(holder, found) ? 'free' : 'held'
  }
}

function stateByPulse({ token }: ClaimHolder, lock: string): LockState {
  if (storageMedium(lock) === 'network') return 'unknown'
  const isHeld = isPulseHeld(pulsePathOf(lock, token))
  return isHeld === undefined ? 'unknown' : isHeld ? 'held' : 'free'
}

/** Threads of one process have one table of descriptors, and Node closes those of a thread that ends. */
function hasOpen({ fd }: ClaimHolder, { identity }: FoundLock): boolean {
  try {
    return identityOf(fstatSync(fd)) === identity
  } catch {
    // there is no such descriptor
    return false
  }
}

/** Locks appear whole under their names. One that is not whole was left by a power loss, if this machine has been started since. */
function stateOfUnreadable({ path, isFile, changedMs }: FoundLock): LockState {
  const startedMs = systemClock.now() - uptime() * 1000
  return isFile && changedMs < startedMs - CLOCK_SLACK_MS && storageMedium(path) !== 'network' ? 'free' : 'unknown'
}
