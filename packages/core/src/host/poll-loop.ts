import type { Clock } from '../clock.js'

const SHORTEST_MS = 1
const LONGEST_MS = 16
/** Rounds without work before the pauses grow. */
const PATIENCE = 50

/**
 * Calls `poll` as long as it says so: at once again while there is work, else every millisecond, and after a while without any work up to
 * every 16. A producer that wakes nobody pays nothing: that is why the writer looks for itself.
 */
export async function pollLoop(clock: Clock, poll: () => 'worked' | 'idle' | 'end'): Promise<void> {
  let idle = 0
  for (;;) {
    const result = poll()
    if (result === 'end') return
    idle = result === 'worked' ? 0 : idle + 1
    const pause = idle < PATIENCE ? SHORTEST_MS : Math.min(LONGEST_MS, idle - PATIENCE + SHORTEST_MS)
    await new Promise<void>((resolve) => {
      if (result === 'worked') setImmediate(resolve)
      else clock.after(pause, resolve, { keepAlive: true })
    })
  }
}
