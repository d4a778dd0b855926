/** A process that does what the test tells it by IPC, with its own eyes on the tree. It ends with the test. */
import { closeSync, openSync } from 'node:fs'
import { claimDeadRuns } from '../../dist/tree/claim-runs.js'
import { findTree, type JoinOptions } from '../../dist/tree/join.js'
import { publishLineage } from '../../dist/tree/lineage.js'
import { ownProcessId } from '../../dist/tree/process-id.js'
import { stateOf } from '../../dist/tree/process-state.js'
import { createRunDirectory, type NewRun, openRunDirectory } from '../../dist/tree/run-directory.js'
import { acquireWriter, releaseWriter } from '../../dist/tree/writer-lock.js'

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
  findTree: (options: JoinOptions) => findTree(process.env, options),
  claim: (base: string, service: string) => claimDeadRuns({ base, service, wireVersion: 1, members: () => [] }),
  /** From now on this process has another user's rights. */
  become(user: number) {
    process.setgroups?.([user])
    process.setgid?.(user)
    process.setuid?.(user)
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
  /** Takes the lock at the given moment, so that many try at once. */
  race(run: string, afterEpoch: number, atMs: number) {
    while (Date.now() < atMs);
    return acquireWriter(run, afterEpoch)
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
