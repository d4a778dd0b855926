import { closeSync, fstatSync, openSync, readdirSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { writersBelow } from '../../outside/writer-processes.js'
import { PROCESS_ROWS, type Trouble } from '../trouble.js'

const SECTOR_BYTES = 512
const SECTORS = 6
/** What is damaged costs events, and nothing else: the others come back whole. */
const COUNT = 5000

/** Application and writer are killed together, and the files of the rings lose sectors, or their ends, before the next start. */
export const trouble: Trouble = {
  id: 'torn-rings',
  title: 'torn rings, restart',
  rows: PROCESS_ROWS,
  mayLose: true,
  async direct(stage) {
    const actor = stage.play('torn')
    await actor.hears('said')
    actor.child.kill('SIGKILL')
    for (const pid of writersBelow(stage.folder)) process.kill(pid, 'SIGKILL')
    await actor.end
    for (const file of ringsBelow(stage.spool)) damage(file)
    await stage.playOut('last')
    await stage.writersEnd()
  },
  scenes: {
    async torn(victim) {
      const runtime = victim.init()
      while (runtime.inspect().writer.state === 'starting') await pause(5)
      process.kill(runtime.inspect().writer.pid, 'SIGSTOP')
      victim.say(runtime, COUNT)
      victim.tell('said')
      await pause(120_000)
    },
    async last(victim) {
      victim.say(victim.init(), 10)
    },
  },
}

function ringsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ring'))
    .map((path) => join(folder, path))
}

function damage(file: string): void {
  const fd = openSync(file, 'r+')
  const { size } = fstatSync(fd)
  for (let i = 0; i < SECTORS; i++)
    writeSync(fd, Buffer.alloc(SECTOR_BYTES), 0, SECTOR_BYTES, Math.floor((Math.random() * size) / SECTOR_BYTES) * SECTOR_BYTES)
  closeSync(fd)
  if (Math.random() < 0.5) truncateSync(file, size - Math.floor(Math.random() * 10_000))
}
