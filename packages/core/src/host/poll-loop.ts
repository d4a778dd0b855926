import { atEndOfTick, type Clock } from '../clock.js'
import type { Sleeper } from './sleeper.js'

const SHORTEST_MS = 1
/** Rounds without work before the pauses grow, and how they do. */
const PATIENCE = 4
const GROWTH = 4

/**
 * Calls `poll` until it says that it is over: at once again after a round that took long, because much has come in the meantime; else after
 * a millisecond, and after a while without any work more and more seldom. Pauses although there was work let batches grow: a round and its
 * write cost more than the few lines that came since the last one (`npm run bench -- writer-fields`).
 */
export async function pollLoop(clock: Clock, sleeper: Sleeper, poll: () => 'worked' | 'idle' | 'end'): Promise<void> {
  let idle = 0
  for (;;) {
    const start = clock.monotonic()
    const isTired = idle >= PATIENCE
    // before the look: what comes after it wakes the sleeper
    if (isTired) sleeper.listen()
    const result = poll()
    if (isTired && result !== 'idle') sleeper.stopListening()
    if (result === 'end') return
    idle = result === 'worked' ? 0 : idle + 1
    if (result === 'worked' && clock.monotonic() - start >= SHORTEST_MS) await new Promise<void>(atEndOfTick)
    else if (!isTired || result === 'worked') await pause(clock, SHORTEST_MS)
    else if (await sleeper.sleep(SHORTEST_MS * GROWTH ** (idle - PATIENCE))) idle = 0
  }
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve, { keepAlive: true }))
}
