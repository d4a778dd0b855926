import { closeSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { EVERY_ROW, type Trouble } from '../trouble.js'

/** Longer than a supervisor takes to look, find its writer gone and try to start another one. */
const BLIND_MS = 700

/** The application has used up its descriptors, and its writer is killed then. */
export const trouble: Trouble = {
  id: 'no-descriptors',
  title: 'no descriptors',
  rows: EVERY_ROW,
  async direct(stage) {
    await stage.playOut('root', { through: ['prlimit', '--nofile=256:256'] })
    await stage.writersEnd()
  },
  scenes: {
    async root(victim) {
      const runtime = victim.init()
      victim.say(runtime, 200)
      await runtime.flush()
      const taken = takeAll()
      victim.say(runtime, 200)
      const { pid } = runtime.inspect().writer
      if (victim.isProcess && pid > 0) process.kill(pid, 'SIGKILL')
      victim.say(runtime, 200)
      await pause(BLIND_MS)
      victim.say(runtime, 200)
      for (const fd of taken) closeSync(fd)
      victim.say(runtime, 200)
    },
  },
}

function takeAll(): readonly number[] {
  const taken: number[] = []
  for (;;) {
    try {
      taken.push(openSync('/dev/null', 'r'))
    } catch {
      return taken // EMFILE: that was the last one
    }
  }
}
