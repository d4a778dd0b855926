import { rmSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { type Clock, systemClock } from '../clock.js'
import type { Environment } from '../config/environment.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import { randomBytes } from '../random-bytes.js'
import { renameSurely } from '../surely.js'
import { checkPrivateDirectory, makePrivateDirectory } from './private-directory.js'
import { formatProcessId, ownProcessId } from './process-id.js'
import { isAlive, stateOf } from './process-state.js'
import { type Pulse, startPulse } from './pulse.js'
import { prepareService, singleUseBase, temporaryBase, wantedBase } from './run-base.js'
import { type RunFacts, readRunFacts, writeRunFacts } from './run-facts.js'
import { runPaths, serviceDirectory, siblingsOf } from './run-paths.js'
import { type StorageMedium, storageMedium } from './storage-medium.js'
import { testRunnerOf } from './test-runner.js'
import { currentWriter } from './writer-lock.js'

export interface NewRun {
  readonly service: string
  readonly wireVersion: number
  /** Overrides the user's state directory. */
  readonly spoolDir?: string | undefined
  readonly env?: Environment
  readonly clock?: Clock
}

export interface CreatedRun {
  readonly path: string
  /** What `claimDeadRuns` looks through for the runs before this one. */
  readonly base: string
  readonly facts: RunFacts
  readonly medium: StorageMedium
  /** To be stopped when the run is removed; where pids tell enough there is none. */
  readonly pulse: Pulse | undefined
  /** It is not where it was wanted; `reason` says why. */
  readonly isTemporary: boolean
  readonly reason?: string
}

/** Why one may not join a run. */
export interface RunRefusal {
  readonly refused: 'other_user' | 'other_version' | 'other_namespace' | 'dead' | 'missing' | 'unsafe' | 'unreadable' | 'no_run'
  readonly detail: string
}

export interface OpenedRun {
  readonly path: string
  readonly facts: RunFacts
}

/** A run that its maker did not finish carries this, and the maker's id. */
const UNFINISHED_PREFIX = '.new-'
const REMOVED_PREFIX = '.old-'
const PATH_MAX_CHARS = 4096

/**
 * Makes the directory of a new run, with this process as its root. It appears under its name in one step, with all that belongs in it, so
 * that no other process ever sees half of it. `unavailable` where nothing can be written at all.
 */
export function createRunDirectory(options: NewRun): CreatedRun | { readonly unavailable: string } {
  const { spoolDir, env = process.env } = options
  const wanted = wantedBase(spoolDir, env)
  const reasons: string[] = []
  const make = (base: string, isTemporary: boolean): CreatedRun | undefined => {
    const made = makeRun(base, isTemporary, options)
    if (typeof made !== 'string') return reasons.length === 0 ? made : { ...made, reason: reasons.join('; ') }
    reasons.push(made)
    return undefined
  }
  if ('unusable' in wanted) reasons.push(wanted.unusable)
  const created = ('base' in wanted ? make(wanted.base, false) : undefined) ?? make(temporaryBase(), true)
  if (created !== undefined) return created
  try {
    return make(singleUseBase(), true) ?? { unavailable: reasons.join('; ') }
  } catch (error) {
    return { unavailable: [...reasons, describeError(error)].join('; ') }
  }
}

/** Opens the run of another process, if it is one that this process may and can join. Never throws, whatever is at the path. */
export function openRunDirectory(path: string, wireVersion: number): OpenedRun | RunRefusal {
  if (!isAbsolute(path) || path.length > PATH_MAX_CHARS || path.includes('\0')) {
    return { refused: 'unsafe', detail: 'the path of the run is not absolute' }
  }
  const unfit = checkPrivateDirectory(path)
  if (unfit !== undefined) return unfit
  try {
    return judgeRun(path, wireVersion)
  } catch (error) {
    return { refused: 'unreadable', detail: describeError(error) }
  }
}

/** Removes a run with all that is in it. It disappears in one step: nobody finds half of it, and nobody joins meanwhile. */
export function removeRunDirectory(path: string): void {
  const hidden = join(siblingsOf(path), `${REMOVED_PREFIX}${formatProcessId(ownProcessId())}-${randomBytes(4).toString('hex')}`)
  try {
    renameSurely(path, hidden)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  rmSync(hidden, { recursive: true, force: true, maxRetries: 2 })
}

/**
 * A folder beside a run for files of this thread that no run has any more. It goes with the process at the latest: the next start of the
 * service removes it as what was left half removed.
 */
export function parkingPlace(run: string): string {
  return join(siblingsOf(run), `${REMOVED_PREFIX}${formatProcessId(ownProcessId())}-parked${threadId}`)
}

/** Whether a name is one that `createRunDirectory` gives: other directories beside it may be somebody's own. */
export function isRunName(name: string): boolean {
  return /^\d{8}T\d{9}Z-[\da-f]{10}$/.test(name)
}

/** The id in the name of what was left half made or half removed; `undefined` for a run. */
export function leftoverOwner(name: string): string | undefined {
  const prefix = [UNFINISHED_PREFIX, REMOVED_PREFIX].find((start) => name.startsWith(start))
  return prefix === undefined ? undefined : name.slice(prefix.length, name.lastIndexOf('-'))
}

function makeRun(base: string, isTemporary: boolean, options: NewRun): CreatedRun | string {
  const { service, wireVersion, env = process.env, clock = systemClock } = options
  const problem = prepareService(base, service, isTemporary)
  if (problem !== undefined) return problem
  const created = new Date(clock.now()).toISOString()
  const facts: RunFacts = {
    wireVersion,
    service,
    root: ownProcessId(),
    rootThread: threadId,
    created,
    testRunner: testRunnerOf(env),
  }
  const random = randomBytes(5).toString('hex')
  const siblings = serviceDirectory(base, service)
  const unfinished = join(siblings, `${UNFINISHED_PREFIX}${formatProcessId(facts.root)}-${random}`)
  const path = join(siblings, `${created.replace(/[-:.]/g, '')}-${random}`)
  let pulse: Pulse | undefined
  try {
    makePrivateDirectory(unfinished)
    for (const room of Object.values(runPaths(unfinished))) makePrivateDirectory(room)
    writeRunFacts(unfinished, facts)
    // held before anybody can see the run
    pulse = startPulse(unfinished)
    renameSurely(unfinished, path)
  } catch (error) {
    pulse?.stop()
    rmSync(unfinished, { recursive: true, force: true })
    return describeError(error)
  }
  return { path, base, facts, medium: storageMedium(path), pulse, isTemporary }
}

function judgeRun(path: string, wireVersion: number): OpenedRun | RunRefusal {
  const facts = readRunFacts(path)
  if (facts === undefined) return { refused: 'unreadable', detail: `${basename(path)} has no readable run.json` }
  if (facts.wireVersion !== wireVersion) {
    const detail = `the run has wire version ${facts.wireVersion}, this process ${wireVersion}`
    return { refused: 'other_version', detail }
  }
  const writer = currentWriter(path)?.process
  const ids = writer === undefined ? [facts.root] : [facts.root, writer]
  if (ids.some(isAlive)) return { path, facts }
  if (ids.some((id) => stateOf(id) === 'unknown')) {
    return { refused: 'other_namespace', detail: `process ${facts.root.pid} started the run in another PID namespace` }
  }
  return { refused: 'dead', detail: `process ${facts.root.pid} that started the run has ended` }
}
