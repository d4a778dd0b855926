import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PRIVATE_FILE_MODE } from '../tree/private-directory.js'
import { formatProcessId, isSameProcess, ownProcessId, parseProcessId } from '../tree/process-id.js'
import { isGone } from '../tree/process-state.js'
import { readRunFacts } from '../tree/run-facts.js'
import { readIdentityOf } from './read-identity.js'
import { listRings } from './ring-files.js'

/** In the directory of a run whose root has taken another configuration. */
const REPLACED = 'replaced'

/**
 * Says in a run that its root goes on with another one, so that its writer ends as soon as nobody else logs to it. A run of an ancestor, which
 * others go on with, says nothing.
 */
export function noteReplaced(run: string): void {
  try {
    const facts = readRunFacts(run)
    if (facts === undefined || !isSameProcess(facts.root, ownProcessId())) return
    writeFileSync(join(run, REPLACED), '', { mode: PRIVATE_FILE_MODE })
  } catch {
    // a full disk, say: then nobody waits for its writer, but takes another name
  }
}

/**
 * Whether the writer of a run is about to end: its root is gone or has taken another configuration, and none of its other members goes on.
 * What it owns is worth waiting for then. A lane waits so by itself: the others of its writer begin at once.
 */
export function isEnding(run: string): boolean {
  const facts = readRunFacts(run)
  if (facts === undefined || !(isGone(facts.root) || existsSync(join(run, REPLACED)))) return false
  const root = formatProcessId(facts.root)
  return listRings(run).every(({ path }) => {
    const owner = readIdentityOf(path)?.process
    const id = parseProcessId(owner)
    return owner === root || id === undefined || isGone(id)
  })
}
