/** A process that does what the test tells it by IPC, with its own eyes on the tree. It ends with the test. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import type { ClaimNote } from '../../dist/claim/claim-record.js'
import { claimPath, type PathClaim } from '../../dist/claim/path-claim.js'
import { systemClock } from '../../dist/clock.js'
import { claimDeadRuns } from '../../dist/tree/claim-runs.js'
import { findTree, type JoinOptions } from '../../dist/tree/join.js'
import { publishLineage } from '../../dist/tree/lineage.js'
import { ownProcessId } from '../../dist/tree/process-id.js'
import { stateOf } from '../../dist/tree/process-state.js'
import { joinPulse } from '../../dist/tree/pulse.js'
import { createRunDirectory, type NewRun, openRunDirectory, removeRunDirectory } from '../../dist/tree/run-directory.js'
import { acquireWriter, currentWriter, releaseWriter } from '../../dist/tree/writer-lock.js'

const claims = new Map<string, PathClaim>()

const calls = {
  ownProcessId,
  stateOf,
  acquireWriter,
  releaseWriter,
  openRunDirectory,
  createRun: (run: NewRun) => createRunDirectory(run),
  /** Makes a run, with this process as the root of a tree. */
  startTree(run: NewRun) {
    const created = createRunDirectory(run)
    if ('unavailable' in created) throw new Error(created.unavailable)
    publishLineage({ run: created.path, root: ownProcessId(), chain: [{ pid: process.pid, threadId: 0 }] })
    return created
  },
  /** Makes and removes runs until it is killed. */
  churn(run: NewRun): never {
    for (;;) {
      const created = createRunDirectory(run)
      if ('path' in created) removeRunDirectory(created.path)
    }
  },
  findTree: (options: JoinOptions) => findTree(process.env, options),
  claim: (base: string, service: string) => claimDeadRuns({ base, service, wireVersion: 1, members: () => [] }),
  /** From now on this process has another user's rights. */
  become(user: number) {
    process.setgroups?.([user])
    process.setgid?.(user)
    process.setuid?.(user)
  },
  joinPulse: (run: string) => joinPulse(run) !== undefined,
  /** Starts a program that outlives this process; returns its pid. */
  startSleeper() {
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore', detached: true })
    sleeper.unref()
    return sleeper.pid ?? 0
  },
  umask: (mask: number) => process.umask(mask),
  setTitle(title: string) {
    process.title = title
  },
  /** What it sees of itself when it has no file descriptor left. */
  starvedState() {
    const taken: number[] = []
    try {
      for (;;) taken.push(openSync('/dev/null', 'r'))
    } catch {
      return stateOf(ownProcessId())
    } finally {
      for (const fd of taken) closeSync(fd)
    }
  },
  /** Claims a path and keeps it. */
  claimPath(path: string, note: ClaimNote = { owner: 'member' }) {
    const outcome = claimPath(path, note)
    if ('claim' in outcome) claims.set(path, outcome.claim)
    return 'claim' in outcome ? ('claimed' as const) : 'error' in outcome ? ('error' as const) : ('taken' as const)
  },
  releasePath: (path: string) => claims.get(path)?.release(),
  /** Claims a path again and again, and gives it back; a file that only one may make at a time is the witness. */
  contendForPath(path: string, witness: string, untilMs: number) {
    let held = 0
    let violations = 0
    while (Date.now() < untilMs) {
      const outcome = claimPath(path, { owner: 'contender' })
      if (!('claim' in outcome)) continue
      held++
      try {
        closeSync(openSync(witness, 'wx'))
        rmSync(witness)
      } catch {
        violations++
      }
      outcome.claim.release()
    }
    return { held, violations }
  },
  /** Takes the lock at the given moment, so that many try at once. */
  race(run: string, afterEpoch: number, atMs: number) {
    while (Date.now() < atMs);
    return acquireWriter(run, afterEpoch)
  },
  /** Takes the lock and gives it back as often as it can; a file that only one may make at a time is the witness. */
  contend(run: string, witness: string, lastEpoch: number) {
    let held = 0
    let violations = 0
    for (;;) {
      const before = currentWriter(run)?.epoch ?? 0
      if (before >= lastEpoch) return { held, violations }
      const lock = acquireWriter(run, before)
      if (lock === undefined) {
        systemClock.sleepSync(Math.random())
        continue
      }
      held++
      try {
        closeSync(openSync(witness, 'wx'))
        rmSync(witness)
      } catch {
        violations++
      }
      releaseWriter(run, lock.epoch)
    }
  },
  raceForRuns(base: string, service: string, atMs: number) {
    while (Date.now() < atMs);
    return calls.claim(base, service).claimed
  },
}

export type Calls = typeof calls
export interface Order {
  readonly name: keyof Calls
  readonly args: readonly unknown[]
}
export type Answer = { readonly value: unknown } | { readonly error: string }

process.on('message', ({ name, args }: Order) => {
  const call = calls[name] as (...args: readonly unknown[]) => unknown
  const answer = (result: Answer): void => void process.send?.(result)
  try {
    answer({ value: call(...args) })
  } catch (error) {
    answer({ error: String(error) })
  }
})
process.once('disconnect', () => process.exit())
