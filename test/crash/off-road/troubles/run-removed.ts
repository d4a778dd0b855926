import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { PROCESS_ROWS, type Trouble } from '../trouble.js'

/** Longer than the parts of a runtime take to see it. */
const SEEN_MS = 700

/** Somebody cleans up: the directory of a run that goes on is removed. */
export const trouble: Trouble = {
  id: 'run-removed',
  title: 'removed run directory',
  rows: PROCESS_ROWS,
  async direct(stage) {
    await stage.playOut('root')
    await stage.writersEnd()
  },
  scenes: {
    async root(victim) {
      const runtime = victim.init()
      victim.say(runtime, 200)
      while (runtime.inspect().writer.state === 'starting') await pause(5)
      victim.say(runtime, 200)
      rmSync(runtime.inspect().writer.run, { recursive: true, force: true })
      victim.say(runtime, 200)
      await pause(SEEN_MS)
      victim.say(runtime, 200)
    },
  },
}
