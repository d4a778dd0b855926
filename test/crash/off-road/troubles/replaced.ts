import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { init, shutdown } from 'holdfast'
import { EVERY_ROW, type Trouble } from '../trouble.js'

const REPLACES = 6
const BETWEEN_MS = 250
const FILE = { rotate: { maxBytes: 8000 }, compress: 'gzip' } as const

/** The configuration is replaced again and again under load, with rotation, while a child goes on in the first tree. */
export const trouble: Trouble = {
  id: 'replaced',
  title: 'replaced under load',
  rows: EVERY_ROW,
  async direct(stage) {
    await stage.playOut('root')
    await stage.writersEnd()
  },
  scenes: {
    async root(victim) {
      victim.say(victim.init({}, FILE), 20)
      const child = victim.isProcess ? startChild() : undefined
      for (let i = 1; i <= REPLACES; i++) {
        const config = victim.config({ context: { jobId: `job-${i}` } }, FILE)
        const runtime = init(config, { replace: true })
        for (let burst = 0; burst < 5; burst++) {
          victim.say(runtime, 4)
          await pause(BETWEEN_MS / 5)
        }
      }
      await shutdown({ timeoutMs: 20_000 })
      if (child !== undefined && child.exitCode === null) await once(child, 'exit')
    },
    async child(victim) {
      const runtime = init()
      const until = performance.now() + (REPLACES + 4) * BETWEEN_MS
      while (performance.now() < until) {
        victim.say(runtime, 2)
        await pause(20)
      }
    },
  },
}

function startChild(): ChildProcess {
  return spawn(process.execPath, [...process.argv.slice(1, -1), 'child'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
