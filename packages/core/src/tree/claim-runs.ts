import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describeError, errorCode } from '../diagnostics/hub.js'
import { checkPrivateDirectory } from './private-directory.js'
import { formatProcessId, ownProcessId, type ProcessId, parseProcessId } from './process-id.js'
import { isGone, stateOf } from './process-state.js'
import { hasPulse, joinPulse, type Pulse } from './pulse.js'
import { isRunName, leftoverOwner } from './run-directory.js'
import { hasRunFacts, type RunFacts, readRunFacts } from './run-facts.js'
import { serviceDirectory } from './run-paths.js'
import { storageMedium } from './storage-medium.js'
import { currentWriter } from './writer-lock.js'

export interface ClaimOptions {
  readonly base: string
  readonly service: string
  readonly wireVersion: number
  /** Everyone who may still write into the run: the owners of its rings. Asked only when its root and its writer are gone. */
  readonly members: (run: string) => readonly ProcessId[]
  /**
   * Asked when nobody is known to live but somebody is not known to be dead, being of another PID namespace, and the run has no pulse to
   * tell: has nothing moved in it for so long that it can be taken for dead? Without an answer it is left alone.
   */
  readonly isSilent?: (run: string) => boolean
}

export interface ClaimedRun {
  /** Where it lies now; it is this process's to recover and to remove. */
  readonly path: string
  /** What it was called. */
  readonly name: string
  /** `undefined` when a power loss left nothing readable. */
  readonly facts: RunFacts | undefined
  /** Tells other containers that it is being recovered; to be stopped when the run is removed. */
  readonly pulse: Pulse | undefined
}

/** A run that nobody may be using any more, and that was left alone. */
export interface LeftRun {
  readonly path: string
  readonly reason: 'other_version' | 'unknown_process' | 'error'
  readonly detail: string
}

export interface Claims {
  readonly claimed: readonly ClaimedRun[]
  readonly left: readonly LeftRun[]
}

/** `in_use`: not ours, for whatever reason; nothing to tell. */
type Verdict = { readonly facts: RunFacts | undefined } | Omit<LeftRun, 'path'> | 'in_use'

const CLAIM_MARK = '.claimed-'

/**
 * Takes over the runs of a service whose processes are all gone: root, writer and members. Each is renamed to `<run>.claimed-<this process>`; of
 * several that try, the rename lets one succeed. What a process claimed that has itself ended is claimed again.
 *
 * - A run of a living process is never touched.
 * - After a start of the machine all processes of before are gone. On a network file system another boot id may be another machine, and
 *   is `unknown`.
 * - A run of this service with another wire version is left to programs that can read it.
 * - What was left half made or half removed by a process that is gone is removed.
 */
export function claimDeadRuns(options: ClaimOptions): Claims {
  const siblings = serviceDirectory(options.base, options.service)
  const claimed: ClaimedRun[] = []
  const left: LeftRun[] = []
  if (checkPrivateDirectory(siblings) !== undefined) return { claimed, left }
  for (const name of readdirSync(siblings)) {
    const path = join(siblings, name)
    try {
      const outcome = sweepLeftover(path, name) ? 'in_use' : consider(path, name, options)
      if (outcome === 'in_use') continue
      if ('name' in outcome) claimed.push(outcome)
      else left.push({ path, ...outcome })
    } catch (error) {
      // one that somebody else claimed or removed under our eyes is no error
      if (existsSync(path)) left.push({ path, reason: 'error', detail: describeError(error) })
    }
  }
  return { claimed, left }
}

/** What a run was called before it was claimed, by the name of its directory. */
export function claimedName(name: string): string {
  return name.split(CLAIM_MARK)[0] ?? name
}

function sweepLeftover(path: string, name: string): boolean {
  const owner = leftoverOwner(name)
  if (owner === undefined) return false
  const id = parseProcessId(owner)
  if (id !== undefined && isGone(id)) rmSync(path, { recursive: true, force: true })
  return true
}

function consider(path: string, name: string, options: ClaimOptions): ClaimedRun | Omit<LeftRun, 'path'> | 'in_use' {
  const [run = name, claimer] = name.split(CLAIM_MARK)
  if (!isRunName(run) || checkPrivateDirectory(path) !== undefined) return 'in_use'
  const claimerId = parseProcessId(claimer)
  if (claimerId !== undefined && !isClaimerGone(path, claimerId, options)) return 'in_use'
  const verdict = judge(path, options)
  if (verdict === 'in_use' || 'reason' in verdict) return verdict
  const target = `${join(path, '..', run)}${CLAIM_MARK}${formatProcessId(ownProcessId())}`
  if (!rename(path, target)) return 'in_use'
  const again = judge(target, options)
  if (again === 'in_use' || 'reason' in again) {
    // a child joined in the meantime, when its root had just ended
    rename(target, path)
    return again
  }
  const pulse = joinPulse(target)
  if (existsSync(target)) return { path: target, name: run, facts: verdict.facts, pulse }
  // a third process, to which this one is unknown, came before the pulse
  pulse?.stop()
  return 'in_use'
}

/** One of another PID namespace cannot be looked up. */
function isClaimerGone(path: string, claimer: ProcessId, options: ClaimOptions): boolean {
  return isGone(claimer) || (stateOf(claimer) === 'unknown' && looksDead(path, options.isSilent) === true)
}

function judge(path: string, { service, wireVersion, members, isSilent }: ClaimOptions): Verdict {
  // a run appears with its facts in it: where they are not whole, a power loss has taken them
  const facts = readRunFacts(path)
  if (facts !== undefined && facts.service !== service) return 'in_use'
  if (facts === undefined && hasRunFacts(path)) return { reason: 'other_version', detail: 'its run.json is of another version' }
  const writer = currentWriter(path)?.process
  const isOnNetwork = storageMedium(path) === 'network'
  let isUnknown = false
  const mayLive = (id: ProcessId | undefined): boolean => {
    if (id === undefined) return false
    if (isOnNetwork && id.bootId !== ownProcessId().bootId) isUnknown = true
    else if (stateOf(id) === 'unknown') isUnknown = true
    else return !isGone(id)
    return false
  }
  if (mayLive(facts?.root) || mayLive(writer)) return 'in_use'
  if (facts !== undefined && facts.wireVersion !== wireVersion) {
    return { reason: 'other_version', detail: `wire version ${facts.wireVersion}, this process has ${wireVersion}` }
  }
  if (members(path).some(mayLive)) return 'in_use'
  if (!isUnknown) return { facts }
  const isDead = looksDead(path, isSilent)
  if (isDead === false) return 'in_use'
  if (isDead) return { facts }
  return { reason: 'unknown_process', detail: 'its processes are of another PID namespace or machine' }
}

/** What can be told without pids; `undefined` for nothing. A pulse is not felt from another machine. */
function looksDead(path: string, isSilent: ClaimOptions['isSilent']): boolean | undefined {
  const pulse = storageMedium(path) === 'network' ? undefined : hasPulse(path)
  if (pulse !== undefined) return !pulse
  return isSilent?.(path) === true ? true : undefined
}

/** False when somebody else was quicker. */
function rename(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    // it may have been done all the same: only one that claims gives this name
    if (existsSync(to) && !existsSync(from)) return true
    throw error
  }
}
