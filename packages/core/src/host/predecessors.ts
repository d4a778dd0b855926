import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Clock } from '../clock.js'
import { isGone } from '../tree/process-state.js'
import { readRunFacts } from '../tree/run-facts.js'
import { siblingsOf } from '../tree/run-paths.js'
import { currentWriter } from '../tree/writer-lock.js'

const LOOK_MS = 5
const BUDGET_MS = 10_000

/**
 * Waits until the writers of earlier runs of this service are done: an application that was started again, or a configuration that was replaced,
 * may want the very files that those still write. Two processes never write one path.
 *
 * @param replaced the run that this one takes the place of, if its root is still the same process
 * @param beat called at each look
 */
export async function untilPredecessorsAreDone(
  clock: Clock,
  run: string,
  replaced: string | undefined,
  beat: () => void,
): Promise<void> {
  const deadline = clock.monotonic() + BUDGET_MS
  const isBusy = (path: string): boolean => {
    const holder = currentWriter(path)?.process
    if (holder === undefined || isGone(holder)) return false
    const facts = readRunFacts(path)
    return path === replaced || (facts !== undefined && isGone(facts.root))
  }
  const siblings = siblingsOf(run)
  const earlier = readdirSync(siblings)
    .filter((name) => name !== basename(run))
    .map((name) => join(siblings, name))
  while (earlier.some(isBusy) && clock.monotonic() < deadline) {
    beat()
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve, { keepAlive: true }))
  }
}
