import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { init } from 'holdfast'
import { isProcess, needsRoot, PROCESS_ROWS, type Trouble } from '../trouble.js'

const CHILDREN = 7

/** The run directory is on a disk that has room for the rings of the first few children only. */
export const trouble: Trouble = {
  id: 'run-full',
  title: 'full run directory',
  rows: PROCESS_ROWS,
  needs: needsRoot,
  async direct(stage) {
    if (!isProcess(stage.row)) return
    const mount = 'mkdir "$0" && mount -t tmpfs -o size=26m,mode=700 holdfast "$0" && exec "$@"'
    await stage.playOut('root', { through: ['unshare', '--mount', 'sh', '-c', mount, stage.spool] })
    await stage.writersEnd()
  },
  scenes: {
    async root(victim) {
      const runtime = victim.init()
      victim.say(runtime, 200)
      const children = Array.from({ length: CHILDREN }, (_, index) => startChild(`child-${index + 1}`))
      // all of them have what they could get before the first one gives it back
      await Promise.all(children.map((child) => Promise.race([once(child.stdout, 'data'), once(child, 'exit')])))
      victim.say(runtime, 200)
      for (const child of children) child.stdin.end()
      const codes = await Promise.all(children.map(async (child) => child.exitCode ?? (await once(child, 'exit'))[0]))
      if (codes.some((code) => code !== 0)) throw new Error(`Expected children to end with 0, got ${codes.join()}.`)
    },
    async child(victim) {
      victim.say(init(), 200)
      victim.tell('said')
      await once(process.stdin.resume(), 'end')
    },
  },
}

function startChild(who: string): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(process.execPath, [...process.argv.slice(1, -1), who], { stdio: ['pipe', 'pipe', 'inherit'] })
}
