import type { Clock } from '../clock.js'

const SHORTEST_MS = 1
const LONGEST_MS = 16
/** Rounds without work before the pauses double. */
const PATIENCE = 4

/**
 * Calls `poll` until it says that it is over: at once again after a round that took long, because much has come in the meantime; else after
 * a millisecond, and after a while without any work up to every 16. A producer that wakes nobody pays nothing: that is why the writer looks for
 * itself. Pauses although there was work let batches grow: a round and its write cost more than the few lines that came since the last one
 * (`npm run bench -- writer-fields`).
 */
export async function pollLoop(clock: Clock, poll: () => 'worked' | 'idle' | 'end'): Promise<void> {
  let idle = 0
  for (;;) {
    const start = clock.monotonic()
    const result = poll()
    if (result === 'end') return
    idle = result === 'worked' ? 0 : idle + 1
    const isBusy = result === 'worked' && clock.monotonic() - start >= SHORTEST_MS
    const pause = idle < PATIENCE ? SHORTEST_MS : Math.min(LONGEST_MS, SHORTEST_MS * 2 ** (idle - PATIENCE + 1))
    await new Promise<void>((resolve) => {
      if (isBusy) setImmediate(resolve)
      else clock.after(pause, resolve, { keepAlive: true })
    })
  }
}
