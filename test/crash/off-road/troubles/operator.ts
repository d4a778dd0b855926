import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { writersBelow } from '../../outside/writer-processes.js'
import { EVERY_ROW, type Trouble } from '../trouble.js'

const ROUNDS = 6
const BURSTS = 8

/** An operator moves the log away and puts files of his own in its place, while the application is killed and started again. */
export const trouble: Trouble = {
  id: 'operator',
  title: 'operator replaces files',
  rows: EVERY_ROW,
  async direct(stage) {
    const log = join(stage.logs, 'app.log')
    for (let round = 1; round <= ROUNDS; round++) {
      const actor = stage.play(`root-${round}`)
      await actor.hears('half')
      if (existsSync(log)) renameSync(log, join(stage.logs, `moved-${round}.log`))
      // with and without a last line end, and now and then under the number that the old file had
      const theirs = `a line of the operator, round ${round}${round % 2 === 0 ? '' : ', without an end'}`
      const draft = join(stage.logs, `draft-${round}`)
      writeFileSync(draft, round % 2 === 0 ? `${theirs}\n` : theirs)
      if (!existsSync(log)) linkSync(draft, log)
      stage.foreign.push(theirs)
      rmSync(draft)
      await actor.hears('done')
      actor.child.kill('SIGKILL')
      for (const pid of writersBelow(stage.folder)) process.kill(pid, 'SIGKILL')
      await actor.end
    }
    await stage.playOut('last')
    await stage.writersEnd()
  },
  scenes: {
    async root(victim) {
      const runtime = victim.init()
      for (let burst = 0; burst < BURSTS; burst++) {
        victim.say(runtime, 25)
        await pause(5)
        if (burst === BURSTS / 2) victim.tell('half')
      }
      if (!victim.isProcess) await runtime.flush()
      victim.tell('done')
      await pause(120_000)
    },
    async last(victim) {
      victim.say(victim.init(), 10)
    },
  },
}
